import { mean } from 'simple-statistics';
import { parseOptions } from '../scoring/options.js';
import { settingsOf } from '../scoring/settings.js';
import { DAY_MS, parseDuration } from '../windows/duration.js';
import { DEFAULT_MIN_DATA_POINTS, type MetricOptions, metricOptionsSchema } from './metric-options.js';
import { type Evidence, evaluate } from './plain-strategy.js';
import type { SortedSeries } from './sorted-series.js';
import type { TrendDetectionStrategy } from './types.js';

/** The options of {@link periodOverPeriod}: those that every strategy has. */
export type PeriodOverPeriodOptions = MetricOptions;

/**
 * The mean of the later half of the window against that of the earlier half, as in a management report: a
 * direction when the difference, per day of the half window between them, is beyond the threshold. The window
 * ends at the latest point. No test: `pValue` is 1, and noise passes for a trend.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function periodOverPeriod(given?: PeriodOverPeriodOptions): TrendDetectionStrategy {
  const options = parseOptions('periodOverPeriod', metricOptionsSchema, given);
  const { minDataPoints = DEFAULT_MIN_DATA_POINTS } = options;
  return {
    name: 'periodOverPeriod',
    settings: settingsOf({ ...options, minDataPoints }),
    detect: (input) => evaluate(input, options, compareHalves, 1),
  };
}

function compareHalves({ times, values }: SortedSeries, window: string): Evidence {
  const half = parseDuration(window, 'window') / 2;
  const boundary = (times.at(-1) ?? 0) - half;
  const earlier = Array.from(values).filter((_, i) => times[i]! < boundary);
  const later = Array.from(values).filter((_, i) => times[i]! >= boundary);
  const comparable = earlier.length > 0 && later.length > 0;
  const slope = comparable ? ((mean(later) - mean(earlier)) * DAY_MS) / half : 0;
  return { slope, slopeInterval: null, pValue: 1 };
}
