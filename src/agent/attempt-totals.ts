import type { Chunk } from '../windows/chunk.js';
import { RunningSum } from '../windows/compensated-sum.js';
import { ScoreSum } from '../windows/score-sum.js';
import type { Timeline } from '../windows/timeline.js';
import { figureAt, succeededAt } from './attempt-layout.js';
import { ATTEMPT_FIGURES, type Attempt, type AttemptFigure } from './task.js';

/** How many attempts have a figure, and their sum. */
export interface FigureTotal {
  readonly count: number;
  readonly sum: number;
}

interface Outcomes {
  completed: number;
  failed: number;
}

/** The sum of a figure without bounds in the making. */
class FigureSum {
  count = 0;
  private readonly running = new RunningSum();

  /** `NaN` stands for an attempt without the figure. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.count++;
    this.running.add(value);
  }

  addAll({ count, running }: FigureSum): void {
    this.count += count;
    this.running.add(running.high);
    this.running.add(running.low);
  }

  get sum(): number {
    return this.running.total;
  }
}

/** A sum in the making; those of chunks are of the same kind. */
interface Sum<Self> extends FigureTotal {
  add(value: number): void;
  addAll(other: Self): void;
}

/** What was computed over the rows of a chunk so far; they never change. */
interface ChunkTotals {
  outcomes?: Outcomes;
  /** By the place of the figure. */
  readonly sums: unknown[];
}

/**
 * Counts and sums over the attempts with `from ≤ at ≤ to`, each worked out when it is first asked for. Whole chunks
 * bring sums that were computed once, so the cost is that of the edges and of what changed since; every sum is made
 * anew from its points, so nothing drifts.
 */
export class AttemptTotals {
  private outcomes: Outcomes | undefined;
  private readonly known: (FigureTotal | undefined)[] = [];

  constructor(
    private readonly attempts: Timeline<Attempt>,
    private readonly from: number,
    private readonly to: number,
  ) {}

  get completed(): number {
    this.outcomes ??= this.countOutcomes();
    return this.outcomes.completed;
  }

  get failed(): number {
    this.outcomes ??= this.countOutcomes();
    return this.outcomes.failed;
  }

  figure(figure: AttemptFigure): FigureTotal {
    const place = ATTEMPT_FIGURES.indexOf(figure);
    const known = this.known[place] ?? this.sumUp(figure, place);
    this.known[place] = known;
    return known;
  }

  private countOutcomes(): Outcomes {
    const total = { completed: 0, failed: 0 };
    this.attempts.visit(
      this.from,
      this.to,
      (chunk) => {
        const { completed, failed } = chunkOutcomes(chunk);
        total.completed += completed;
        total.failed += failed;
      },
      (table, row) => {
        if (succeededAt(table, row)) total.completed++;
        else total.failed++;
      },
    );
    return total;
  }

  private sumUp(figure: AttemptFigure, place: number): FigureTotal {
    return figure === 'quality'
      ? this.sumWith(() => new ScoreSum(), figure, place)
      : this.sumWith(() => new FigureSum(), figure, place);
  }

  private sumWith<S extends Sum<S>>(start: () => S, figure: AttemptFigure, place: number): FigureTotal {
    const total = start();
    this.attempts.visit(
      this.from,
      this.to,
      (chunk) => total.addAll(chunkSum(chunk, start, figure, place)),
      (table, row) => total.add(figureAt(table, row, figure)),
    );
    return { count: total.count, sum: total.sum };
  }
}

/** The windows of a tracker look at as many spans of one timeline, most of them at every event. */
const REMEMBERED = 4;

/** The totals that were asked of a timeline of late, by the time of the first attempt in them; all up to its end. */
interface Remembered {
  readonly firsts: number[];
  readonly totals: AttemptTotals[];
  next: number;
}

/** Totals of the attempts with `from ≤ at ≤ to`: what was worked out for the same attempts is not worked out again. */
export function attemptTotals(attempts: Timeline<Attempt>, from: number, to: number): AttemptTotals {
  if (attempts.lastAt > to) return new AttemptTotals(attempts, from, to);
  const first = attempts.firstAtOrAfter(from);
  attempts.memo ??= { firsts: [], totals: [], next: 0 } satisfies Remembered;
  const memo = attempts.memo as Remembered;
  const known = memo.totals[memo.firsts.indexOf(first)];
  if (known) return known;
  const totals = new AttemptTotals(attempts, from, to);
  memo.firsts[memo.next] = first;
  memo.totals[memo.next] = totals;
  memo.next = (memo.next + 1) % REMEMBERED;
  return totals;
}

function chunkTotals(chunk: Chunk): ChunkTotals {
  chunk.memo ??= { sums: [] } satisfies ChunkTotals;
  return chunk.memo as ChunkTotals;
}

function chunkOutcomes(chunk: Chunk): Outcomes {
  const totals = chunkTotals(chunk);
  if (totals.outcomes) return totals.outcomes;
  let completed = 0;
  for (let row = 0; row < chunk.count; row++) if (succeededAt(chunk.table, row)) completed++;
  totals.outcomes = { completed, failed: chunk.count - completed };
  return totals.outcomes;
}

function chunkSum<S extends Sum<S>>(chunk: Chunk, start: () => S, figure: AttemptFigure, place: number): S {
  const { sums } = chunkTotals(chunk);
  const known = sums[place] as S | undefined;
  if (known) return known;
  const sum = start();
  for (let row = 0; row < chunk.count; row++) sum.add(figureAt(chunk.table, row, figure));
  sums[place] = sum;
  return sum;
}
