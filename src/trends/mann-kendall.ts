import { drained } from '../drained.js';
import { DAY_MS } from '../windows/duration.js';
import { kendallPValue, kendallVariance, type TieSums } from './kendall-s.js';
import { countPairs, tieSums } from './pair-counts.js';
import { senInterval } from './sen-interval.js';
import { type SortedSeries, sortedSeries } from './sorted-series.js';
import type { TrendPoint } from './types.js';

export interface MannKendall {
  /** Kendall's S: pairs of points with different times that rise, less those that fall. */
  readonly s: number;
  /** Of S without any trend, with ties. */
  readonly variance: number;
  /** Two-sided, 0–1; 1 where nothing can be tested. */
  readonly pValue: number;
}

/**
 * The Mann–Kendall test for a trend, any monotone one, without assumptions on the distribution of the values
 * but with the one that they are independent. Exact below 10 points without ties, else normal with tie and
 * continuity correction. O(n log n).
 *
 * Sources: Mann (1945), Nonparametric tests against trend; Kendall (1975), Rank Correlation Methods.
 */
export function mannKendall(points: readonly TrendPoint[]): MannKendall {
  const series = sortedSeries(points);
  const { rising, falling } = drained(countPairs(series, { rise: 0, run: DAY_MS }));
  const { times, values } = seriesTies(series);
  const s = rising - falling;
  return {
    s,
    variance: kendallVariance(points.length, times, values),
    pValue: kendallPValue(s, points.length, times, values),
  };
}

/**
 * Confidence interval of the Theil–Sen slope, per day; `null` where it is not defined: under two different
 * times or values. O(n log n) expected. See {@link senInterval} for ranks and variance.
 */
export function theilSenInterval(
  points: readonly TrendPoint[],
  confidence = 0.95,
): [low: number, high: number] | null {
  const series = sortedSeries(points);
  const { times, values } = seriesTies(series);
  return drained(senInterval(series, times, values, confidence));
}

function seriesTies(series: SortedSeries): { times: TieSums; values: TieSums } {
  return { times: tieSums(series.times), values: tieSums(series.values.toSorted()) };
}
