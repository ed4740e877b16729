import { RunningSum } from './compensated-sum.js';

/** Binary places of the three parts: each part of up to 8 million scores adds up without rounding. */
const HIGH = 2 ** 20;
const MIDDLE = 2 ** 50;
const LOW = 2 ** 80;

/**
 * A sum of scores, 0–10, from which scores can be taken out again. It is exact (of a score, what lies below 2⁻⁸⁰ does
 * not count), so the same scores add up to the same number in whatever order they came, and whatever was among them
 * in between. Fixed-point numbers in three parts, kept as integers.
 */
export class ScoreSum {
  count = 0;
  private high = 0;
  private middle = 0;
  private low = 0;

  /** O(1). `NaN` stands for no score. */
  add(score: number): void {
    if (!Number.isNaN(score)) this.change(score, 1);
  }

  /** Takes out a score that was added. O(1). */
  remove(score: number): void {
    if (!Number.isNaN(score)) this.change(score, -1);
  }

  addAll({ count, high, middle, low }: ScoreSum): void {
    this.count += count;
    this.high += high;
    this.middle += middle;
    this.low += low;
  }

  /** The sum as one number, rounded once. */
  get sum(): number {
    const total = new RunningSum();
    total.add(this.high / HIGH);
    total.add(this.middle / MIDDLE);
    total.add(this.low / LOW);
    return total.total;
  }

  private change(score: number, by: 1 | -1): void {
    const high = Math.floor(score * HIGH);
    const rest = score - high / HIGH;
    const middle = Math.floor(rest * MIDDLE);
    this.count += by;
    this.high += by * high;
    this.middle += by * middle;
    this.low += by * Math.floor((rest - middle / MIDDLE) * LOW);
  }
}
