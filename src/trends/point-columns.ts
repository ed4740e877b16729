import { doubles } from '../rows/doubles.js';
import type { SideCounts } from './rank-index.js';
import { type SlopeLine, sideOfLine } from './slope-line.js';

/** Rows for which there is more room at a time: a quarter of what there are, but never only a few. */
const FEWEST_MORE = 8;
const GROWTH = 4;

/**
 * Rows in time order, each with the values of several metrics: one list with the column of times, then a column
 * for each metric, `NaN` where a row has no such value. For a few hundred rows: a late one moves those after it. In front
 * of the columns is room for what is kept of the rows as a whole, so that all of it is one list.
 */
export class PointColumns {
  /** Rows there are. */
  size = 0;
  protected cells: number[];
  /** Rows there is room for. */
  private capacity = 0;

  constructor(
    /** How many metrics. */
    private readonly width: number,
    /** How many numbers are kept in front of the columns. */
    private readonly front: number,
  ) {
    this.cells = doubles(front);
  }

  protected get isFull(): boolean {
    return this.size === this.capacity;
  }

  protected time(row: number): number {
    return this.cells[this.front + row]!;
  }

  protected value(row: number, metric: number): number {
    return this.cells[this.columnAt(metric) + row]!;
  }

  protected setValue(row: number, metric: number, value: number): void {
    this.cells[this.columnAt(metric) + row] = value;
  }

  /** Where the values of a metric begin. */
  private columnAt(metric: number): number {
    return this.front + (1 + metric) * this.capacity;
  }

  /** First row whose time is at least `time`. */
  protected firstFrom(time: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts a row behind all that are not later, where there is room for it; returns its place. */
  protected insertRow(time: number, values: ArrayLike<number>): number {
    const { cells, capacity, size } = this;
    const isLatest = size === 0 || this.time(size - 1) <= time;
    const row = isLatest ? size : this.firstFrom(time + 1);
    for (let column = 0, start = this.front; column <= this.width; column++, start += capacity) {
      if (!isLatest) for (let i = start + size; i > start + row; i--) cells[i] = cells[i - 1]!;
      cells[start + row] = column === 0 ? time : values[column - 1]!;
    }
    this.size++;
    return row;
  }

  /** Makes room by giving up the first rows. */
  protected dropFirst(count: number): void {
    for (let column = 0, start = this.front; column <= this.width; column++, start += this.capacity) {
      for (let i = start + count; i < start + this.size; i++) this.cells[i - count] = this.cells[i]!;
    }
    this.size -= count;
  }

  /** Makes room for so many rows, by default for some more. */
  protected grow(capacity = this.capacity + Math.max(FEWEST_MORE, Math.ceil(this.capacity / GROWTH))): void {
    const { cells, front } = this;
    const grown = doubles(front + (1 + this.width) * capacity);
    for (let i = 0; i < front; i++) grown[i] = cells[i]!;
    for (let column = 0; column <= this.width; column++) {
      const from = front + column * this.capacity;
      const to = front + column * capacity;
      for (let row = 0; row < this.size; row++) grown[to + row] = cells[from + row]!;
    }
    this.cells = grown;
    this.capacity = capacity;
  }

  /** Adds how many values of a metric in the rows `from` to `to − 1` are smaller and larger than a given one. */
  protected countSides(metric: number, from: number, to: number, value: number, counts: SideCounts): void {
    const { cells } = this;
    const start = this.columnAt(metric);
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
  protected countValues(metric: number, from: number, to: number): number {
    let count = 0;
    for (let row = from; row < to; row++) if (!Number.isNaN(this.value(row, metric))) count++;
    return count;
  }

  /** Adds how many points of a metric in the rows `from` to `to − 1` lie below and above the line through a point. */
  protected countBeside(
    metric: number,
    from: number,
    to: number,
    time: number,
    value: number,
    line: SlopeLine,
    counts: SideCounts,
  ): void {
    const start = this.columnAt(metric);
    for (let row = from; row < to; row++) {
      const own = this.cells[start + row]!;
      if (Number.isNaN(own)) continue;
      const side = sideOfLine(this.time(row), own, time, value, line);
      counts.below += Number(side > 0);
      counts.above += Number(side < 0);
    }
  }
}
