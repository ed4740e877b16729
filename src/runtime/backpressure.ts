/** Lets a producer wait while too much is under way. */
export class Backpressure {
  private underWay = 0;
  private readonly waiters: { readonly until: number; readonly resume: () => void }[] = [];

  constructor(private readonly limit: number) {}

  /**
   * Counts one in. Resolves at once while there is room, else when half of it is free again, so that the producer
   * brings many at a time.
   */
  enter(): Promise<void> | undefined {
    this.underWay++;
    return this.underWay < this.limit ? undefined : this.atMost(Math.floor(this.limit / 2));
  }

  /** Counts some out. */
  leave(count = 1): void {
    this.underWay -= count;
    while (this.waiters[0] && this.underWay <= this.waiters[0].until) this.waiters.shift()?.resume();
  }

  get isFull(): boolean {
    return this.underWay >= this.limit;
  }

  /** Counts one in, room or not. */
  add(): void {
    this.underWay++;
  }

  /** Resolves once there is room for one. */
  room(): Promise<void> {
    return this.atMost(this.limit - 1);
  }

  /** Resolves once nothing is under way. */
  empty(): Promise<void> {
    return this.atMost(0);
  }

  private atMost(until: number): Promise<void> {
    if (this.underWay <= until) return Promise.resolve();
    return new Promise((resume) => {
      this.waiters.push({ until, resume });
    });
  }
}
