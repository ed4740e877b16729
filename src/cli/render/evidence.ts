import type { TrendMetric, TrendResult } from '../../trends/types.js';
import { date } from './time.js';

/** How metrics are called in sentences. */
const NAMES: Readonly<Record<TrendMetric, string>> = {
  quality: 'quality',
  cost: 'cost a task',
  completionTime: 'completion time',
  tokens: 'tokens a task',
  collaboration: 'collaboration',
};
const LINEAR: ReadonlySet<string> = new Set(['quality', 'collaboration']);
const WEEK = 7;
const WEAK = 0.05;
/** A few points within an hour can have any slope; a factor of more than this says nothing more. */
const MOST = 999;

const SHORT_NAMES: Readonly<Record<string, string>> = { completionTime: 'time', collaboration: 'collab' };

/** For narrow columns. */
export function shortMetricName(metric: string): string {
  return SHORT_NAMES[metric] ?? metric;
}

export function metricName(metric: string): string {
  return NAMES[metric as TrendMetric] ?? metric;
}

/**
 * What a trend rests on: how fast, how sure, on how much, since when.
 *
 * `quality −0.42 points a week in 30d (95 % −0.80 to −0.11, p 0.004, n 23), since 2025-06-01`
 */
export function evidence(trend: TrendResult): string {
  const interval = trend.slopeInterval;
  const range =
    interval === null
      ? ''
      : `95 % ${weekly(trend.metric, interval[0])} to ${weekly(trend.metric, interval[1])}, `;
  const since =
    trend.since === null ? '' : `, since ${date(trend.since)}${isHeld(trend) ? ' on stronger evidence' : ''}`;
  const rests = `${range}p ${pValue(trend.adjustedPValue)}, n ${trend.dataPointCount}`;
  return `${metricName(trend.metric)} ${speed(trend, ' points')} a week in ${trend.window} (${rests})${since}`;
}

/** A direction is entered on strong evidence, and kept for as long as it is plausible. */
function isHeld({ direction, adjustedPValue }: TrendResult): boolean {
  return (direction === 'improving' || direction === 'declining') && adjustedPValue >= WEAK;
}

/** The slope as the change in a week, with its unit: `−0.42`, `+12 %`, `×3.5`. */
export function speed({ metric, slope }: TrendResult, points = ''): string {
  return `${weekly(metric, slope)}${LINEAR.has(metric) ? points : ''}`;
}

/** A slope per day as the change in a week: in points; of logarithmic metrics in per cent, or as a factor. */
function weekly(metric: string, slope: number): string {
  if (LINEAR.has(metric)) return signed(slope * WEEK, 2);
  const factor = Math.exp(Math.abs(slope) * WEEK);
  if (factor <= 2) return `${signed(100 * Math.expm1(slope * WEEK), 0)} %`;
  const sign = slope > 0 ? '×' : '÷';
  if (factor > MOST) return `>${sign}${MOST}`;
  return `${sign}${factor < 10 ? factor.toFixed(1) : Math.round(factor)}`;
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** Three digits, or less than what they can show. */
export function pValue(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}
