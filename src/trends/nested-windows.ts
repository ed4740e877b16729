import { drained } from '../drained.js';
import { type CountedLines, DOWN, type Threshold, UP } from './counted-lines.js';
import { askHeld, changeHeld, heldAt, holding, idleHeld, withoutHeld } from './held-counts.js';
import type { TieSums } from './kendall-s.js';
import { countPairs, IDLE_CHANGES_PER_POINT, type PairCounts } from './pair-counts.js';
import { PointColumns } from './point-columns.js';
import type { SideCounts } from './rank-index.js';
import { SeriesBuffer } from './series-buffer.js';
import type { SortedSeries } from './sorted-series.js';
import { changeAt, sAt, setChangedAt, sizeAt, TREND_CELLS, takeChangedAt, tiesAt } from './trend-figures.js';

/** What is followed: metrics that come together, each in several windows. A trend's place is `metric · windows + window`. */
export interface NestedShape {
  readonly metrics: number;
  /** Their lengths in milliseconds, ascending. */
  readonly windows: readonly number[];
  /** By trend. */
  readonly lines: readonly CountedLines[];
}

/** What is kept in front of the rows: the moment where every window ends, by window its first row, by trend its figures. */
const NOW = 0;
const STARTS = 1;

/** Shared by all: an update runs to its end before the next one begins. */
const earlier: SideCounts = { below: 0, above: 0 };
const later: SideCounts = { below: 0, above: 0 };
const beyond: PairCounts = { rising: 0, falling: 0 };
const buffer = new SeriesBuffer();

/**
 * The points of several metrics in windows that all end now, and of each metric in each window what decides on its trend:
 * Kendall's S and the ties, and while something asks for them the pairs beyond its thresholds. The shorter windows
 * are the latest rows of the longest, so every point is held once, and one reading of a column says for all windows
 * what a new point adds to S. Exactly what {@link RankCounts} keeps, for up to about a thousand points: up to there
 * reading them is faster than any order that would have to be kept.
 */
export class NestedWindows extends PointColumns {
  /** The thresholds that somebody asks for, by trend upwards then downwards. */
  private held: number[] | undefined;

  /** @param now epoch milliseconds; every window ends there */
  constructor(
    private readonly shape: NestedShape,
    now: number,
    capacity: number,
  ) {
    super(shape.metrics, STARTS + shape.windows.length + TREND_CELLS * shape.lines.length);
    if (capacity > 0) this.grow(capacity);
    this.cells[NOW] = now;
  }

  /** Rows in the longest window. */
  get rows(): number {
    return this.size - this.start(this.shape.windows.length - 1);
  }

  /** Number of points of a trend. */
  pointsOf(trend: number): number {
    return sizeAt(this.cells, this.figuresAt(trend));
  }

  /** Kendall's S of a trend. */
  sOf(trend: number): number {
    return sAt(this.cells, this.figuresAt(trend));
  }

  /** Fills in what the groups of equal times, and those of equal values, come to. */
  tiesOf(trend: number, times: TieSums, values: TieSums): void {
    tiesAt(this.cells, this.figuresAt(trend), times, values);
  }

  /** Whether a trend changed since this was last asked. */
  takeChanged(trend: number): boolean {
    return takeChangedAt(this.cells, this.figuresAt(trend));
  }

  /** Says of all trends that they changed, or that they did not. */
  setChanged(changed: boolean): void {
    const { lines } = this.shape;
    for (let trend = 0; trend < lines.length; trend++) {
      setChangedAt(this.cells, this.figuresAt(trend), changed);
    }
  }

  /** The time of the first row in a window, `Infinity` when there is none. */
  firstTime(window: number): number {
    const row = this.start(window);
    return row < this.size ? this.time(row) : Number.POSITIVE_INFINITY;
  }

  /** Points of a trend in the order of time, then value; good until the next call, of whatever trend of whomever. */
  toSeries(trend: number): SortedSeries {
    const { length } = this.shape.windows;
    const metric = Math.floor(trend / length);
    buffer.clear();
    for (let row = this.start(trend % length); row < this.size; row++) {
      const value = this.value(row, metric);
      if (!Number.isNaN(value)) buffer.add(this.time(row), value);
    }
    return buffer.series;
  }

  /** Time of the latest point of a trend, `null` when there is none. */
  lastTimeOf(trend: number): number | null {
    const { length } = this.shape.windows;
    const metric = Math.floor(trend / length);
    const start = this.start(trend % length);
    let row = this.size - 1;
    while (row >= start && Number.isNaN(this.value(row, metric))) row--;
    return row < start ? null : this.time(row);
  }

  /** The counts of a threshold, good until the next call; O(n log n) when nobody asked of late, else O(1). */
  beyond(trend: number, line: Threshold): PairCounts {
    const threshold = 2 * trend + line - UP;
    let at = this.held ? heldAt(this.held, threshold) : -1;
    if (at < 0) {
      at = this.held?.length ?? 0;
      const counts = drained(countPairs(this.toSeries(trend), this.shape.lines[trend]![line]));
      this.held = holding(this.held ?? [], threshold, counts);
    }
    askHeld(this.held!, at, beyond);
    return beyond;
  }

  /** Whether a row of that moment is in any window. */
  reaches(time: number): boolean {
    return this.firstHolding(time) < this.shape.windows.length;
  }

  /** Takes in a row that a window {@link reaches}; its values are `NaN` where it has none. */
  insert(time: number, values: ArrayLike<number>): void {
    const { windows, metrics } = this.shape;
    const first = this.firstHolding(time);
    if (this.isFull) this.makeRoom();
    const row = this.insertRow(time, values);
    for (let w = 0; w < first; w++) this.cells[STARTS + w]! += 1;
    for (let m = 0; m < metrics; m++) this.count(row, m, 1, first, windows.length);
  }

  /**
   * Gives a row of that time which has `before` another value of a metric; `NaN` for none.
   *
   * @throws RangeError when there is no such row
   */
  rewrite(time: number, metric: number, before: number, after: number): void {
    const { windows } = this.shape;
    const first = this.firstHolding(time);
    const row = this.find(time, metric, before);
    this.count(row, metric, -1, first, windows.length);
    this.setValue(row, metric, after);
    this.count(row, metric, 1, first, windows.length);
  }

  /** Lets time pass: takes the rows out of every window that are older than it reaches. */
  advance(now: number): void {
    const { windows, metrics } = this.shape;
    this.cells[NOW] = now;
    for (let w = 0; w < windows.length; w++) {
      while (this.firstTime(w) < now - windows[w]!) {
        for (let m = 0; m < metrics; m++) this.count(this.start(w), m, -1, w, w + 1);
        this.cells[STARTS + w]! += 1;
      }
    }
    if (this.rows === 0) this.empty();
  }

  /** First row in a window. */
  private start(window: number): number {
    return this.cells[STARTS + window]! | 0;
  }

  /** Where the figures of a trend are. */
  private figuresAt(trend: number): number {
    return STARTS + this.shape.windows.length + TREND_CELLS * trend;
  }

  /** The shortest window that reaches back to a moment, their number for none. */
  private firstHolding(time: number): number {
    const { windows } = this.shape;
    const now = this.cells[NOW]!;
    let w = 0;
    while (w < windows.length && time < now - windows[w]!) w++;
    return w;
  }

  private find(time: number, metric: number, value: number): number {
    for (let row = this.firstFrom(time); row < this.size && this.time(row) === time; row++) {
      if (Object.is(this.value(row, metric), value)) return row;
    }
    throw new RangeError(`Expected a point that is held, got ${value} at ${time}`);
  }

  private makeRoom(): void {
    const { length } = this.shape.windows;
    const gone = this.start(length - 1);
    if (gone === 0 || 8 * gone < this.size) {
      this.grow();
      return;
    }
    this.dropFirst(gone);
    for (let w = 0; w < length; w++) this.cells[STARTS + w]! -= gone;
  }

  private empty(): void {
    this.dropFirst(this.size);
    this.cells.fill(0, STARTS, STARTS + this.shape.windows.length);
  }

  /** What one point's pairs add to the counts of the windows `first` to `last − 1`, or take away with `by` −1. */
  private count(row: number, metric: number, by: 1 | -1, first: number, last: number): void {
    const value = this.value(row, metric);
    if (Number.isNaN(value)) return;
    const from = this.firstOfTime(row, this.start(last - 1));
    const to = this.lastOfTime(row) + 1;
    clear(later);
    this.countSides(metric, to, this.size, value, later);
    clear(earlier);
    this.countSides(metric, from, to, value, earlier);
    let s = later.above - later.below;
    let otherValue = later.above + later.below + earlier.above + earlier.below;
    const sameTime = to - from > 1 ? this.countValues(metric, from, to) - 1 : 0;
    for (let w = first, end = from; w < last; end = this.start(w++)) {
      clear(earlier);
      this.countSides(metric, this.start(w), end, value, earlier);
      s += earlier.below - earlier.above;
      otherValue += earlier.below + earlier.above;
      const trend = metric * this.shape.windows.length + w;
      changeAt(this.cells, this.figuresAt(trend), by, s, otherValue, sameTime);
      if (this.held) this.countBeyond(trend, row, from, to, by);
    }
  }

  private firstOfTime(row: number, earliest: number): number {
    const time = this.time(row);
    while (row > earliest && this.time(row - 1) === time) row--;
    return row;
  }

  private lastOfTime(row: number): number {
    const time = this.time(row);
    while (row + 1 < this.size && this.time(row + 1) === time) row++;
    return row;
  }

  /** The same for the thresholds of a trend that somebody asks for; the rows `from` to `to − 1` are of the point's time. */
  private countBeyond(trend: number, row: number, from: number, to: number, by: 1 | -1): void {
    const { windows, lines } = this.shape;
    const metric = Math.floor(trend / windows.length);
    const start = this.start(trend % windows.length);
    for (let line: Threshold = UP; line <= DOWN; line++) {
      if (!this.held) return;
      const at = heldAt(this.held, 2 * trend + line - UP);
      if (at < 0) continue;
      if (idleHeld(this.held, at) > IDLE_CHANGES_PER_POINT * this.pointsOf(trend)) {
        this.held = withoutHeld(this.held, at);
        continue;
      }
      const along = lines[trend]![line as Threshold];
      const [time, value] = [this.time(row), this.value(row, metric)];
      clear(earlier);
      clear(later);
      this.countBeside(metric, start, from, time, value, along, earlier);
      this.countBeside(metric, to, this.size, time, value, along, later);
      changeHeld(this.held, at, by * (earlier.below + later.above), by * (earlier.above + later.below));
    }
  }
}

function clear(counts: SideCounts): void {
  counts.below = 0;
  counts.above = 0;
}
