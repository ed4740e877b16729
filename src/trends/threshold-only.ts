import type { z } from 'zod';
import { optionsObject, parseOptions, positive } from '../scoring/options.js';
import { settingsOf } from '../scoring/settings.js';
import { DAY_MS } from '../windows/duration.js';
import { countedLines } from './counted-lines.js';
import { DEFAULT_MIN_DATA_POINTS, effectLines, kindOf, metricOptionsSchema } from './metric-options.js';
import { TheilSenTracker } from './theil-sen-tracker.js';
import type { TrendDetectionStrategy, TrendPoint } from './types.js';

const thresholdOnlyOptionsSchema = optionsObject({
  ...metricOptionsSchema.shape,
  /** The slope per day, either way, beyond which there is a direction, in any window. Default 0.05. */
  threshold: positive(),
});

export type ThresholdOnlyOptions = Readonly<z.input<typeof thresholdOnlyOptionsSchema>>;

/**
 * The bare rule that is in common use: a direction whenever the Theil–Sen slope is beyond a fixed threshold
 * per day, the same in every window. It has no test, so noise passes for a trend in short windows and a slow
 * fade for none in long ones; to be compared with, not to be judged by. `minEffect` and `thresholds` of a
 * metric, where given, take the place of the fixed threshold.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function thresholdOnly(given?: ThresholdOnlyOptions): Required<TrendDetectionStrategy> {
  const options = parseOptions('thresholdOnly', thresholdOnlyOptionsSchema, given);
  const { minDataPoints = DEFAULT_MIN_DATA_POINTS, threshold = 0.05 } = options;
  const line = { rise: threshold, run: DAY_MS };
  const track = (metric: string, window: string, points?: readonly TrendPoint[]): TheilSenTracker => {
    const own = options.minEffect !== undefined || Object.hasOwn(options.thresholds ?? {}, metric);
    const lines = own ? effectLines(metric, window, options) : { up: line, down: line };
    const settings = {
      metric,
      window,
      kind: kindOf(metric, options),
      lines,
      counted: countedLines(lines),
      minDataPoints,
      entryZ: undefined,
      confidence: 0.95,
    };
    return new TheilSenTracker(settings, points);
  };
  return {
    name: 'thresholdOnly',
    settings: settingsOf({ ...options, minDataPoints, threshold }),
    detect: ({ metric, window, points, previous }) => track(metric, window, points).result(previous),
    detectInPieces: ({ metric, window, points, previous }) =>
      track(metric, window, points).resultInPieces(previous),
    track,
  };
}
