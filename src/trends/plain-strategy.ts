import {
  DEFAULT_MIN_DATA_POINTS,
  effectLines,
  kindOf,
  type MetricOptions,
  perDay,
} from './metric-options.js';
import { directionOf, onTrendScale } from './polarity.js';
import { type SortedSeries, sortedSeries } from './sorted-series.js';
import type { TrendInput, TrendResult } from './types.js';

/** What a simple strategy finds in a series. */
export interface Evidence {
  /** Per day. */
  readonly slope: number;
  readonly slopeInterval: readonly [low: number, high: number] | null;
  readonly pValue: number;
}

/**
 * The result of a strategy without memory: a direction when there are enough points, the slope is beyond
 * its threshold and the p value at most `level`.
 */
export function evaluate(
  input: TrendInput,
  options: MetricOptions,
  measure: (series: SortedSeries, window: string) => Evidence,
  level: number,
): TrendResult {
  const { metric, window, points } = input;
  const kind = kindOf(metric, options);
  const scaled = points.map(({ at, value }) => ({ at, value: onTrendScale(value, kind) }));
  const series = sortedSeries(scaled);
  const { slope, slopeInterval, pValue } = measure(series, window);
  const lines = effectLines(metric, window, options);
  const threshold = perDay(slope < 0 ? lines.down : lines.up);
  const enough = points.length >= (options.minDataPoints ?? DEFAULT_MIN_DATA_POINTS);
  const side = Math.abs(slope) > threshold && pValue <= level ? Math.sign(slope) : 0;
  return {
    metric,
    window,
    direction: enough ? directionOf(side, kind.polarity) : 'insufficient_data',
    slope,
    slopeInterval,
    pValue,
    adjustedPValue: pValue,
    threshold,
    dataPointCount: points.length,
    since: null,
    evaluatedAt: series.times.at(-1) ?? null,
  };
}
