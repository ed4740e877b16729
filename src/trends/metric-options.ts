import { z } from 'zod';
import { optionsObject, positive } from '../scoring/options.js';
import { DAY_MS, parseDuration } from '../windows/duration.js';
import { type MetricKind, type MetricScale, metricKind } from './polarity.js';
import type { SlopeLine } from './slope-line.js';

const AT_LEAST_2 = { error: 'to be an integer >= 2' };

/** One of the given words. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: `to be one of ${words.join(', ')}` }).optional();

/** By the name of a metric, or of a scale. */
const byName = <S extends z.ZodType>(value: S) =>
  z.record(z.string(), value, { error: 'to be an object by name of the metric' }).optional();

const thresholdsSchema = optionsObject({ improving: positive().unwrap(), declining: positive().unwrap() });

/** Slopes per day that matter, both positive: in points, or in ln(value) for logarithmic metrics. */
export type DirectionThresholds = Readonly<z.output<typeof thresholdsSchema>>;

/** The options that every trend strategy has. */
export const metricOptionsSchema = optionsObject({
  /** Fewest points for a direction. Default 5; at least 2. */
  minDataPoints: z.int(AT_LEAST_2).min(2, AT_LEAST_2).optional(),
  /**
   * The change over a whole window that matters. Default 0.5 points for linear metrics and 0.1 (10 %, as a
   * change of the logarithm) for logarithmic ones; a metric's own name takes precedence over its scale.
   */
  minEffect: byName(positive().unwrap()),
  /** Thresholds per day instead of `minEffect`, per metric. */
  thresholds: byName(thresholdsSchema),
  /** Polarity, scale and floor of custom metrics, or others for the known ones. */
  metrics: byName(
    optionsObject({
      polarity: oneOf(['higher_is_better', 'lower_is_better']),
      scale: oneOf(['linear', 'logarithmic']),
      floor: positive(),
    }),
  ),
});

export type MetricOptions = Readonly<z.input<typeof metricOptionsSchema>>;

/** What a slope has to exceed to matter, upwards and downwards, both with positive rise. */
export interface EffectLines {
  readonly up: SlopeLine;
  readonly down: SlopeLine;
}

export const DEFAULT_MIN_EFFECT: Readonly<Record<MetricScale, number>> = { linear: 0.5, logarithmic: 0.1 };
/** Ratios from 0 to 1 are not in points. */
const DEFAULT_EFFECT_OF: Readonly<Record<string, number>> = { successRate: 0.05 };
export const DEFAULT_MIN_DATA_POINTS = 5;

/** Polarity and scale of a metric under these options. */
export function kindOf(metric: string, options: MetricOptions): MetricKind {
  return metricKind(metric, own(options.metrics, metric));
}

/** The slopes that matter for a metric in a window. */
export function effectLines(metric: string, window: string, options: MetricOptions): EffectLines {
  const kind = kindOf(metric, options);
  const thresholds = own(options.thresholds, metric);
  if (thresholds !== undefined) {
    const improving = { rise: thresholds.improving, run: DAY_MS };
    const declining = { rise: thresholds.declining, run: DAY_MS };
    const higher = kind.polarity === 'higher_is_better';
    return { up: higher ? improving : declining, down: higher ? declining : improving };
  }
  const rise =
    own(options.minEffect, metric) ??
    own(options.minEffect, kind.scale) ??
    own(DEFAULT_EFFECT_OF, metric) ??
    DEFAULT_MIN_EFFECT[kind.scale];
  const line = { rise, run: parseDuration(window, 'window') };
  return { up: line, down: line };
}

/** Per day. */
export function perDay(line: SlopeLine): number {
  return (line.rise * DAY_MS) / line.run;
}

/** An entry of a record, never something that it inherits: metric names come from outside. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
