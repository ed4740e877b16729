/**
 * Lets many readers in together, and a writer only when nobody reads: what a reader sees stays as it is until it
 * leaves. A writer that waits keeps later readers waiting, so that it gets its turn.
 */
export class Gate {
  private readers = 0;
  private turn: Promise<void> = Promise.resolve();
  private isClosed = false;
  private emptied: (() => void) | undefined;

  async read<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  /** Resolves once a reader may read; it must {@link leave}. */
  async enter(): Promise<void> {
    while (this.isClosed) await this.turn;
    this.readers++;
  }

  leave(): void {
    this.readers--;
    if (this.readers === 0) this.emptied?.();
  }

  /** One writer at a time: callers see to that. */
  async write<Result>(work: () => Promise<Result>): Promise<Result> {
    let open = (): void => {};
    this.isClosed = true;
    this.turn = new Promise((resolve) => {
      open = resolve;
    });
    try {
      if (this.readers > 0) {
        await new Promise<void>((resolve) => {
          this.emptied = resolve;
        });
      }
      return await work();
    } finally {
      this.emptied = undefined;
      this.isClosed = false;
      open();
    }
  }
}
