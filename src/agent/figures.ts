import type { Observed } from './collaboration.js';
import type { Attempt } from './task.js';

/**
 * What a step changed of the figures that questions about the company are answered from: data points of other
 * times than the step's own among them, for a late review rewrites its attempt.
 */
export type FigureChange = AttemptChange | ObservationAdded | TaskOutdated;

export interface AttemptChange {
  readonly kind: 'attempt';
  /** `undefined`: the attempt is new. */
  readonly before: Attempt | undefined;
  readonly after: Attempt;
}

/** An observation is never changed afterwards. */
export interface ObservationAdded {
  readonly kind: 'observation';
  readonly observed: Observed;
  /** What it comes to in the strategy's additive form; empty where it has none. */
  readonly parts: readonly number[];
}

/**
 * Something came for a task of which the state has given up facts: its figures are in the journal alone. Every
 * attempt of the task has to be measured again from there.
 */
export interface TaskOutdated {
  readonly kind: 'outdated';
  readonly taskId: string;
}
