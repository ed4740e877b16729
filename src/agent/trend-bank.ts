import type { TrendDirection, TrendResult } from '../trends/types.js';
import type { Observed } from './collaboration.js';
import type { AgentState, TrendStatus } from './state.js';
import type { Attempt } from './task.js';

/** A trend, by its place in `AgentState.trends`, whose points say another direction than its status. */
export interface Crossing {
  readonly index: number;
  readonly direction: TrendDirection;
}

/**
 * What follows the trends of one agent from step to step: exactly the points that every window holds at
 * `AgentState.now`. A cache: it can be built from a state at any time, and is never stored.
 */
export interface TrendBank {
  /** Whether it threw in the midst of a change: parts of it know of the change, some do not, and it is of no more use. */
  readonly isBroken: boolean;
  /** Whether another kind would serve the agent better by now. */
  readonly isOutgrown: boolean;
  insertAttempt(attempt: Attempt, now: number): void;
  insertObserved(observed: Observed, now: number): void;
  replaceAttempt(before: Attempt, after: Attempt, now: number): void;
  /** Takes out what leaves the windows as time moves; the state still holds those rows. */
  advance(state: AgentState, now: number): void;
  /** When time alone takes the next row out of a window, epoch milliseconds; `Infinity` for never. */
  readonly nextExit: number;
  /** Has all so many trends judged anew, whether their points changed or not. */
  suspect(count: number): void;
  /** The directions that differ from the given statuses, among the trends that changed since the last call. */
  crossings(statuses: readonly TrendStatus[]): readonly Crossing[];
  /** The figures of a trend on the points that its window holds now; `undefined` when it never had any. */
  result(index: number, direction: TrendDirection): TrendResult | undefined;
}
