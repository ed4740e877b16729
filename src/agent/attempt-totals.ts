import { addTo, type CompensatedSum, totalOf, ZERO_SUM } from '../windows/compensated-sum.js';
import type { RowTable } from '../windows/row-table.js';
import type { Chunk, Timeline } from '../windows/timeline.js';
import { figureAt, succeededAt } from './attempt-layout.js';
import { ATTEMPT_FIGURES, type Attempt, type AttemptFigure } from './task.js';

/** How many attempts have a figure, and their sum. */
export interface FigureTotal {
  readonly count: number;
  readonly sum: number;
}

/** Counts and sums over some attempts. */
export interface AttemptTotals {
  readonly completed: number;
  readonly failed: number;
  readonly figures: Readonly<Record<AttemptFigure, FigureTotal>>;
}

interface Accumulator {
  completed: number;
  failed: number;
  readonly counts: number[];
  readonly sums: CompensatedSum[];
}

/**
 * Totals of the attempts with `from ≤ at ≤ to`. Whole chunks bring sums that were computed once, so the cost is
 * that of the edges and of what changed since; every sum is made anew from its points, so nothing drifts.
 */
export function attemptTotals(attempts: Timeline<Attempt>, from: number, to: number): AttemptTotals {
  const total = accumulator();
  attempts.visit(
    from,
    to,
    (chunk) => addChunk(total, chunk),
    (table, row) => addAttempt(total, table, row),
  );
  const figures = {} as Record<AttemptFigure, FigureTotal>;
  for (const [i, figure] of ATTEMPT_FIGURES.entries()) {
    figures[figure] = { count: total.counts[i] as number, sum: totalOf(total.sums[i] as CompensatedSum) };
  }
  return { completed: total.completed, failed: total.failed, figures };
}

function accumulator(): Accumulator {
  return {
    completed: 0,
    failed: 0,
    counts: ATTEMPT_FIGURES.map(() => 0),
    sums: ATTEMPT_FIGURES.map(() => ZERO_SUM),
  };
}

function addAttempt(total: Accumulator, table: RowTable, row: number): void {
  if (succeededAt(table, row)) total.completed++;
  else total.failed++;
  for (let i = 0; i < ATTEMPT_FIGURES.length; i++) {
    const value = figureAt(table, row, ATTEMPT_FIGURES[i] as AttemptFigure);
    if (Number.isNaN(value)) continue;
    total.counts[i] = (total.counts[i] as number) + 1;
    total.sums[i] = addTo(total.sums[i] as CompensatedSum, value);
  }
}

function addChunk(total: Accumulator, chunk: Chunk): void {
  chunk.memo ??= chunkTotals(chunk);
  const part = chunk.memo as Accumulator;
  total.completed += part.completed;
  total.failed += part.failed;
  for (let i = 0; i < ATTEMPT_FIGURES.length; i++) {
    const { high, low } = part.sums[i] as CompensatedSum;
    total.counts[i] = (total.counts[i] as number) + (part.counts[i] as number);
    total.sums[i] = addTo(addTo(total.sums[i] as CompensatedSum, high), low);
  }
}

function chunkTotals(chunk: Chunk): Accumulator {
  const total = accumulator();
  for (let row = 0; row < chunk.count; row++) addAttempt(total, chunk.table, row);
  return total;
}
