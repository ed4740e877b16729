import type { Observed } from '../../agent/collaboration.js';
import type { Attempt } from '../../agent/task.js';
import { doubles } from '../../rows/doubles.js';

/** The figures of an attempt that roll-ups keep. */
export type AttemptRow = Pick<
  Attempt,
  'at' | 'seq' | 'succeeded' | 'quality' | 'cost' | 'completionMs' | 'tokens' | 'toolCalls'
>;
export type ObservedRow = Pick<Observed, 'at' | 'seq' | 'observation' | 'value'>;

/** One data point: a finished attempt or an observation. */
export type FigureRow = AttemptRow | ObservedRow;

export function isObserved(row: FigureRow): row is ObservedRow {
  return 'observation' in row;
}

/** The figures that have a count and a sum of their own, in the order in which totals hold them. */
export const SUMMED = ['quality', 'cost', 'completionMs', 'tokens', 'toolCalls', 'collaboration'] as const;
export type Summed = (typeof SUMMED)[number];

const COMPLETED = 0;
const FAILED = 1;
const OBSERVATIONS = 2;
const COUNTS = 3;
const SUMS = COUNTS + SUMMED.length;
const COLLABORATION = SUMMED.length - 1;
const PARTS = SUMMED.length;

/**
 * Counts and sums over some data points, as plain numbers: the counts, then pairs of a sum and the rounding error
 * that it carries along (see `compensated-sum.ts`), first of the figures, then of the numbers that observations
 * come to in the additive form of the collaboration strategy. Adding is commutative and can be undone.
 */
export type Totals = number[];

/** @param partCount how many numbers an observation comes to, 0 without an additive form */
export function lengthOfTotals(partCount: number): number {
  return SUMS + 2 * (SUMMED.length + partCount);
}

export function emptyTotals(partCount: number): Totals {
  return doubles(lengthOfTotals(partCount));
}

/** Adds a data point, or takes it out again (`sign` −1). `parts` are what an observation comes to. */
export function addRow(totals: Totals, row: FigureRow, parts: readonly number[], sign: 1 | -1): void {
  if (isObserved(row)) addObserved(totals, row, parts, sign);
  else addAttempt(totals, row, sign);
}

function addAttempt(totals: Totals, row: AttemptRow, sign: 1 | -1): void {
  totals[row.succeeded ? COMPLETED : FAILED]! += sign;
  // One by one, in the order of `SUMMED`: fields that are looked up by name in a loop take several times as long.
  addValue(totals, 0, row.quality, sign);
  addValue(totals, 1, row.cost, sign);
  addValue(totals, 2, row.completionMs, sign);
  addValue(totals, 3, row.tokens, sign);
  addValue(totals, 4, row.toolCalls, sign);
}

function addValue(totals: Totals, figure: number, value: number | null, sign: 1 | -1): void {
  if (value === null) return;
  totals[COUNTS + figure]! += sign;
  addAt(totals, SUMS + 2 * figure, sign * value);
}

/** Counts an attempt, whose figures are added one by one. */
export function countAttempt(totals: Totals, isCompleted: boolean): void {
  totals[isCompleted ? COMPLETED : FAILED]! += 1;
}

/** Adds one figure, by its place among {@link SUMMED}. */
export function addFigure(totals: Totals, figure: number, value: number): void {
  totals[COUNTS + figure]! += 1;
  addAt(totals, SUMS + 2 * figure, value);
}

function addObserved(totals: Totals, row: ObservedRow, parts: readonly number[], sign: 1 | -1): void {
  totals[OBSERVATIONS]! += sign;
  addValue(totals, COLLABORATION, row.value, sign);
  for (let i = 0; i < parts.length; i++) addAt(totals, SUMS + 2 * (PARTS + i), sign * parts[i]!);
}

/** Adds what others add up to, or takes it out again (`sign` −1). */
export function addTotals(totals: Totals, part: Totals, sign: 1 | -1): void {
  for (let i = 0; i < SUMS; i++) totals[i]! += sign * part[i]!;
  for (let i = SUMS; i < totals.length; i += 2) {
    if (part[i] === 0 && part[i + 1] === 0) continue;
    addAt(totals, i, sign * part[i]!);
    addAt(totals, i, sign * part[i + 1]!);
  }
}

/** Neumaier's step: the sum at a place, and its rounding error at the next one. */
function addAt(totals: Totals, place: number, term: number): void {
  const before = totals[place]!;
  const sum = before + term;
  totals[place + 1]! += Math.abs(before) >= Math.abs(term) ? before - sum + term : term - sum + before;
  totals[place] = sum;
}

export function completedOf(totals: Totals): number {
  return totals[COMPLETED]!;
}

export function failedOf(totals: Totals): number {
  return totals[FAILED]!;
}

export function observationsOf(totals: Totals): number {
  return totals[OBSERVATIONS]!;
}

/** How many data points have a figure, and their sum, rounded once. */
export function figureOf(totals: Totals, figure: Summed): { count: number; sum: number } {
  const i = SUMMED.indexOf(figure);
  return { count: totals[COUNTS + i]!, sum: sumAt(totals, SUMS + 2 * i) };
}

/** The sums of what the observations come to. */
export function partsOf(totals: Totals): number[] {
  const parts: number[] = [];
  for (let i = SUMS + 2 * PARTS; i < totals.length; i += 2) parts.push(sumAt(totals, i));
  return parts;
}

function sumAt(totals: Totals, place: number): number {
  return totals[place]! + totals[place + 1]!;
}
