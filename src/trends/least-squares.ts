import { linearRegression, mean } from 'simple-statistics';
import { z } from 'zod';
import { optionsObject, parseOptions } from '../scoring/options.js';
import { settingsOf } from '../scoring/settings.js';
import { DAY_MS } from '../windows/duration.js';
import { DEFAULT_MIN_DATA_POINTS, metricOptionsSchema } from './metric-options.js';
import { type Evidence, evaluate } from './plain-strategy.js';
import type { SortedSeries } from './sorted-series.js';
import { studentPValue, studentQuantile } from './student-t.js';
import type { TrendDetectionStrategy } from './types.js';

const LEVEL = { error: 'to be a number above 0 and at most 1' };

const leastSquaresOptionsSchema = optionsObject({
  ...metricOptionsSchema.shape,
  /** Largest p value of the slope's t test for a direction, above 0 and at most 1. Default 0.05. */
  significanceLevel: z.number(LEVEL).gt(0, LEVEL).max(1, LEVEL).optional(),
});

export type LeastSquaresOptions = Readonly<z.input<typeof leastSquaresOptionsSchema>>;

/**
 * Ordinary least squares: a direction when the slope is beyond its threshold and its t test significant.
 * For values with normal, independent noise; a single outlier can turn it. It has no alarm budget:
 * looked at after every event, a level of 0.05 is crossed by noise many times a year.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function ordinaryLeastSquares(given?: LeastSquaresOptions): TrendDetectionStrategy {
  const options = parseOptions('ordinaryLeastSquares', leastSquaresOptionsSchema, given);
  const { minDataPoints = DEFAULT_MIN_DATA_POINTS, significanceLevel = 0.05 } = options;
  return {
    name: 'ordinaryLeastSquares',
    settings: settingsOf({ ...options, minDataPoints, significanceLevel }),
    detect: (input) => evaluate(input, options, leastSquares, significanceLevel),
  };
}

/** Slope per day, its 95 % interval and the p value of its t test; p is 1 under three points. */
function leastSquares({ times, values }: SortedSeries): Evidence {
  const n = times.length;
  const days = Array.from(times, (time) => (time - times[0]!) / DAY_MS);
  if (n < 2 || days[n - 1] === 0) return { slope: 0, slopeInterval: null, pValue: 1 };
  const { m: slope, b: intercept } = linearRegression(days.map((day, i) => [day, values[i]!]));
  const centre = mean(days);
  const residuals = days.reduce((sum, day, i) => sum + (values[i]! - intercept - slope * day) ** 2, 0);
  const spread = days.reduce((sum, day) => sum + (day - centre) ** 2, 0);
  if (n < 3) return { slope, slopeInterval: null, pValue: 1 };
  const error = Math.sqrt(residuals / (n - 2) / spread);
  if (error === 0) return { slope, slopeInterval: [slope, slope], pValue: slope === 0 ? 1 : 0 };
  const reach = studentQuantile(0.05, n - 2) * error;
  return {
    slope,
    slopeInterval: [slope - reach, slope + reach],
    pValue: studentPValue(slope / error, n - 2),
  };
}
