import { drained } from '../drained.js';
import { type CountedLines, DOWN, type Threshold, UP } from './counted-lines.js';
import { countPairs, IDLE_CHANGES_PER_POINT, type PairCounts, type ThresholdCounts } from './pair-counts.js';
import { PointColumns } from './point-columns.js';
import type { SideCounts } from './rank-index.js';
import { SeriesBuffer } from './series-buffer.js';
import type { SlopeLine } from './slope-line.js';
import type { SortedSeries } from './sorted-series.js';
import { TrendFigures } from './trend-figures.js';

/** What is followed: metrics that come together, each in several windows. A trend's place is `metric · windows + window`. */
export interface NestedShape {
  readonly metrics: number;
  /** Their lengths in milliseconds, ascending. */
  readonly windows: readonly number[];
  /** By trend. */
  readonly lines: readonly CountedLines[];
}

/** Shared by all: an update runs to its end before the next one begins. */
const earlier: SideCounts = { below: 0, above: 0 };
const later: SideCounts = { below: 0, above: 0 };
const buffer = new SeriesBuffer();

/**
 * The points of several metrics in windows that all end now, and of each metric in each window what decides on its trend:
 * Kendall's S and the ties, and while something asks for them the pairs beyond its thresholds. The shorter windows
 * are the latest rows of the longest, so every point is held once, and one reading of a column says for all windows
 * what a new point adds to S. Exactly what {@link RankCounts} keeps, for up to about a thousand points: up to there
 * reading them is faster than any order that would have to be kept.
 */
export class NestedWindows {
  private readonly points: PointColumns;
  /** By window: its first row. */
  private readonly starts: number[];
  readonly figures: TrendFigures;
  /** By trend, upwards then downwards. */
  private readonly thresholds: (ThresholdCounts | undefined)[] = [];

  constructor(
    private readonly shape: NestedShape,
    /** Epoch milliseconds; every window ends there. */
    private now: number,
    capacity: number,
  ) {
    const { metrics, windows } = shape;
    this.points = new PointColumns(metrics);
    this.starts = windows.map(() => 0);
    this.figures = new TrendFigures(metrics * windows.length);
    if (capacity > 0) this.points.grow(capacity);
  }

  /** Rows in the longest window. */
  get rows(): number {
    return this.points.size - this.starts[this.starts.length - 1]!;
  }

  /** The time of the first row in a window, `Infinity` when there is none. */
  firstTime(window: number): number {
    const row = this.starts[window]!;
    return row < this.points.size ? this.points.time(row) : Number.POSITIVE_INFINITY;
  }

  /** Points of a trend in the order of time, then value; good until the next call, of whatever trend of whomever. */
  toSeries(trend: number): SortedSeries {
    const { points } = this;
    const { length } = this.starts;
    const metric = Math.floor(trend / length);
    buffer.clear();
    for (let row = this.starts[trend % length]!; row < points.size; row++) {
      const value = points.value(row, metric);
      if (!Number.isNaN(value)) buffer.add(points.time(row), value);
    }
    return buffer.series;
  }

  /** The counts of a threshold; O(n log n) when nobody asked of late, else O(1). */
  beyond(trend: number, line: Threshold): PairCounts {
    const at = 2 * trend + line - UP;
    const held = this.thresholds[at];
    const counts = held ?? this.counted(trend, this.shape.lines[trend]![line]);
    counts.idle = 0;
    this.thresholds[at] = counts;
    return counts;
  }

  /** Whether a row of that moment is in any window. */
  reaches(time: number): boolean {
    return this.firstHolding(time) < this.starts.length;
  }

  /** Takes in a row that a window {@link reaches}; its values are `NaN` where it has none. */
  insert(time: number, values: ArrayLike<number>): void {
    const { points, starts } = this;
    const { windows, metrics } = this.shape;
    const first = this.firstHolding(time);
    if (points.isFull) this.makeRoom();
    const row = points.insert(time, values);
    for (let w = 0; w < first; w++) starts[w]!++;
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
    this.points.setValue(row, metric, after);
    this.count(row, metric, 1, first, windows.length);
  }

  /** Lets time pass: takes the rows out of every window that are older than it reaches. */
  advance(now: number): void {
    const { points, starts } = this;
    const { windows, metrics } = this.shape;
    this.now = now;
    for (let w = 0; w < windows.length; w++) {
      for (; this.firstTime(w) < now - windows[w]!; starts[w]!++) {
        for (let m = 0; m < metrics; m++) this.count(starts[w]!, m, -1, w, w + 1);
      }
    }
    if (starts[windows.length - 1] === points.size) this.empty();
  }

  /** The shortest window that reaches back to a moment, their number for none. */
  private firstHolding(time: number): number {
    const { windows } = this.shape;
    let w = 0;
    while (w < windows.length && time < this.now - windows[w]!) w++;
    return w;
  }

  private find(time: number, metric: number, value: number): number {
    const { points } = this;
    for (let row = points.firstFrom(time); row < points.size && points.time(row) === time; row++) {
      if (Object.is(points.value(row, metric), value)) return row;
    }
    throw new RangeError(`Expected a point that is held, got ${value} at ${time}`);
  }

  private makeRoom(): void {
    const { points, starts } = this;
    const gone = starts[starts.length - 1]!;
    if (gone === 0 || 8 * gone < points.size) {
      points.grow();
      return;
    }
    points.dropFirst(gone);
    for (let w = 0; w < starts.length; w++) starts[w]! -= gone;
  }

  private empty(): void {
    this.points.dropFirst(this.points.size);
    this.starts.fill(0);
  }

  /** What one point's pairs add to the counts of the windows `first` to `last − 1`, or take away with `by` −1. */
  private count(row: number, metric: number, by: 1 | -1, first: number, last: number): void {
    const { points, starts, figures } = this;
    const value = points.value(row, metric);
    if (Number.isNaN(value)) return;
    const from = this.firstOfTime(row, starts[last - 1]!);
    const to = this.lastOfTime(row) + 1;
    clear(later);
    points.count(metric, to, points.size, value, later);
    clear(earlier);
    points.count(metric, from, to, value, earlier);
    let s = later.above - later.below;
    let otherValue = later.above + later.below + earlier.above + earlier.below;
    const sameTime = to - from > 1 ? points.countValues(metric, from, to) - 1 : 0;
    for (let w = first, end = from; w < last; end = starts[w++]!) {
      clear(earlier);
      points.count(metric, starts[w]!, end, value, earlier);
      s += earlier.below - earlier.above;
      otherValue += earlier.below + earlier.above;
      const trend = metric * starts.length + w;
      figures.change(trend, by, s, otherValue, sameTime);
      if (this.thresholds.length > 0) this.countBeyond(trend, row, from, to, by);
    }
  }

  private counted(trend: number, line: SlopeLine): ThresholdCounts {
    const { rising, falling } = drained(countPairs(this.toSeries(trend), line));
    return { rising, falling, idle: 0 };
  }

  private firstOfTime(row: number, earliest: number): number {
    const time = this.points.time(row);
    while (row > earliest && this.points.time(row - 1) === time) row--;
    return row;
  }

  private lastOfTime(row: number): number {
    const time = this.points.time(row);
    while (row + 1 < this.points.size && this.points.time(row + 1) === time) row++;
    return row;
  }

  /** The same for the thresholds of a trend that somebody asks for; the rows `from` to `to − 1` are of the point's time. */
  private countBeyond(trend: number, row: number, from: number, to: number, by: 1 | -1): void {
    const { points, starts, thresholds } = this;
    const metric = Math.floor(trend / starts.length);
    const start = starts[trend % starts.length]!;
    for (let line: Threshold = UP; line <= DOWN; line++) {
      const counts = thresholds[2 * trend + line - UP];
      if (counts === undefined) continue;
      if (++counts.idle > IDLE_CHANGES_PER_POINT * this.figures.size(trend)) {
        thresholds[2 * trend + line - UP] = undefined;
        continue;
      }
      const along = this.shape.lines[trend]![line as Threshold];
      const [time, value] = [points.time(row), points.value(row, metric)];
      clear(earlier);
      clear(later);
      points.countBeside(metric, start, from, time, value, along, earlier);
      points.countBeside(metric, to, points.size, time, value, along, later);
      counts.rising += by * (earlier.below + later.above);
      counts.falling += by * (earlier.above + later.below);
    }
  }
}

function clear(counts: SideCounts): void {
  counts.below = 0;
  counts.above = 0;
}
