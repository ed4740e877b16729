import type { AgentEntry } from './registry.js';

/**
 * The active agents, those first that were idle longest, or about: an agent that was used since it was put in line goes
 * to the end of the line when its turn comes, not at every use. Choosing whom to passivate so costs a look at each
 * once, whatever the number of agents that there are.
 */
export class ActiveAgents {
  /** By agent, its last use when it was put in line. */
  private readonly line = new Map<AgentEntry, number>();

  get size(): number {
    return this.line.size;
  }

  add(entry: AgentEntry): void {
    this.line.set(entry, entry.lastUse);
  }

  delete(entry: AgentEntry): void {
    this.line.delete(entry);
  }

  [Symbol.iterator](): Iterator<AgentEntry> {
    return this.line.keys();
  }

  /** At most so many that are not needed, the idlest first. */
  idlest(count: number, isNeeded: (entry: AgentEntry) => boolean): AgentEntry[] {
    const idle: AgentEntry[] = [];
    let looks = this.line.size * 2;
    for (const [entry, since] of this.line) {
      if (idle.length >= count || looks-- === 0) break;
      if (entry.lastUse === since && !isNeeded(entry)) {
        idle.push(entry);
        continue;
      }
      this.line.delete(entry);
      this.line.set(entry, entry.lastUse);
    }
    return idle;
  }
}
