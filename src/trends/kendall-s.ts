import { normalQuantile, normalTail } from './normal.js';

/** What the variance of S needs to know about groups of equal values, or of equal times: u is a group's size. */
export interface TieSums {
  /** Σ u(u−1): twice the number of tied pairs. */
  pairs: number;
  /** Σ u(u−1)(u−2). */
  triples: number;
}

/** From this many points on, and wherever there are ties, the p value is the normal approximation. */
export const NORMAL_FROM = 10;

/**
 * Variance of Kendall's S when the values have nothing to do with the times, with ties in both:
 * (n(n−1)(2n+5) − Σu(u−1)(2u+5) − Σw(w−1)(2w+5))/18 + Σu(u−1)(u−2)·Σw(w−1)(w−2)/(9n(n−1)(n−2))
 * + Σu(u−1)·Σw(w−1)/(2n(n−1)), u the groups of equal times and w those of equal values.
 * 0 when all values or all times are equal, and under two points. The sums are exact integers up to
 * 200,000 points.
 *
 * Source: Kendall (1975), Rank Correlation Methods, chapter 4; also in R's `Kendall` and scipy's `kendalltau`.
 */
export function kendallVariance(n: number, times: TieSums, values: TieSums): number {
  if (n < 2) return 0;
  const whole = n * (n - 1);
  // n(n−1)(2n+5) = 2·n(n−1)(n−2) + 9·n(n−1), and so for every group of ties.
  const plain =
    (2 * (whole * (n - 2) - times.triples - values.triples) + 9 * (whole - times.pairs - values.pairs)) / 18;
  const both = (times.pairs * values.pairs) / (2 * whole);
  const threes = n > 2 ? (times.triples * values.triples) / (9 * whole * (n - 2)) : 0;
  const variance = plain + both + threes;
  // A group of all n leaves nothing but rounding.
  return times.pairs === whole || values.pairs === whole ? 0 : variance;
}

/**
 * Two-sided p value of S under independence by the normal approximation with continuity correction:
 * P(|Z| ≥ (|S| − 1)/√variance), 0–1; 1 where nothing can be tested (variance 0).
 *
 * Source: Mann (1945), Nonparametric tests against trend; Kendall (1975), chapters 4 and 5.
 */
export function normalKendallPValue(s: number, variance: number): number {
  return variance > 0 ? 2 * normalTail(normalKendallZ(s, variance)) : 1;
}

/** |S| in standard deviations after continuity correction, never negative; 0 when the variance is. */
export function normalKendallZ(s: number, variance: number): number {
  return variance > 0 ? Math.max(0, Math.abs(s) - 1) / Math.sqrt(variance) : 0;
}

const tails: Float64Array[] = [];

/**
 * Exact two-sided p value of S for n points without ties: the share of all n! orders whose |S| is at least
 * as large. Never over 1. Counts of permutations by inversions are built once per n (O(n³)) and kept.
 *
 * Source: Kendall (1975), chapter 5; R's `pkendall`. Equal to `cor.test(method = "kendall", exact = TRUE)`.
 *
 * @throws RangeError unless n is an integer from 0 to 150 (150! is near the largest double).
 */
export function exactKendallPValue(s: number, n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 150) {
    throw new RangeError(`Expected \`n\` to be an integer from 0 to 150, got ${n}`);
  }
  const pairs = (n * (n - 1)) / 2;
  tails[n] ??= inversionTail(n);
  // |S| = pairs − 2·inversions: at least |s| when the inversions are at most (pairs − |s|)/2.
  const inversions = Math.floor((pairs - Math.abs(s)) / 2);
  if (inversions < 0) return 0;
  return Math.min(1, 2 * tails[n]![inversions]!);
}

/** Share of the n! orders with at most k inversions, for each k. */
function inversionTail(n: number): Float64Array {
  let shares = Float64Array.of(1);
  for (let size = 2; size <= n; size++) {
    const next = new Float64Array((size * (size - 1)) / 2 + 1);
    for (let k = 0; k < next.length; k++) {
      // The size-th point adds 0 to size−1 inversions, each equally likely.
      for (let j = Math.max(0, k - size + 1); j <= Math.min(k, shares.length - 1); j++)
        next[k]! += shares[j]!;
      next[k]! /= size;
    }
    shares = next;
  }
  for (let k = 1; k < shares.length; k++) shares[k]! += shares[k - 1]!;
  return shares;
}

/** Whether the distribution of S is taken exactly: few points, and no ties in values or times. */
export function isExact(n: number, times: TieSums, values: TieSums): boolean {
  return n < NORMAL_FROM && times.pairs === 0 && values.pairs === 0;
}

/**
 * Two-sided Mann–Kendall p value: exact under {@link NORMAL_FROM} points without ties in values or times,
 * else normal with tie and continuity correction. 0–1; 1 where nothing can be tested.
 */
export function kendallPValue(s: number, n: number, times: TieSums, values: TieSums): number {
  return isExact(n, times, values)
    ? exactKendallPValue(s, n)
    : normalKendallPValue(s, kendallVariance(n, times, values));
}

const exactZs = new Map<number, number>();

/**
 * The |z| of the test: the normal one, or where the test is exact the one with the same two-sided p value, so
 * that both are held against one level. 0 where nothing can be tested.
 */
export function kendallZ(s: number, n: number, times: TieSums, values: TieSums): number {
  if (!isExact(n, times, values)) return normalKendallZ(s, kendallVariance(n, times, values));
  const key = NORMAL_FROM * Math.abs(s) + n;
  let z = exactZs.get(key);
  if (z === undefined) {
    const p = exactKendallPValue(s, n);
    z = p < 1 ? normalQuantile(p / 2) : 0;
    exactZs.set(key, z);
  }
  return z;
}
