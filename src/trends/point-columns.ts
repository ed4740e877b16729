import type { SideCounts } from './rank-index.js';
import { type SlopeLine, sideOfLine } from './slope-line.js';

const FIRST_CAPACITY = 8;
const GROWTH = 1.125;
const NOTHING = new Float64Array(0);

/**
 * Rows in time order, each with the values of several metrics: one typed array with the column of times, then a column
 * for each metric, `NaN` where a row has no such value. For a few hundred rows: a late one moves those after it.
 */
export class PointColumns {
  /** Rows there are. */
  size = 0;
  private cells = NOTHING;
  private capacity = 0;

  constructor(
    /** How many metrics. */
    readonly width: number,
  ) {}

  get isFull(): boolean {
    return this.size === this.capacity;
  }

  time(row: number): number {
    return this.cells[row]!;
  }

  value(row: number, metric: number): number {
    return this.cells[(1 + metric) * this.capacity + row]!;
  }

  setValue(row: number, metric: number, value: number): void {
    this.cells[(1 + metric) * this.capacity + row] = value;
  }

  /** First row whose time is at least `time`. */
  firstFrom(time: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cells[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts a row behind all that are not later, where there is room for it; returns its place. */
  insert(time: number, values: ArrayLike<number>): number {
    const isLatest = this.size === 0 || this.cells[this.size - 1]! <= time;
    const row = isLatest ? this.size : this.firstFrom(time + 1);
    for (let column = 0, start = 0; column <= this.width; column++, start += this.capacity) {
      if (!isLatest) this.cells.copyWithin(start + row + 1, start + row, start + this.size);
      this.cells[start + row] = column === 0 ? time : values[column - 1]!;
    }
    this.size++;
    return row;
  }

  /** Makes room by giving up the first rows. */
  dropFirst(count: number): void {
    for (let column = 0, start = 0; column <= this.width; column++, start += this.capacity) {
      this.cells.copyWithin(start, start + count, start + this.size);
    }
    this.size -= count;
  }

  /** Makes room for so many rows, by default for an eighth more. */
  grow(capacity = Math.max(FIRST_CAPACITY, Math.ceil(GROWTH * this.capacity))): void {
    const grown = new Float64Array((1 + this.width) * capacity);
    for (let column = 0; column <= this.width; column++) {
      const start = column * this.capacity;
      grown.set(this.cells.subarray(start, start + this.size), column * capacity);
    }
    this.cells = grown;
    this.capacity = capacity;
  }

  /** Adds how many values of a metric in the rows `from` to `to − 1` are smaller and larger than a given one. */
  count(metric: number, from: number, to: number, value: number, counts: SideCounts): void {
    const { cells } = this;
    const start = (1 + metric) * this.capacity;
    const end = start + to;
    let below = 0;
    let above = 0;
    for (let i = start + from; i < end; i++) {
      // As numbers, not as branches: which way each goes is a coin toss, and a wrong guess costs ten additions.
      below += Number(cells[i]! < value);
      above += Number(cells[i]! > value);
    }
    counts.below += below;
    counts.above += above;
  }

  /** How many of the rows `from` to `to − 1` have a value of a metric. */
  countValues(metric: number, from: number, to: number): number {
    let count = 0;
    for (let row = from; row < to; row++) if (!Number.isNaN(this.value(row, metric))) count++;
    return count;
  }

  /** Adds how many points of a metric in the rows `from` to `to − 1` lie below and above the line through a point. */
  countBeside(
    metric: number,
    from: number,
    to: number,
    time: number,
    value: number,
    line: SlopeLine,
    counts: SideCounts,
  ): void {
    const start = (1 + metric) * this.capacity;
    for (let row = from; row < to; row++) {
      const own = this.cells[start + row]!;
      if (Number.isNaN(own)) continue;
      const side = sideOfLine(this.cells[row]!, own, time, value, line);
      counts.below += Number(side > 0);
      counts.above += Number(side < 0);
    }
  }
}
