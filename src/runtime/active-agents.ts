/**
 * The active agents, those first that were idle longest, or about: an agent that was used since it was put in line goes
 * to the end of the line when its turn comes, not at every use. Choosing whom to passivate so costs a look at each
 * once, whatever the number of agents that there are.
 */
export class ActiveAgents<Entry extends { readonly no: number; readonly lastUse: number }> {
  /** By the number of an agent, its last use when it was put in line. */
  private readonly line = new Map<number, number>();

  constructor(private readonly entryOf: (no: number) => Entry) {}

  get size(): number {
    return this.line.size;
  }

  add({ no, lastUse }: Entry): void {
    this.line.set(no, lastUse);
  }

  delete({ no }: Entry): void {
    this.line.delete(no);
  }

  /** Those that are active now. */
  *entries(): Generator<Entry, void> {
    for (const no of [...this.line.keys()]) yield this.entryOf(no);
  }

  /** At most so many that are not needed, the idlest first. */
  idlest(count: number, isNeeded: (entry: Entry) => boolean): Entry[] {
    const idle: Entry[] = [];
    let looks = this.line.size * 2;
    for (const [no, since] of this.line) {
      if (idle.length >= count || looks-- === 0) break;
      const entry = this.entryOf(no);
      if (entry.lastUse === since && !isNeeded(entry)) {
        idle.push(entry);
        continue;
      }
      this.line.delete(no);
      this.line.set(no, entry.lastUse);
    }
    return idle;
  }
}
