import { DAY_MS } from '../windows/duration.js';
import { countedLines } from './counted-lines.js';
import { requirePositive } from './invalid-option.js';
import {
  checkMetricOptions,
  DEFAULT_MIN_DATA_POINTS,
  effectLines,
  kindOf,
  type MetricOptions,
} from './metric-options.js';
import { TheilSenTracker } from './theil-sen-tracker.js';
import type { TrendDetectionStrategy, TrendPoint } from './types.js';

export interface ThresholdOnlyOptions extends MetricOptions {
  /** The slope per day, either way, beyond which there is a direction, in any window. Default 0.05. */
  readonly threshold?: number;
}

/**
 * The bare rule that is in common use: a direction whenever the Theil–Sen slope is beyond a fixed threshold
 * per day, the same in every window. It has no test, so noise passes for a trend in short windows and a slow
 * fade for none in long ones; to be compared with, not to be judged by. `minEffect` and `thresholds` of a
 * metric, where given, take the place of the fixed threshold.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function thresholdOnly(options: ThresholdOnlyOptions = {}): Required<TrendDetectionStrategy> {
  checkMetricOptions(options);
  const line = { rise: requirePositive('threshold', options.threshold ?? 0.05), run: DAY_MS };
  const track = (metric: string, window: string, points?: readonly TrendPoint[]): TheilSenTracker => {
    const own = options.minEffect !== undefined || Object.hasOwn(options.thresholds ?? {}, metric);
    const lines = own ? effectLines(metric, window, options) : { up: line, down: line };
    const settings = {
      metric,
      window,
      kind: kindOf(metric, options),
      lines,
      counted: countedLines(lines),
      minDataPoints: options.minDataPoints ?? DEFAULT_MIN_DATA_POINTS,
      entryZ: undefined,
      confidence: 0.95,
    };
    return new TheilSenTracker(settings, points);
  };
  return {
    name: 'thresholdOnly',
    detect: ({ metric, window, points, previous }) => track(metric, window, points).result(previous),
    detectInPieces: ({ metric, window, points, previous }) =>
      track(metric, window, points).resultInPieces(previous),
    track,
  };
}
