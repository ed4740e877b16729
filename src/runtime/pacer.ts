/** How long the event loop may be held up at a time, milliseconds: room for what is measured between two looks. */
const BUDGET_MS = 5;

/** Divides long work into pieces, with turns of the event loop between them. */
export class Pacer {
  private since = performance.now();

  /** `undefined` while the piece may go on; else to be awaited: resolves after a turn of the event loop. */
  pause(): Promise<void> | undefined {
    return performance.now() - this.since < BUDGET_MS ? undefined : this.turn();
  }

  private async turn(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.since = performance.now();
  }
}
