import { kendallVariance, type TieSums } from './mann-kendall.js';
import type { SlopeLine } from './slope-line.js';
import { type PointRanks, pointRanks, TimeSeries } from './time-series.js';

/** Pairs of points with different times, by which side of a line through the earlier the later one lies on. */
export interface PairCounts {
  rising: number;
  falling: number;
}

/** Numbers of the lines whose pairs are counted. */
export const ZERO = 0;
export const UP = 1;
export const DOWN = 2;
export type Line = typeof ZERO | typeof UP | typeof DOWN;

/** A threshold's counts are dropped after so many changes without a question. */
const IDLE_CHANGES = 256;
/** Shared by all: an update runs to its end before the next one begins. */
const ranks: PointRanks = pointRanks();

/**
 * The pair counts of a changing set of points, for three lines: slope zero (Kendall's S), and the slopes
 * that matter upwards and downwards. Exactly what counting all pairs gives, at one rank query a change:
 * a point that enters or leaves changes the counts by the pairs that it is part of. The sums that
 * the variance of S takes from ties are kept in the same way. All are integers, exact up to 200,000 points.
 *
 * The two thresholds are counted only once something asks for them, and forgotten when nothing does:
 * most series never come near to being significant.
 */
export class RankCounts {
  readonly times: TieSums = { pairs: 0, triples: 0 };
  readonly values: TieSums = { pairs: 0, triples: 0 };
  private readonly zero: PairCounts = { rising: 0, falling: 0 };
  private up: ThresholdCounts | undefined;
  private down: ThresholdCounts | undefined;
  readonly series: TimeSeries;

  /** @param lines slope zero first, then the thresholds {@link UP} and {@link DOWN} */
  constructor(readonly lines: readonly SlopeLine[]) {
    this.series = new TimeSeries(lines);
  }

  get size(): number {
    return this.series.size;
  }

  /** Kendall's S: pairs that rise less pairs that fall, in time order. */
  get s(): number {
    return this.zero.rising - this.zero.falling;
  }

  /** Variance of S without any trend, with ties. */
  get variance(): number {
    return kendallVariance(this.size, this.times, this.values);
  }

  /** Pairs of points with different times: as many slopes there are. */
  get pairs(): number {
    return (this.size * (this.size - 1) - this.times.pairs) / 2;
  }

  insert(time: number, value: number): void {
    this.change(time, value, 1);
    this.series.insert(time, value);
  }

  /** Takes one such point out; false when there is none. */
  remove(time: number, value: number): boolean {
    if (!this.series.remove(time, value)) return false;
    this.change(time, value, -1);
    return true;
  }

  /** The counts of a line; for a threshold O(n log n) when nobody asked of late, else O(1). */
  counts(line: Line): PairCounts {
    if (line === ZERO) return this.zero;
    const counts = (line === UP ? this.up : this.down) ?? this.countAll(line);
    counts.idle = 0;
    if (line === UP) this.up = counts;
    else this.down = counts;
    return counts;
  }

  /** What the pairs of one point, not held now, add to every count (or take away with `by` −1). */
  private change(time: number, value: number, by: 1 | -1): void {
    this.series.rank(time, value, ZERO, ranks);
    const { earlier, later, equal } = ranks;
    this.zero.rising += by * (earlier.below + later.above);
    this.zero.falling += by * (earlier.above + later.below);
    const unequal = earlier.below + earlier.above + later.below + later.above + equal.below + equal.above;
    addTie(this.values, this.size - unequal, by);
    addTie(this.times, ranks.sameTime, by);
    if (this.up) this.up = this.changeThreshold(this.up, UP, time, value, by);
    if (this.down) this.down = this.changeThreshold(this.down, DOWN, time, value, by);
  }

  private changeThreshold(
    counts: ThresholdCounts,
    line: Line,
    time: number,
    value: number,
    by: 1 | -1,
  ): ThresholdCounts | undefined {
    if (++counts.idle > IDLE_CHANGES) {
      this.series.dropIndex(line);
      return undefined;
    }
    this.series.rank(time, value, line, ranks);
    counts.rising += by * (ranks.earlier.below + ranks.later.above);
    counts.falling += by * (ranks.earlier.above + ranks.later.below);
    return counts;
  }

  /** Every pair once: each point against those before it, half of what ranking all of them counts. */
  private countAll(line: Line): ThresholdCounts {
    const counts = { rising: 0, falling: 0, idle: 0 };
    this.series.forEach((time, value) => {
      this.series.rank(time, value, line, ranks);
      counts.rising += ranks.earlier.below + ranks.later.above;
      counts.falling += ranks.earlier.above + ranks.later.below;
    });
    counts.rising /= 2;
    counts.falling /= 2;
    return counts;
  }
}

interface ThresholdCounts extends PairCounts {
  /** Changes since somebody asked. */
  idle: number;
}

/** A group of `others` equal points gets one more (`by` 1), or is what is left after one went (`by` −1). */
function addTie(sums: TieSums, others: number, by: 1 | -1): void {
  sums.pairs += by * 2 * others;
  sums.triples += by * 3 * others * (others - 1);
}
