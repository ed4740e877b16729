import type { ScoreOverride } from '../scoring/types.js';
import type { TrendDirection, TrendResult } from '../trends/types.js';
import type { Trust } from '../trust/types.js';
import type { Measured } from '../windows/types.js';

/** Where an agent stands with its company. */
export type Standing = 'unproven' | 'steady' | 'promotable' | 'at_risk' | 'terminable' | 'departed';

/** Totals since the agent was first heard of; retention and windows do not touch them. */
export interface Lifetime {
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  /** In the tracker's currency. */
  readonly totalCost: number;
  /** Input and output tokens together. */
  readonly totalTokens: number;
  readonly totalToolCalls: number;
  /** Epoch milliseconds; `null` before any event. */
  readonly firstEventAt: number | null;
  readonly lastReviewAt: number | null;
}

/** The metrics of one agent in one rolling window `[from, to]`, both ends included, in epoch milliseconds. */
export interface WindowMetrics {
  readonly window: string;
  readonly from: number;
  readonly to: number;
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  /** 0–1, over finished attempts. */
  readonly successRate: Measured;
  /** 0–10. */
  readonly avgQualityScore: Measured;
  /** In the tracker's currency, over the attempts that have a cost. */
  readonly avgCostPerTask: Measured;
  readonly avgTokensPerTask: Measured;
  readonly avgToolCallsPerTask: Measured;
  /** From assignment to completion or failure. */
  readonly avgCompletionTimeMs: Measured;
  /** 0–10; `count` is the number of observations. */
  readonly collaborationScore: Measured;
}

/** An overall score over the longest window, or what a person has put in its place. */
export type OverallScore = Measured & {
  readonly window: string;
  readonly overridden: boolean;
  /** By whom, why and until when; present when `overridden`. */
  readonly override?: ScoreOverride;
};

/** An override in force. */
export interface ActiveOverride extends ScoreOverride {
  readonly target: 'quality' | 'collaboration';
  /** Absent: it replaces the agent's overall score. */
  readonly taskId?: string;
}

/** How well something is fed: inputs in the last 30 days, and when the last one came (epoch ms). */
export interface Feed {
  readonly count: number;
  readonly lastAt: number | null;
}

export const FED_METRICS = [
  'quality',
  'cost',
  'completionTime',
  'tokens',
  'toolCalls',
  'collaboration',
] as const;
export const QUALITY_COMPONENTS = [
  'criteria',
  'success',
  'costEfficiency',
  'codeReview',
  'evaluation',
  'peer',
] as const;
export const COLLABORATION_COMPONENTS = [
  'delegationSuccess',
  'responseLatency',
  'messageQuality',
  'helpfulness',
  'conflictConstructiveness',
  'meetingContribution',
  'handoffCompleteness',
  'loopPrevention',
] as const;

export type FedMetric = (typeof FED_METRICS)[number];
export type QualityComponent = (typeof QUALITY_COMPONENTS)[number];
export type CollaborationComponentName = (typeof COLLABORATION_COMPONENTS)[number];

/** Proof that every scorer is fed: what nothing feeds shows a count of 0. */
export interface Coverage {
  readonly metrics: Readonly<Record<FedMetric, Feed>>;
  readonly quality: Readonly<Record<QualityComponent, Feed>>;
  /** `loopPrevention` counts reported loops: 0 may mean that there were none, or that nobody reports them. */
  readonly collaboration: Readonly<Record<CollaborationComponentName, Feed>>;
}

/** Everything that is known of one agent as of one moment. */
export interface AgentPerformance {
  readonly agentId: string;
  readonly name: string | undefined;
  readonly role: string | undefined;
  readonly department: string | undefined;
  readonly level: string | undefined;
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly standing: Standing;
  readonly lifetime: Lifetime;
  /** Shortest window first. */
  readonly windows: readonly WindowMetrics[];
  /** One a metric and window. */
  readonly trends: readonly TrendResult[];
  readonly overallQualityScore: OverallScore;
  readonly overallCollaborationScore: OverallScore;
  readonly overrides: readonly ActiveOverride[];
  /** How far the agent is trusted, and why; absent where that is not followed. */
  readonly trust?: Trust;
  readonly coverage: Coverage;
}

/** Which way one metric goes in one window, and since when (epoch milliseconds). */
export interface TrendSummary {
  readonly metric: string;
  readonly window: string;
  readonly direction: TrendDirection;
  readonly since: number | null;
}

/** What a list or a scoreboard shows of one agent. */
export interface AgentSummary {
  readonly agentId: string;
  readonly name: string | undefined;
  readonly role: string | undefined;
  readonly department: string | undefined;
  readonly level: string | undefined;
  readonly standing: Standing;
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly lifetime: Lifetime;
  readonly overallQualityScore: OverallScore;
  readonly overallCollaborationScore: OverallScore;
  readonly trends: readonly TrendSummary[];
  /** How far the agent is trusted; absent where that is not followed. */
  readonly trust?: Pick<Trust, 'level' | 'score' | 'since'>;
}

/** A summary but for the names of its trends, which are those of every agent. */
export interface AgentOutline extends Omit<AgentSummary, 'trends'> {
  readonly trends: readonly Pick<TrendSummary, 'direction' | 'since'>[];
}
