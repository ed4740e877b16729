import { roundingOf } from './compensated-sum.js';

/** Binary places of the three parts: each part of up to 8 million scores adds up without rounding. */
const HIGH = 2 ** 20;
const MIDDLE = 2 ** 50;
const LOW = 2 ** 80;

/** Numbers that a sum takes in an array: how many scores, and the three parts. */
export const SCORE_SUM_CELLS = 4;

/** Adds a score to the sum that begins at a place of an array, or takes it out again with `by` −1. `NaN` stands for none. */
export function changeScoreSum(cells: number[], at: number, score: number, by: 1 | -1): void {
  if (Number.isNaN(score)) return;
  const high = Math.floor(score * HIGH);
  const rest = score - high / HIGH;
  const middle = Math.floor(rest * MIDDLE);
  cells[at]! += by;
  cells[at + 1]! += by * high;
  cells[at + 2]! += by * middle;
  cells[at + 3]! += by * Math.floor((rest - middle / MIDDLE) * LOW);
}

/** How many scores. */
export function scoreCountAt(cells: readonly number[], at: number): number {
  return cells[at]! | 0;
}

/** Their sum as one number, rounded once. */
export function scoreSumAt(cells: readonly number[], at: number): number {
  const high = cells[at + 1]! / HIGH;
  const middle = cells[at + 2]! / MIDDLE;
  const low = cells[at + 3]! / LOW;
  // What each of two additions is rounded by is added behind.
  const two = high + middle;
  const all = two + low;
  return all + (roundingOf(high, middle, two) + roundingOf(two, low, all));
}

/**
 * A sum of scores, 0–10, from which scores can be taken out again. It is exact (of a score, what lies below 2⁻⁸⁰ does
 * not count), so the same scores add up to the same number in whatever order they came, and whatever was among them
 * in between. Fixed-point numbers in three parts, kept as integers.
 */
export class ScoreSum {
  private readonly cells = new Array<number>(SCORE_SUM_CELLS).fill(0);

  /** O(1). `NaN` stands for no score. */
  add(score: number): void {
    changeScoreSum(this.cells, 0, score, 1);
  }

  /** Takes out a score that was added. O(1). */
  remove(score: number): void {
    changeScoreSum(this.cells, 0, score, -1);
  }

  addAll({ cells }: ScoreSum): void {
    for (let i = 0; i < SCORE_SUM_CELLS; i++) this.cells[i]! += cells[i]!;
  }

  get count(): number {
    return this.cells[0]!;
  }

  /** The sum as one number, rounded once. */
  get sum(): number {
    return scoreSumAt(this.cells, 0);
  }
}
