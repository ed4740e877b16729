import { DAY_MS, parseDuration } from '../windows/duration.js';
import { invalidOption, requireInteger, requireOneOf, requirePositive } from './invalid-option.js';
import { type MetricKind, type MetricScale, metricKind } from './polarity.js';
import type { SlopeLine } from './slope-line.js';

/** Slopes per day that matter, both positive: in points, or in ln(value) for logarithmic metrics. */
export interface DirectionThresholds {
  readonly improving: number;
  readonly declining: number;
}

/** The options that every trend strategy has. */
export interface MetricOptions {
  /** Fewest points for a direction. Default 5; at least 2. */
  readonly minDataPoints?: number;
  /**
   * The change over a whole window that matters. Default 0.5 points for linear metrics and 0.1 (10 %, as a
   * change of the logarithm) for logarithmic ones; a metric's own name takes precedence over its scale.
   */
  readonly minEffect?: Readonly<Record<string, number>>;
  /** Thresholds per day instead of `minEffect`, per metric. */
  readonly thresholds?: Readonly<Record<string, DirectionThresholds>>;
  /** Polarity, scale and floor of custom metrics, or others for the known ones. */
  readonly metrics?: Readonly<Record<string, Partial<MetricKind>>>;
}

/** What a slope has to exceed to matter, upwards and downwards, both with positive rise. */
export interface EffectLines {
  readonly up: SlopeLine;
  readonly down: SlopeLine;
}

export const DEFAULT_MIN_EFFECT: Readonly<Record<MetricScale, number>> = { linear: 0.5, logarithmic: 0.1 };
/** Ratios from 0 to 1 are not in points. */
const DEFAULT_EFFECT_OF: Readonly<Record<string, number>> = { successRate: 0.05 };
export const DEFAULT_MIN_DATA_POINTS = 5;

/** Checks the options that all strategies share. @throws TenureError `TENURE_INVALID_OPTIONS` */
export function checkMetricOptions(options: MetricOptions): void {
  if (options.minDataPoints !== undefined) requireInteger('minDataPoints', options.minDataPoints, 2);
  for (const [name, effect] of entriesOf('minEffect', options.minEffect)) {
    requirePositive(`minEffect.${name}`, effect);
  }
  for (const [name, thresholds] of entriesOf('thresholds', options.thresholds)) {
    requirePositive(`thresholds.${name}.improving`, thresholds?.improving);
    requirePositive(`thresholds.${name}.declining`, thresholds?.declining);
  }
  for (const [name, kind] of entriesOf('metrics', options.metrics)) checkKind(`metrics.${name}`, kind);
}

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

function checkKind(option: string, kind: Partial<MetricKind>): void {
  if (typeof kind !== 'object' || kind === null) throw invalidOption(option, 'an object', kind);
  const { polarity, scale, floor } = kind;
  if (polarity !== undefined) {
    requireOneOf(`${option}.polarity`, polarity, ['higher_is_better', 'lower_is_better']);
  }
  if (scale !== undefined) requireOneOf(`${option}.scale`, scale, ['linear', 'logarithmic']);
  if (floor !== undefined) requirePositive(`${option}.floor`, floor);
}

function entriesOf<T>(option: string, record: Readonly<Record<string, T>> | undefined): [string, T][] {
  if (record === undefined) return [];
  if (typeof record !== 'object' || record === null) throw invalidOption(option, 'an object', record);
  return Object.entries(record);
}

/** An entry of a record, never something that it inherits: metric names come from outside. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
