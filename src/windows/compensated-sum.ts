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
  return { high, low: sum.low + roundingOf(sum.high, term, high) };
}

/** What was lost when two numbers were added up to a third, exactly. */
export function roundingOf(a: number, b: number, sum: number): number {
  return Math.abs(a) >= Math.abs(b) ? a - sum + b : b - sum + a;
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
    this.low += roundingOf(this.high, term, high);
    this.high = high;
  }

  get total(): number {
    return totalOf(this);
  }
}
