import { changeScoreSum, SCORE_SUM_CELLS, scoreCountAt, scoreSumAt } from '../windows/score-sum.js';
import type { Timeline } from '../windows/timeline.js';
import type { Window } from '../windows/types.js';
import { figureAt, succeededAt } from './attempt-layout.js';
import type { FigureTotal } from './attempt-totals.js';
import type { FigureChange } from './figures.js';
import type { AgentState } from './state.js';
import type { Attempt } from './task.js';

/** What is kept of every window, by place. */
const COMPLETED = 0;
const FAILED = 1;
/** Time of the first attempt in it, so that an event that moves nothing out costs a comparison. */
const OLDEST = 2;
const QUALITY = 3;
const WIDTH = QUALITY + SCORE_SUM_CELLS;

/**
 * What every window of one agent holds of attempts, kept up with its latest state step by step: what policies ask for at
 * every event, the same as `AttemptTotals` says. A cache: it can be built from a state at any time, and is never stored.
 * All numbers in one array: ten thousand agents have one each.
 */
export class RollingTotals {
  private readonly cells: number[];

  constructor(
    { attempts, now }: AgentState,
    private readonly windows: readonly Window[],
  ) {
    // Filled with what is no small integer, so that the array is one of plain doubles from the beginning.
    this.cells = new Array<number>(WIDTH * windows.length).fill(Number.POSITIVE_INFINITY);
    for (let w = 0; w < windows.length; w++) this.load(w, attempts, now);
  }

  /** By the place of the window, as all below. */
  completed(window: number): number {
    return this.cells[WIDTH * window + COMPLETED]!;
  }

  failed(window: number): number {
    return this.cells[WIDTH * window + FAILED]!;
  }

  /** How many attempts have a quality. */
  qualityCount(window: number): number {
    return scoreCountAt(this.cells, WIDTH * window + QUALITY);
  }

  qualitySum(window: number): number {
    return scoreSumAt(this.cells, WIDTH * window + QUALITY);
  }

  quality(window: number): FigureTotal {
    return { count: this.qualityCount(window), sum: this.qualitySum(window) };
  }

  /** Takes out what leaves as time moves from a state's moment to another. */
  advance(before: AgentState, now: number): void {
    for (let w = 0; w < this.windows.length; w++) {
      if (this.cells[WIDTH * w + OLDEST]! < now - this.windows[w]!.ms) this.evict(w, before, now);
    }
  }

  /** Takes over what changed once time had moved to `now`. */
  take(changes: readonly FigureChange[], now: number): void {
    for (const change of changes) {
      if (change.kind !== 'attempt') continue;
      for (let w = 0; w < this.windows.length; w++) this.change(w, change.before, change.after, now);
    }
  }

  /** Takes in the attempts of a moment. */
  private load(window: number, attempts: Timeline<Attempt>, now: number): void {
    const at = WIDTH * window;
    const from = now - this.windows[window]!.ms;
    this.cells.fill(0, at, at + WIDTH);
    attempts.scan(from, now, (table, row) => {
      this.count(at, succeededAt(table, row), 1);
      changeScoreSum(this.cells, at + QUALITY, figureAt(table, row, 'quality'), 1);
    });
    this.cells[at + OLDEST] = attempts.firstAtOrAfter(from);
  }

  private evict(window: number, { attempts, now: before }: AgentState, now: number): void {
    const at = WIDTH * window;
    const { ms } = this.windows[window]!;
    const from = now - ms;
    attempts.scan(before - ms, Math.min(from - 1, before), (table, row) => {
      this.count(at, succeededAt(table, row), -1);
      changeScoreSum(this.cells, at + QUALITY, figureAt(table, row, 'quality'), -1);
    });
    this.cells[at + OLDEST] = attempts.firstAtOrAfter(from);
  }

  /** Takes over an attempt that is new, or in the place of what it was. */
  private change(window: number, before: Attempt | undefined, after: Attempt, now: number): void {
    if (after.at < now - this.windows[window]!.ms) return;
    const at = WIDTH * window;
    if (before) {
      changeScoreSum(this.cells, at + QUALITY, before.quality ?? Number.NaN, -1);
    } else {
      this.count(at, after.succeeded, 1);
      this.cells[at + OLDEST] = Math.min(this.cells[at + OLDEST]!, after.at);
    }
    changeScoreSum(this.cells, at + QUALITY, after.quality ?? Number.NaN, 1);
  }

  private count(at: number, succeeded: boolean, by: 1 | -1): void {
    this.cells[at + (succeeded ? COMPLETED : FAILED)]! += by;
  }
}
