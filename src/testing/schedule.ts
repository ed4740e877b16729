/** When operations of one kind fail. */
export interface Fault {
  /** How many are let through first. Default 0: the next one fails. */
  readonly after?: number;
  /** How many fail then. Default 1; `Infinity` for a disk that stays broken. */
  readonly times?: number;
  /** What is thrown. Default: an `Error` with the code `EIO`. */
  readonly error?: Error;
}

/** Counts operations, and says which are to fail. */
export class Schedule<F extends Fault> {
  private letThrough = 0;
  private left = 0;
  private fault: F | undefined;

  /** Replaces whatever was planned. */
  plan(fault: F): void {
    const { after = 0, times = 1 } = fault;
    if (!(after >= 0)) throw new RangeError(`Expected \`after\` to be a number >= 0, got ${after}`);
    if (!(times >= 0)) throw new RangeError(`Expected \`times\` to be a number >= 0, got ${times}`);
    this.letThrough = after;
    this.left = times;
    this.fault = fault;
  }

  clear(): void {
    this.left = 0;
    this.fault = undefined;
  }

  /** Takes note of one operation. What it is to fail with, `undefined` when it may go on. */
  next(): F | undefined {
    if (this.left <= 0) return undefined;
    if (this.letThrough > 0) {
      this.letThrough--;
      return undefined;
    }
    this.left--;
    return this.fault;
  }
}

/** An error as a system call makes it. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
