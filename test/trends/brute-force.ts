import type { TrendPoint } from '../../src/trends/types.js';

/**
 * Trends the slow way: every definition written down as it stands in the literature, over all pairs, sharing
 * no code with the library.
 */

const DAY_MS = 86_400_000;

type Fraction = readonly [numerator: bigint, denominator: bigint];

/** A double as a fraction, exactly. */
export function fraction(value: number): Fraction {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return [BigInt(scaled), denominator];
}

function compareFractions(a: Fraction, b: Fraction): number {
  const left = a[0] * b[1];
  const right = b[0] * a[1];
  return left < right ? -1 : left > right ? 1 : 0;
}

function allPairs<T>(points: readonly TrendPoint[], of: (earlier: TrendPoint, later: TrendPoint) => T): T[] {
  const pairs: T[] = [];
  for (const earlier of points) {
    for (const later of points) if (later.at > earlier.at) pairs.push(of(earlier, later));
  }
  return pairs;
}

/**
 * Whether the median slope exceeds (`side` 1) or undercuts (−1) ± effect per run ms, in exact arithmetic.
 * A mean of two slopes on either side of the threshold is beyond it by more than 1e-12 or not at all.
 */
export function medianBeyond(
  points: readonly TrendPoint[],
  effect: number,
  run: number,
  side: 1 | -1,
): boolean {
  const slopes = allPairs(points, (earlier, later): Fraction => {
    const [a, ad] = fraction(earlier.value);
    const [b, bd] = fraction(later.value);
    return [(b * ad - a * bd) * BigInt(side), ad * bd * BigInt(later.at - earlier.at)];
  }).sort(compareFractions);
  if (slopes.length === 0) return false;
  const lower = slopes[(slopes.length - 1) >> 1]!;
  const upper = slopes[slopes.length >> 1]!;
  const [e, ed] = fraction(effect);
  const threshold: Fraction = [e, ed * BigInt(run)];
  if (compareFractions(lower, threshold) >= 0) return compareFractions(upper, threshold) > 0;
  const mean: Fraction = [lower[0] * upper[1] + upper[0] * lower[1], 2n * lower[1] * upper[1]];
  const more: Fraction = [threshold[0] * (10n ** 12n + 1n), threshold[1] * 10n ** 12n];
  return compareFractions(mean, more) > 0 && !isWithinRounding(mean, threshold, [lower, upper]);
}

/** Whether two slopes of which the mean is taken are so large that doubles cannot tell it from the threshold. */
function isWithinRounding(mean: Fraction, threshold: Fraction, slopes: readonly Fraction[]): boolean {
  const apart: Fraction = [mean[0] * threshold[1] - threshold[0] * mean[1], mean[1] * threshold[1]];
  return slopes.some(
    ([n, d]) => compareFractions([apart[0] * 2n ** 50n, apart[1]], [n < 0n ? -n : n, d]) <= 0,
  );
}

/** How many pairs lie above, and how many below, a line of slope rise per run ms through the earlier point. */
export function pairsBeside(points: readonly TrendPoint[], rise: number, run: number): [number, number] {
  const sides = allPairs(points, (earlier, later) => {
    const [a, ad] = fraction(earlier.value);
    const [b, bd] = fraction(later.value);
    const [r, rd] = fraction(rise);
    return compareFractions(
      [b * ad - a * bd, ad * bd * BigInt(later.at - earlier.at)],
      [r, rd * BigInt(run)],
    );
  });
  return [sides.filter((side) => side > 0).length, sides.filter((side) => side < 0).length];
}

/** Slopes per day of all pairs with different times, ascending. */
export function slopesOf(points: readonly TrendPoint[]): number[] {
  return allPairs(points, (a, b) => ((b.value - a.value) * DAY_MS) / (b.at - a.at)).sort((a, b) => a - b);
}

export function medianOf(ascending: readonly number[]): number {
  const n = ascending.length;
  if (n === 0) return 0;
  return n % 2 === 1 ? ascending[(n - 1) / 2]! : ascending[n / 2 - 1]! / 2 + ascending[n / 2]! / 2;
}

export function kendallS(points: readonly TrendPoint[]): number {
  return allPairs(points, (a, b) => Math.sign(b.value - a.value)).reduce((sum, sign) => sum + sign, 0);
}

export function groupSizes(items: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const item of items) sizes.set(item, (sizes.get(item) ?? 0) + 1);
  return [...sizes.values()];
}

const total = (sizes: readonly number[], of: (u: number) => number): number =>
  sizes.reduce((sum, u) => sum + of(u), 0);

/** Kendall (1975), chapter 4, with ties in times and values. */
export function varianceOfS(points: readonly TrendPoint[]): number {
  const n = points.length;
  const times = groupSizes(points.map((point) => point.at));
  const values = groupSizes(points.map((point) => point.value));
  if (times.length < 2 || values.length < 2) return 0;
  const plain = (u: number): number => u * (u - 1) * (2 * u + 5);
  const pairs = (u: number): number => u * (u - 1);
  const triples = (u: number): number => u * (u - 1) * (u - 2);
  return (
    (plain(n) - total(times, plain) - total(values, plain)) / 18 +
    (n > 2 ? (total(times, triples) * total(values, triples)) / (9 * triples(n)) : 0) +
    (total(times, pairs) * total(values, pairs)) / (2 * pairs(n))
  );
}

/** Sen (1968), equation 2.6: no product terms. */
export function varianceForInterval(points: readonly TrendPoint[]): number {
  const plain = (u: number): number => u * (u - 1) * (2 * u + 5);
  const tied = (items: number[]): number => total(groupSizes(items), plain);
  const times = points.map((point) => point.at);
  const values = points.map((point) => point.value);
  return (plain(points.length) - tied(times) - tied(values)) / 18;
}

/** The slopes at the ranks that scipy.stats.theilslopes takes. */
export function intervalOf(points: readonly TrendPoint[], z = 1.959963984540054): [number, number] | null {
  const slopes = slopesOf(points);
  const variance = varianceForInterval(points);
  if (slopes.length === 0 || variance <= 0) return null;
  const spread = z * Math.sqrt(variance);
  const upper = Math.min(Math.round((slopes.length + spread) / 2), slopes.length - 1);
  const lower = Math.max(Math.round((slopes.length - spread) / 2) - 1, 0);
  return [slopes[lower]!, slopes[upper]!];
}

/** P(Z > z), z ≥ 0, by Simpson's rule. */
export function upperTail(z: number): number {
  const steps = 4000;
  const width = 12 / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-0.5 * (z + i * width) ** 2);
  }
  return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}

/** How many orders of n points have exactly k inversions. */
function ordersWith(n: number, k: number): number {
  if (k < 0) return 0;
  if (n < 2) return k === 0 ? 1 : 0;
  let orders = 0;
  for (let last = 0; last < n; last++) orders += ordersWith(n - 1, k - last);
  return orders;
}

const exact = new Map<string, number>();

export function exactP(s: number, n: number): number {
  const key = `${Math.abs(s)} of ${n}`;
  const held = exact.get(key);
  if (held !== undefined) return held;
  const pairs = (n * (n - 1)) / 2;
  let extreme = 0;
  let orders = 0;
  for (let k = 0; k <= pairs; k++) {
    const count = ordersWith(n, k);
    orders += count;
    if (Math.abs(pairs - 2 * k) >= Math.abs(s)) extreme += count;
  }
  exact.set(key, extreme / orders);
  return extreme / orders;
}

/** Two-sided Mann–Kendall p value. */
export function pValueOf(points: readonly TrendPoint[]): number {
  const n = points.length;
  const s = kendallS(points);
  const tied =
    groupSizes(points.map((point) => point.at)).length < n ||
    groupSizes(points.map((point) => point.value)).length < n;
  if (n < 2) return 1;
  if (n < 10 && !tied) return exactP(s, n);
  const variance = varianceOfS(points);
  if (variance === 0) return 1;
  return 2 * upperTail(Math.max(0, Math.abs(s) - 1) / Math.sqrt(variance));
}
