import type { TrendResult } from '../trends/types.js';
import type { StepFailure } from './apply.js';
import type { FigureChange } from './figures.js';
import type { AgentOutput } from './outputs.js';
import type { Standing } from './performance.js';
import type { ProposedRecommendation } from './recommendation.js';
import type { AgentState } from './state.js';
import type { TrustTurn } from './trust.js';

/** A trend's status that an event or a tick changed, with the trend as it was and as it is. */
export interface TrendTurn {
  readonly before: TrendResult;
  readonly after: TrendResult;
}

/** A change of standing, with the reason in one plain sentence. */
export interface StandingTurn {
  readonly from: Standing;
  readonly to: Standing;
  readonly because: string;
}

/** The place of a record in the journal, and the tracker's clock then (epoch milliseconds). */
export interface Moment {
  readonly seq: number;
  readonly now: number;
}

/** An agent after an event or a tick, and what turned. */
export interface Step {
  readonly state: AgentState;
  readonly turns: readonly TrendTurn[];
  readonly standing: StandingTurn | undefined;
  /** What is proposed about the agent; made once. */
  readonly recommendation: ProposedRecommendation | undefined;
  readonly trust: TrustTurn | undefined;
  /** The proposal to trust the agent without bounds; made once. */
  readonly elevation: ProposedRecommendation | undefined;
  /** What a policy began to throw on: the agent stands as before, and nothing is left out. */
  readonly unjudged: { readonly eventId: string; readonly error: unknown } | undefined;
  /** What a scoring strategy threw on: left out, as if it had never come. */
  readonly failures: readonly StepFailure[];
  readonly figures: readonly FigureChange[];
}

/**
 * What the log holds of a record that is replayed, about one agent. It was announced, so it stands: where the agent
 * stood and what was proposed is taken from there, and nothing is said anew, even if the policy is another one today.
 */
export type Announced = readonly AgentOutput[];
