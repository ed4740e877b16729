import { drained } from '../drained.js';
import { countSlopes, middleRanks, slopesAtRanks } from './slope-selection.js';
import type { SortedSeries } from './sorted-series.js';
import { sortedSeries } from './sorted-series.js';
import type { TrendPoint } from './types.js';

/**
 * The Theil–Sen estimator: the median of the slopes of all pairs of points with different times, in units of
 * the value per day; with an even number of slopes the mean of the middle two. 0 when no two times differ.
 * Robust: up to 29 % of the points may be arbitrary. O(n log n) expected.
 *
 * Sources: Theil (1950), A rank-invariant method of linear and polynomial regression analysis; Sen (1968),
 * Estimates of the regression coefficient based on Kendall's tau, section 2 (pairs with equal times are left
 * out). Equal to the slope of `scipy.stats.theilslopes` and of R's `trend::sens.slope`.
 */
export function theilSenSlope(points: readonly TrendPoint[]): number {
  const [lower, upper] = drained(middleSlopes(sortedSeries(points)));
  return lower / 2 + upper / 2;
}

/** The middle two of all slopes, per day: twice the same of an odd number, 0 where there are none. In pieces. */
export function* middleSlopes(series: SortedSeries): Generator<undefined, [lower: number, upper: number]> {
  const pairs = countSlopes(series);
  if (pairs === 0) return [0, 0];
  const [lower, upper] = yield* slopesAtRanks(series, middleRanks(pairs));
  return [lower!, upper!];
}
