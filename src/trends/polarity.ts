import type { TrendDirection } from './types.js';

/** Which way a metric is good. */
export type Polarity = 'higher_is_better' | 'lower_is_better';
/** `logarithmic`: trends are relative changes, slopes of ln(value). */
export type MetricScale = 'linear' | 'logarithmic';

/** How a metric's values are read as a trend. */
export interface MetricKind {
  readonly polarity: Polarity;
  readonly scale: MetricScale;
  /**
   * Resolution of a logarithmic metric, in its unit: smaller values count as this one, so that a task that
   * cost nothing has a logarithm. Without effect on linear metrics.
   */
  readonly floor: number;
}

const LINEAR: MetricKind = { polarity: 'higher_is_better', scale: 'linear', floor: 0 };

const KNOWN: Readonly<Record<string, MetricKind>> = {
  quality: LINEAR,
  collaboration: LINEAR,
  /** A millionth of the currency unit: less than a single token costs. */
  cost: { polarity: 'lower_is_better', scale: 'logarithmic', floor: 1e-6 },
  /** One millisecond, the resolution of the clock. */
  completionTime: { polarity: 'lower_is_better', scale: 'logarithmic', floor: 1 },
  tokens: { polarity: 'lower_is_better', scale: 'logarithmic', floor: 1 },
  toolCalls: { polarity: 'lower_is_better', scale: 'logarithmic', floor: 1 },
  /** Finished tasks: none and half a one are the same. */
  throughput: { polarity: 'higher_is_better', scale: 'logarithmic', floor: 0.5 },
};

/** Larger values have differences, and slopes per day, that no double holds. */
const LARGEST = 1e300;

/** Polarity and scale of a metric, with what the caller says otherwise. An unknown metric is linear, higher is better. */
export function metricKind(metric: string, override: Partial<MetricKind> = {}): MetricKind {
  const known = Object.hasOwn(KNOWN, metric) ? KNOWN[metric]! : LINEAR;
  const { polarity = known.polarity, scale = known.scale, floor = known.floor } = override;
  return { polarity, scale, floor: scale === 'logarithmic' && floor === 0 ? 1e-6 : floor };
}

/**
 * A value on the scale on which its trend is taken: itself, or the natural logarithm of at least the floor; to
 * {@link DIGITS} significant digits, for the rest is how it was computed: a score of 20/3 that was reached in two ways
 * is two doubles, and a rank test would take the one for more than the other.
 *
 * @throws RangeError for NaN, infinities, and what is beyond ±1e300, whose slopes would be infinite.
 */
export function onTrendScale(value: number, kind: MetricKind): number {
  if (!(Math.abs(value) <= LARGEST)) {
    throw new RangeError(`Expected \`value\` to be a number between −1e300 and 1e300, got ${value}`);
  }
  // Adding 0 turns −0, which is equal to 0 but has other bits, into 0.
  return kind.scale === 'linear' ? rounded(value) + 0 : Math.log(Math.max(rounded(value), kind.floor));
}

/** Decimal digits of a value that count. */
const DIGITS = 12;
/** Powers of ten that are doubles. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** The decimal number of so many digits that is nearest. Of what is smaller than 1e-11, or at least 1e11, all digits count. */
function rounded(value: number): number {
  if (Number.isInteger(value)) return value;
  const decimals = DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)));
  const power = POWERS[decimals];
  return power === undefined ? value : Math.round(value * power) / power;
}

/** What a slope of the given sign means: improving is better, whichever way the metric goes. */
export function directionOf(sign: number, polarity: Polarity): TrendDirection {
  if (sign === 0) return 'stable';
  return sign > 0 === (polarity === 'higher_is_better') ? 'improving' : 'declining';
}
