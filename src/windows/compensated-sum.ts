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

/** The same sum in place, for where many terms are added and only the result is kept. */
export class RunningSum {
  high = 0;
  low = 0;

  /** O(1). */
  add(term: number): void {
    const high = this.high + term;
    this.low += Math.abs(this.high) >= Math.abs(term) ? this.high - high + term : term - high + this.high;
    this.high = high;
  }

  get total(): number {
    return totalOf(this);
  }
}
