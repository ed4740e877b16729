import { drained } from '../drained.js';
import { EXIT_Z } from './alarm-budget.js';
import { varianceInflation } from './autocorrelation.js';
import { type CountedLines, DOWN, UP } from './counted-lines.js';
import { kendallPValue, kendallZ } from './kendall-s.js';
import { type EffectLines, perDay } from './metric-options.js';
import { normalTail } from './normal.js';
import { directionOf, type MetricKind } from './polarity.js';
import { type SlopeAndInterval, shortSlopeAndInterval, slopeAndInterval } from './sen-interval.js';
import { isShort } from './slope-selection.js';
import type { SortedSeries } from './sorted-series.js';
import { middleSlopes } from './theil-sen.js';
import type { TrendEvidence } from './trend-evidence.js';
import type { TrendDirection, TrendResult } from './types.js';

/** What all trends of one metric and window have in common. */
export interface TheilSenSettings {
  readonly metric: string;
  readonly window: string;
  readonly kind: MetricKind;
  readonly lines: EffectLines;
  /** Of the same. */
  readonly counted: CountedLines;
  readonly minDataPoints: number;
  /** |z| to enter a direction, by number of points; `undefined` for the bare threshold rule. */
  readonly entryZ: ((n: number) => number) | undefined;
  /** Of the slope's interval, 0 to 1. */
  readonly confidence: number;
}

/** A mean of two rounded slopes that differs less than this from the threshold is on it. */
const ROUNDING = 1e-12;
/** Or by less than what the two slopes themselves are rounded by: opposite ones of huge size leave no digits. */
const SLOPE_ROUNDING = 2 ** -50;

/** Which way a trend goes, given which way it went. No slope is worked out unless exactly half of all pairs matter. */
export function directionFrom(
  evidence: TrendEvidence,
  { entryZ, kind, lines, minDataPoints }: TheilSenSettings,
  previous: TrendDirection = 'insufficient_data',
): TrendDirection {
  const n = evidence.size;
  if (n < minDataPoints) return 'insufficient_data';
  if (entryZ === undefined) return directionOf(sideBeyond(evidence, lines), kind.polarity);
  const side = Math.sign(evidence.s);
  if (side === 0) return 'stable';
  const z = plainZ(evidence);
  // What does not suffice for staying does not suffice for entering, which is never easier.
  if (z < EXIT_Z) return 'stable';
  const direction = directionOf(side, kind.polarity);
  return direction === previous || enters(evidence, lines, side, z, entryZ(n)) ? direction : 'stable';
}

/** Everything that is known of a trend which goes that way. */
export function resultFrom(
  evidence: TrendEvidence,
  settings: TheilSenSettings,
  direction: TrendDirection,
): TrendResult {
  const { times, values } = evidence;
  const series = evidence.toSeries();
  const slopes = isShort(series)
    ? shortSlopeAndInterval(series, times, values, settings.confidence)
    : drained(slopeAndInterval(series, times, values, settings.confidence));
  return resultOf(evidence, series, slopes, settings, direction);
}

/** {@link resultFrom} in pieces. Between them nobody may look at evidence that is read in the same place. */
export function* resultInPieces(
  evidence: TrendEvidence,
  settings: TheilSenSettings,
  direction: TrendDirection,
): Generator<undefined, TrendResult> {
  const { times, values } = evidence;
  const series = evidence.toSeries();
  const slopes = yield* slopeAndInterval(series, times, values, settings.confidence);
  return resultOf(evidence, series, slopes, settings, direction);
}

function resultOf(
  evidence: TrendEvidence,
  series: SortedSeries,
  { slope, slopeInterval }: SlopeAndInterval,
  { metric, window, lines }: TheilSenSettings,
  direction: TrendDirection,
): TrendResult {
  const { s, size, times, values } = evidence;
  const inflation = varianceInflation(series);
  const pValue = kendallPValue(s, size, times, values);
  return {
    metric,
    window,
    direction,
    slope,
    slopeInterval,
    pValue,
    adjustedPValue:
      inflation === 1 ? pValue : Math.min(1, 2 * normalTail(plainZ(evidence) / Math.sqrt(inflation))),
    threshold: perDay(slope < 0 ? lines.down : lines.up),
    dataPointCount: size,
    since: null,
    evaluatedAt: evidence.lastTime,
  };
}

/** |z| of the plain test. */
function plainZ({ s, size, times, values }: TrendEvidence): number {
  return kendallZ(s, size, times, values);
}

/** Significant, beyond the threshold, and significant still when correlation is allowed for: the cheapest first. */
function enters(
  evidence: TrendEvidence,
  lines: EffectLines,
  side: number,
  z: number,
  entryZ: number,
): boolean {
  if (z < entryZ || !exceeds(evidence, lines, side)) return false;
  return z / Math.sqrt(varianceInflation(evidence.toSeries())) >= entryZ;
}

/** The side on which the median slope is beyond its threshold, 0 for neither. */
function sideBeyond(evidence: TrendEvidence, lines: EffectLines): number {
  if (exceeds(evidence, lines, 1)) return 1;
  return exceeds(evidence, lines, -1) ? -1 : 0;
}

/**
 * Whether the median slope is beyond the threshold on a side, without computing it: more than half of all
 * pairs are. With exactly half of them beyond, the mean of the middle two decides: that is beyond when
 * some of the others are on the threshold, and has to be worked out when all others are within.
 */
function exceeds(evidence: TrendEvidence, { up, down }: EffectLines, side: number): boolean {
  const { rising, falling } = evidence.beyond(side > 0 ? UP : DOWN);
  const pairs = pairsOf(evidence);
  const beyond = side > 0 ? rising : falling;
  if (2 * beyond !== pairs || pairs === 0) return 2 * beyond > pairs;
  if (rising !== falling) return true;
  const threshold = perDay(side > 0 ? up : down);
  const [lower, upper] = drained(middleSlopes(evidence.toSeries()));
  const rounding = Math.max(
    threshold * ROUNDING,
    Math.max(Math.abs(lower), Math.abs(upper)) * SLOPE_ROUNDING,
  );
  return side * (lower / 2 + upper / 2) - threshold > rounding;
}

/** Pairs of points with different times: as many slopes there are. */
export function pairsOf({ size, times }: Pick<TrendEvidence, 'size' | 'times'>): number {
  return (size * size - size - times.pairs) / 2;
}
