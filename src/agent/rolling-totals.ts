import { ScoreSum } from '../windows/score-sum.js';
import type { Timeline } from '../windows/timeline.js';
import type { Window } from '../windows/types.js';
import { figureAt, succeededAt } from './attempt-layout.js';
import type { FigureChange } from './figures.js';
import type { AgentState } from './state.js';
import type { Attempt } from './task.js';

/** What one window holds of attempts: what policies ask for at every event. The same as `AttemptTotals` says. */
export class WindowTotals {
  completed = 0;
  failed = 0;
  readonly quality = new ScoreSum();
  /** Time of the first attempt in it, so that an event that moves nothing out costs a comparison. */
  private oldest = Number.POSITIVE_INFINITY;

  constructor(private readonly ms: number) {}

  /** Takes in the attempts of a moment. */
  load(attempts: Timeline<Attempt>, now: number): void {
    attempts.scan(now - this.ms, now, (table, row) => {
      this.count(succeededAt(table, row), 1);
      this.quality.add(figureAt(table, row, 'quality'));
    });
    this.oldest = attempts.firstAtOrAfter(now - this.ms);
  }

  /** Takes out what leaves as time moves from a state's moment to another. */
  advance({ attempts, now: before }: AgentState, now: number): void {
    const from = now - this.ms;
    if (this.oldest >= from) return;
    attempts.scan(before - this.ms, Math.min(from - 1, before), (table, row) => {
      this.count(succeededAt(table, row), -1);
      this.quality.remove(figureAt(table, row, 'quality'));
    });
    this.oldest = attempts.firstAtOrAfter(from);
  }

  /** Takes over an attempt that is new, or in the place of what it was. */
  change(before: Attempt | undefined, after: Attempt, now: number): void {
    if (after.at < now - this.ms) return;
    if (before) {
      this.quality.remove(before.quality ?? Number.NaN);
    } else {
      this.count(after.succeeded, 1);
      this.oldest = Math.min(this.oldest, after.at);
    }
    this.quality.add(after.quality ?? Number.NaN);
  }

  private count(succeeded: boolean, by: 1 | -1): void {
    if (succeeded) this.completed += by;
    else this.failed += by;
  }
}

/**
 * The totals of every window of one agent, kept up with its latest state step by step. A cache: it can be built from a
 * state at any time, and is never stored.
 */
export class RollingTotals {
  /** By the place of the window. */
  readonly windows: readonly WindowTotals[];

  constructor({ attempts, now }: AgentState, windows: readonly Window[]) {
    this.windows = windows.map(({ ms }) => new WindowTotals(ms));
    for (const window of this.windows) window.load(attempts, now);
  }

  /** Takes a step over. `changes` are those that were made once time had moved from the state's moment to `now`. */
  follow(before: AgentState, now: number, changes: readonly FigureChange[]): void {
    for (const window of this.windows) {
      window.advance(before, now);
      for (const change of changes) {
        if (change.kind === 'attempt') window.change(change.before, change.after, now);
      }
    }
  }
}
