/**
 * A running sum that carries its rounding error along, so that an average over any number of points equals a
 * full recomputation (Neumaier 1974, the improved Kahan–Babuška algorithm). Immutable.
 */
export interface CompensatedSum {
  readonly high: number;
  readonly low: number;
}

export const ZERO_SUM: CompensatedSum = { high: 0, low: 0 };

/** The sum with one more term. O(1). */
export function addTo(sum: CompensatedSum, term: number): CompensatedSum {
  const high = sum.high + term;
  const error = Math.abs(sum.high) >= Math.abs(term) ? sum.high - high + term : term - high + sum.high;
  return { high, low: sum.low + error };
}

/** The sum as one number, rounded once. */
export function totalOf(sum: CompensatedSum): number {
  return sum.high + sum.low;
}
