import type { Criterion } from '../agent/outputs.js';
import type { Lifetime, OverallScore, Standing, TrendSummary, WindowMetrics } from '../agent/performance.js';
import type { ProposalKind } from '../events/schema.js';
import type { TrendDirection, TrendMetric } from '../trends/types.js';
import type { Window } from '../windows/types.js';

/**
 * What a policy sees of an agent at one moment. Everything is worked out when it is asked for, so a policy that asks
 * for what is cheap first (times, counts, directions) and for windows last costs little at every event.
 *
 * While a person's override of an overall score is in force, policies see it in the place of that score in every
 * window, and the metric's trends as stable.
 */
export interface AgentFacts {
  readonly agentId: string;
  readonly role: string | undefined;
  readonly department: string | undefined;
  /** One of `levels`; an agent of unknown level counts as the lowest. */
  readonly level: string;
  /** All levels of the company, lowest first. */
  readonly levels: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly standing: Standing;
  /** When the agent was hired, else its first event; epoch milliseconds. */
  readonly hiredAt: number;
  /** When it last came to another level, `null` when it is on its first; epoch milliseconds. */
  readonly levelChangedAt: number | null;
  /** When a recommendation about it was last decided on, `null` for never; epoch milliseconds. */
  readonly decidedAt: number | null;
  /** Nobody else was active in its department at its last event or tick. */
  readonly isLastOfDepartment: boolean;
  readonly lifetime: Lifetime;
  /** Shortest first. */
  readonly windows: readonly WindowMetrics[];
  readonly overallQualityScore: OverallScore;
  readonly overallCollaborationScore: OverallScore;
  readonly trends: readonly TrendSummary[];
  /** Which windows there are, shortest first. */
  readonly spans: readonly Window[];
  /** A window by its label, `undefined` when the tracker has no such window. */
  window(label: string): WindowMetrics | undefined;
  /** Which way a metric goes in a window; `insufficient_data` in a window that the tracker does not have. */
  direction(metric: TrendMetric, window: string): TrendDirection;
  /** How many attempts finished at or after a moment (epoch milliseconds), of those in the longest window. */
  finishedSince(from: number): number;
}

/** What a policy finds in an agent at one moment. */
export interface Assessment {
  /** What all criteria and safeguards speak for now; empty for nothing. */
  readonly met: readonly ProposalKind[];
  /** When time alone will change the answer (a grace period ends), epoch milliseconds: it is asked again then. */
  readonly revisitAt?: number | undefined;
}

/** Why a policy proposes something: what it asked, what it found, and what that rests on. */
export interface Evidence {
  readonly criteria: readonly Criterion[];
  /** Labels of the windows that it rests on. */
  readonly windows: readonly string[];
  readonly trends: readonly { readonly metric: TrendMetric; readonly window: string }[];
  /** Whether a person has to approve. */
  readonly requiresApproval: boolean;
}

/**
 * Decides what is proposed about an agent. Pure: the same facts give the same answers. Tenure does the rest: it waits
 * until the answer has held for `sustain`, keeps the standing, makes each recommendation once, waits out the
 * `cooldown`, and takes in the decision.
 */
export interface StandingPolicy {
  readonly name: string;
  /**
   * Whatever else the answers depend on, as JSON. With the name it identifies the policy: a database that was written
   * under another one is judged anew when it is opened.
   */
  readonly settings?: unknown;
  /** How long an answer must hold before anything follows from it, in milliseconds. Default 0. */
  readonly sustain?: number;
  /** How long nothing is proposed after a change of level or a decision, in milliseconds. Default 0. */
  readonly cooldown?: number;
  /** Windows and levels that it cannot do without: a tracker that lacks one refuses the policy. */
  readonly needs?: { readonly windows?: readonly string[]; readonly levels?: readonly string[] };
  /** Asked at every event and tick of an agent that has enough finished tasks to be judged. */
  assess(agent: AgentFacts): Assessment;
  /** Asked when a recommendation is made, and when somebody looks at how an agent stands. */
  evidence(agent: AgentFacts, kind: ProposalKind): Evidence;
}
