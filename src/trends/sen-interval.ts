import type { TieSums } from './kendall-s.js';
import { normalQuantile } from './normal.js';
import { countSlopes, middleRanks, shortSlopesAtRanks, slopesAtRanks } from './slope-selection.js';
import type { SortedSeries } from './sorted-series.js';

/**
 * Confidence interval of the Theil–Sen slope, per day: the slopes of rank round((N − C)/2) and
 * round((N + C)/2) + 1 among all N, where C = z·σ and σ² is the variance of Kendall's S; ranks beyond the ends
 * are taken at the ends, halves rounded to even. `null` where σ is 0: fewer than two points, or no
 * variation in time or value. In pieces.
 *
 * σ² is Sen's equation 2.6, whose tie correction has no product terms, as in `scipy.stats.theilslopes`;
 * the ranks are those of scipy and of R's `trend::sens.slope`.
 *
 * Source: Sen (1968), section 3 and equation 2.6.
 *
 * @param confidence 0 to 1, such as 0.95
 */
export function* senInterval(
  series: SortedSeries,
  times: TieSums,
  values: TieSums,
  confidence: number,
): Generator<undefined, [low: number, high: number] | null> {
  const ranks = intervalRanks(countSlopes(series), series.times.length, times, values, confidence);
  if (ranks === null) return null;
  const [low, high] = yield* slopesAtRanks(series, ranks);
  return [low!, high!];
}

/** The median of all slopes, and {@link senInterval}. */
export interface SlopeAndInterval {
  readonly slope: number;
  readonly slopeInterval: [low: number, high: number] | null;
}

/** Both in one look at the slopes: what each of them says. In pieces. */
export function* slopeAndInterval(
  series: SortedSeries,
  times: TieSums,
  values: TieSums,
  confidence: number,
): Generator<undefined, SlopeAndInterval> {
  const ranks = ranksOf(series, times, values, confidence);
  return ranks === null ? NO_SLOPES : foundAt(yield* slopesAtRanks(series, ranks));
}

/** The same of a series that is short, at once. */
export function shortSlopeAndInterval(
  series: SortedSeries,
  times: TieSums,
  values: TieSums,
  confidence: number,
): SlopeAndInterval {
  const ranks = ranksOf(series, times, values, confidence);
  return ranks === null ? NO_SLOPES : foundAt(shortSlopesAtRanks(series, ranks));
}

const NO_SLOPES: SlopeAndInterval = { slope: 0, slopeInterval: null };

/** Of the middle two slopes, with those of the interval's ends around them where there is one; `null` without slopes. */
function ranksOf(
  series: SortedSeries,
  times: TieSums,
  values: TieSums,
  confidence: number,
): readonly number[] | null {
  const pairs = countSlopes(series);
  if (pairs === 0) return null;
  const [lower, upper] = middleRanks(pairs);
  const ends = intervalRanks(pairs, series.times.length, times, values, confidence);
  return ends === null ? [lower, upper] : [ends[0], lower, upper, ends[1]];
}

function foundAt(found: readonly number[]): SlopeAndInterval {
  if (found.length === 2) return { slope: found[0]! / 2 + found[1]! / 2, slopeInterval: null };
  return { slope: found[1]! / 2 + found[2]! / 2, slopeInterval: [found[0]!, found[3]!] };
}

/** The lower at most, and the upper at least that of a middle slope. */
function intervalRanks(
  pairs: number,
  n: number,
  times: TieSums,
  values: TieSums,
  confidence: number,
): [lower: number, upper: number] | null {
  const variance = senVariance(n, times, values);
  if (pairs === 0 || variance <= 0) return null;
  const spread = halfWidth(confidence) * Math.sqrt(variance);
  const lower = Math.max(1, roundHalfEven((pairs - spread) / 2));
  const upper = Math.min(pairs, roundHalfEven((pairs + spread) / 2) + 1);
  return [lower, Math.max(lower, upper)];
}

/** Quantiles by confidence: a tracker asks for one and the same at every result. */
const quantiles = new Map<number, number>();

/** Half the width of the interval, in standard deviations. */
function halfWidth(confidence: number): number {
  let z = quantiles.get(confidence);
  if (z === undefined) {
    z = normalQuantile((1 - confidence) / 2);
    quantiles.set(confidence, z);
  }
  return z;
}

/** (n(n−1)(2n+5) − Σu(u−1)(2u+5) − Σw(w−1)(2w+5))/18 */
function senVariance(n: number, times: TieSums, values: TieSums): number {
  const whole = n * (n - 1);
  const triples = whole * (n - 2) - times.triples - values.triples;
  return (2 * triples + 9 * (whole - times.pairs - values.pairs)) / 18;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
