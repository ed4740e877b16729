import { Buffer } from 'node:buffer';
import { grown } from './grown.js';

/** Beyond the log: there is no such row in it. */
export const NOWHERE = -1;

/**
 * Rows by number in the order in which they were written, one behind another in one piece of memory. It only grows, so that
 * who remembers how long it was still finds in it what was the latest then.
 */
export class RowLog {
  length = 0;
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** By place: whose row it is, where its bytes end, and the place of the row of the same number before it. */
  private nos = new Uint32Array(FIRST_ROWS);
  private ends = new Uint32Array(FIRST_ROWS);
  private before = new Int32Array(FIRST_ROWS);
  private readonly latest = new Map<number, number>();

  /** Appends a row: the bytes in front of `end`. */
  add(no: number, row: Buffer, end: number): void {
    const from = this.startOf(this.length);
    this.reserve(from + end);
    row.copy(this.bytes, from, 0, end);
    this.nos[this.length] = no;
    this.ends[this.length] = from + end;
    this.before[this.length] = this.latest.get(no) ?? NOWHERE;
    this.latest.set(no, this.length++);
  }

  /** The place of the latest row of a number among the first `length`, or {@link NOWHERE}. */
  find(no: number, length: number): number {
    let place = this.latest.get(no) ?? NOWHERE;
    while (place >= length) place = this.before[place]!;
    return place;
  }

  /** Whose rows are among the first `length`, each once. */
  numbers(length: number): number[] {
    return Array.from(this.latest.keys()).filter((no) => this.find(no, length) !== NOWHERE);
  }

  /** The bytes of the row at a place lie in it from {@link startOf} on. */
  get memory(): Buffer {
    return this.bytes;
  }

  startOf(place: number): number {
    return place === 0 ? 0 : this.ends[place - 1]!;
  }

  endOf(place: number): number {
    return this.ends[place]!;
  }

  private reserve(bytes: number): void {
    if (bytes > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * bytes);
      this.bytes.copy(larger);
      this.bytes = larger;
    }
    if (this.length < this.nos.length) return;
    this.nos = grown(this.nos, new Uint32Array(2 * this.length));
    this.ends = grown(this.ends, new Uint32Array(2 * this.length));
    this.before = grown(this.before, new Int32Array(2 * this.length));
  }
}

const FIRST_ROWS = 16;
const FIRST_BYTES = 1_024;
