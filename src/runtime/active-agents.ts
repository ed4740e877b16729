/**
 * The active agents, those first that were idle longest, or about: an agent that was used since it was put in line goes
 * to the end of the line when its turn comes, not at every use. Choosing whom to passivate so costs a look at each
 * once, whatever the number of agents that there are.
 */
export class ActiveAgents<Entry extends { readonly lastUse: number }> {
  /** By agent, its last use when it was put in line. */
  private readonly line = new Map<Entry, number>();

  get size(): number {
    return this.line.size;
  }

  add(entry: Entry): void {
    this.line.set(entry, entry.lastUse);
  }

  delete(entry: Entry): void {
    this.line.delete(entry);
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.line.keys();
  }

  /** At most so many that are not needed, the idlest first. */
  idlest(count: number, isNeeded: (entry: Entry) => boolean): Entry[] {
    const idle: Entry[] = [];
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
