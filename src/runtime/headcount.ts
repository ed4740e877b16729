/** How many active agents each department has. */
export class Headcount {
  private readonly counts = new Map<string, number>();

  of(department: string): number {
    return this.counts.get(department) ?? 0;
  }

  /** Somebody left a department, came to one, or both; `undefined` is nowhere. */
  move(from: string | undefined, to: string | undefined): void {
    if (from !== undefined) this.counts.set(from, this.of(from) - 1);
    if (to !== undefined) this.counts.set(to, this.of(to) + 1);
  }

  clear(): void {
    this.counts.clear();
  }
}
