import type { TieSums } from './kendall-s.js';
import type { SlopeLine } from './slope-line.js';
import { orderAlongLine } from './slope-order.js';
import { countSlopes } from './slope-selection.js';
import type { SortedSeries } from './sorted-series.js';

/** Pairs of points with different times, by which side of a line through the earlier the later one lies on. */
export interface PairCounts {
  rising: number;
  falling: number;
}

/** The pair counts of a threshold, kept only while somebody asks for them: most series never come near to being significant. */
export interface ThresholdCounts extends PairCounts {
  /** Changes since somebody asked. */
  idle: number;
}

/**
 * A threshold's counts are dropped after so many changes per point without a question: about where keeping
 * them has cost as much as counting anew.
 */
export const IDLE_CHANGES_PER_POINT = 0.25;

/** Counts the pairs of a whole series on either side of a slope, those on it on neither. O(n log n), in pieces. */
export function* countPairs(series: SortedSeries, line: SlopeLine): Generator<undefined, PairCounts> {
  const upTo = yield* orderAlongLine(series, line, 0);
  const below = yield* orderAlongLine(series, line, -1);
  return { rising: countSlopes(series) - upTo.inversions, falling: below.inversions };
}

/** Sums over groups of equal numbers in an ascending list. O(n). */
export function tieSums(ascending: Float64Array): TieSums {
  const sums = { pairs: 0, triples: 0 };
  for (let i = 1, others = 0; i < ascending.length; i++) {
    others = ascending[i] === ascending[i - 1] ? others + 1 : 0;
    addTie(sums, others, 1);
  }
  return sums;
}

/** A group of `others` equal points gets one more (`by` 1), or is what is left after one went (`by` −1). */
export function addTie(sums: TieSums, others: number, by: 1 | -1): void {
  sums.pairs += by * 2 * others;
  sums.triples += by * 3 * others * (others - 1);
}
