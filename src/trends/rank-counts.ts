import { drained } from '../drained.js';
import { type CountedLines, DOWN, type Threshold, UP, ZERO } from './counted-lines.js';
import type { TieSums } from './kendall-s.js';
import {
  addTie,
  countPairs,
  IDLE_CHANGES_PER_POINT,
  type PairCounts,
  type ThresholdCounts,
  tieSums,
} from './pair-counts.js';
import type { SortedSeries } from './sorted-series.js';
import { type PointRanks, pointRanks, TimeSeries } from './time-series.js';
import type { TrendEvidence } from './trend-evidence.js';

/** Shared by all: an update runs to its end before the next one begins. */
const ranks: PointRanks = pointRanks();

/**
 * The pair counts of a changing set of points, for three lines: slope zero (Kendall's S), and the slopes
 * that matter upwards and downwards. Exactly what counting all pairs gives, at one rank query a change:
 * a point that enters or leaves changes the counts by the pairs that it is part of. The sums that
 * the variance of S takes from ties are kept in the same way. All are integers, exact up to 200,000 points.
 *
 * Points that are loaded are counted when first asked for, and the two thresholds only while something asks
 * for them: most series never come near to being significant.
 */
export class RankCounts implements TrendEvidence {
  private readonly series: TimeSeries;
  private readonly zero: PairCounts = { rising: 0, falling: 0 };
  private timeTies: TieSums = { pairs: 0, triples: 0 };
  private valueTies: TieSums = { pairs: 0, triples: 0 };
  private up: ThresholdCounts | undefined;
  private down: ThresholdCounts | undefined;
  private counted = true;

  constructor(private readonly lines: CountedLines) {
    this.series = new TimeSeries(lines);
  }

  get size(): number {
    return this.series.size;
  }

  /** Time of the latest point, `null` when there is none. */
  get lastTime(): number | null {
    return this.series.lastTime;
  }

  /** Kendall's S: pairs that rise less pairs that fall, in time order. */
  get s(): number {
    if (!this.counted) this.countLoaded();
    return this.zero.rising - this.zero.falling;
  }

  /** Groups of equal times. */
  get times(): TieSums {
    if (!this.counted) this.countLoaded();
    return this.timeTies;
  }

  /** Groups of equal values. */
  get values(): TieSums {
    if (!this.counted) this.countLoaded();
    return this.valueTies;
  }

  /** Holds these points instead of its own. O(n) now, O(n log n) when a count is first asked for. */
  load(series: SortedSeries): void {
    this.series.load(series);
    this.counted = false;
    this.up = undefined;
    this.down = undefined;
  }

  /** A copy of the points in the order of time, then value. */
  toSeries(): SortedSeries {
    return this.series.toSeries();
  }

  insert(time: number, value: number): void {
    if (!this.counted) this.countLoaded();
    this.change(time, value, 1, 0);
    this.series.insert(time, value);
  }

  /** Takes one such point out; false when there is none. */
  remove(time: number, value: number): boolean {
    if (!this.counted) this.countLoaded();
    if (!this.series.remove(time, value)) return false;
    this.change(time, value, -1, 0);
    return true;
  }

  /** Gives one such point another value at its time; false when there is none. */
  rewrite(time: number, before: number, after: number): boolean {
    if (!this.counted) this.countLoaded();
    if (!this.series.has(time, before)) return false;
    this.change(time, before, -1, 1);
    this.series.rewrite(time, before, after);
    this.change(time, after, 1, 1);
    return true;
  }

  /** The counts of a threshold; O(n log n) when nobody asked of late, else O(1). */
  beyond(line: Threshold): PairCounts {
    const held = line === UP ? this.up : this.down;
    if (!held) return drained(this.counting(line));
    held.idle = 0;
    return held;
  }

  /** Has all counts at hand, in pieces: for more points than may be counted in one go. */
  *prepare(): Generator<undefined, void> {
    if (!this.counted) yield* this.countingLoaded();
    if (!this.up) yield* this.counting(UP);
    if (!this.down) yield* this.counting(DOWN);
  }

  private *counting(line: Threshold): Generator<undefined, PairCounts> {
    const counts = { ...(yield* countPairs(this.toSeries(), this.lines[line])), idle: 0 };
    if (line === UP) this.up = counts;
    else this.down = counts;
    return counts;
  }

  private countLoaded(): void {
    drained(this.countingLoaded());
  }

  private *countingLoaded(): Generator<undefined, void> {
    const series = this.toSeries();
    Object.assign(this.zero, yield* countPairs(series, this.lines[ZERO]));
    this.timeTies = tieSums(series.times);
    this.valueTies = tieSums(series.values.sort());
    this.counted = true;
  }

  /** What the pairs of one point add to every count (or take away with `by` −1); `held` 1 when it is held now. */
  private change(time: number, value: number, by: 1 | -1, held: 0 | 1): void {
    this.series.rank(time, value, ZERO, ranks);
    const { earlier, later, equal } = ranks;
    addSides(this.zero, by);
    const unequal = earlier.below + earlier.above + later.below + later.above + equal.below + equal.above;
    addTie(this.valueTies, this.size - held - unequal, by);
    addTie(this.timeTies, ranks.sameTime - held, by);
    if (this.up) this.up = this.changeThreshold(this.up, UP, time, value, by);
    if (this.down) this.down = this.changeThreshold(this.down, DOWN, time, value, by);
  }

  private changeThreshold(
    counts: ThresholdCounts,
    line: Threshold,
    time: number,
    value: number,
    by: 1 | -1,
  ): ThresholdCounts | undefined {
    if (++counts.idle > IDLE_CHANGES_PER_POINT * this.size) {
      this.series.dropIndex(line);
      return undefined;
    }
    this.series.rank(time, value, line, ranks);
    addSides(counts, by);
    return counts;
  }
}

/** The pairs that {@link ranks} tell of: with earlier points below, and later points above, a point rises. */
function addSides(counts: PairCounts, by: 1 | -1): void {
  counts.rising += by * (ranks.earlier.below + ranks.later.above);
  counts.falling += by * (ranks.earlier.above + ranks.later.below);
}
