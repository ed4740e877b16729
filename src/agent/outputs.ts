import type { HiringSignal } from '../department/outputs.js';
import type { RecommendationKind } from '../events/schema.js';
import type { TrendDirection, TrendResult } from '../trends/types.js';
import type { TrustLevel, TrustScore } from '../trust/types.js';
import type { ActiveOverride, Standing, WindowMetrics } from './performance.js';

/**
 * Where an output stands in the log: the sequence number of the event or tick that caused it, then its place
 * among that one's outputs, from 0. A replay of the journal makes the very same ones.
 */
interface Numbered {
  readonly seq: number;
  readonly position: number;
  /** Epoch milliseconds of the tracker's clock. */
  readonly at: number;
  readonly agentId: string;
  readonly department: string | undefined;
}

/** A trend turned. */
export interface TrendChanged extends Numbered {
  readonly type: 'trend.changed';
  readonly metric: string;
  readonly window: string;
  readonly from: TrendDirection;
  readonly to: TrendDirection;
  /** The trend just before the event or tick. */
  readonly before: TrendResult;
  readonly after: TrendResult;
}

/** An agent's standing changed. */
export interface StandingChanged extends Numbered {
  readonly type: 'standing.changed';
  readonly from: Standing;
  readonly to: Standing;
  /** One plain sentence. */
  readonly because: string;
}

/** One gate of a policy: what was asked, and what was found (`null`: not enough data, counts for nobody). */
export interface Criterion {
  readonly name: string;
  readonly met: boolean;
  readonly value: number | string | null;
  readonly threshold: number | string;
  /** What the value is of, where it is a figure of a window: `avgQualityScore`, `successRate`, … */
  readonly metric?: string;
  readonly window?: string;
  /** How many tasks or observations the value rests on. */
  readonly count?: number;
}

/** A promotion, demotion or termination, proposed with its evidence. The host decides. */
export interface Recommendation extends Numbered {
  readonly type: 'recommendation.made';
  readonly id: string;
  readonly kind: RecommendationKind;
  /** The agent's level then; one that nobody named counts as the lowest. Of an elevation, the level of trust. */
  readonly fromLevel: string;
  /** The level proposed; absent for a termination. */
  readonly toLevel?: string;
  /** Since when every criterion was met without a break, epoch milliseconds. */
  readonly since: number;
  /** The policy that proposes it. */
  readonly policy: string;
  readonly requiresApproval: boolean;
  readonly criteria: readonly Criterion[];
  /** The windows that it rests on: `events({ agentId, from, to })` are what their figures were made of. */
  readonly windows: readonly WindowMetrics[];
  readonly trends: readonly TrendResult[];
  /** What a person had put in the place of an overall score: the criteria saw that. */
  readonly overrides: readonly ActiveOverride[];
}

/**
 * An agent actor failed on an event and was restarted without it, or quarantined. When it is a policy that failed
 * (`unjudged`), the event counts all the same, and the agent stands as before; that is said once, and again only after
 * the policy was well.
 */
export interface AgentFailed extends Numbered {
  readonly type: 'agent.failed';
  readonly eventId: string;
  readonly error: string;
  readonly action: 'restarted' | 'quarantined' | 'unjudged';
}

/** An agent is trusted further than before, or less. */
export interface TrustChanged extends Numbered, TrustScore {
  readonly type: 'trust.changed';
  readonly from: TrustLevel;
  readonly to: TrustLevel;
  /** One plain sentence. */
  readonly because: string;
}

/** What an agent's actor says. */
export type AgentOutput = TrendChanged | StandingChanged | Recommendation | TrustChanged | AgentFailed;

/** What the tracker's log holds, in the order of `(seq, position)`. */
export type TrackerOutput = AgentOutput | HiringSignal;
