/** What a review's author concluded. `commented` alone scores nothing. */
export type Verdict = 'approved' | 'commented' | 'changes_requested' | 'rejected';
export type ReviewKind = 'code' | 'evaluation' | 'peer';

/** One review of one attempt at a task. */
export interface Review {
  readonly kind: ReviewKind;
  readonly reviewerId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly verdict?: Verdict | undefined;
  /** 0–10. */
  readonly score?: number | undefined;
  /** 0–1, default 1. */
  readonly confidence?: number | undefined;
}

export interface Usage {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly toolCalls?: number | undefined;
  readonly turns?: number | undefined;
  /** In the tracker's currency. */
  readonly cost?: number | undefined;
  readonly currency?: string | undefined;
}

export interface Signals {
  readonly criteriaMet?: number | undefined;
  readonly criteriaTotal?: number | undefined;
  readonly testsPassed?: number | undefined;
  readonly testsFailed?: number | undefined;
  readonly lintErrors?: number | undefined;
  readonly coverageDelta?: number | undefined;
}

/** A human's word that replaces a computed score while it is active. */
export interface ScoreOverride {
  /** 0–10. */
  readonly score: number;
  readonly reason: string;
  readonly by: string;
  /** When it was set, epoch milliseconds. */
  readonly at: number;
  /** When it ends, epoch milliseconds; absent: until cleared. */
  readonly expiresAt?: number | undefined;
}

/** Everything known about one attempt at a task. Reviews are those that belong to it, in time order. */
export interface TaskFacts {
  readonly taskId: string;
  readonly agentId: string;
  readonly succeeded: boolean;
  readonly usage?: Usage | undefined;
  readonly signals?: Signals | undefined;
  /** What the task was allowed to cost, in the tracker's currency. */
  readonly budget?: number | undefined;
  readonly reviews: readonly Review[];
  /** Present only while it is active. */
  readonly override?: ScoreOverride | undefined;
}

export interface QualityLayer {
  readonly layer: string;
  /** 0–10. */
  readonly score: number;
  /** Share of the final score after absent layers' weights were shared out; the weights add up to 1. */
  readonly weight: number;
  /** 0–1. */
  readonly confidence: number;
}

export interface QualityScore {
  /** 0–10, or `null` when the strategy has nothing to go by: missing data is neither good nor bad. */
  readonly score: number | null;
  /** 0–1. */
  readonly confidence: number;
  readonly strategy: string;
  readonly overridden: boolean;
  /** The computed layers; under an override they go on being computed. */
  readonly breakdown: readonly QualityLayer[];
}

/** Scores one attempt at a task. Synchronous and pure: slow or paid judges arrive as review events. */
export interface QualityScoringStrategy {
  readonly name: string;
  /**
   * Whatever else its scores depend on, as JSON. With the name it says what is computed: a database that was written
   * under others is rebuilt when it is opened.
   */
  readonly settings?: unknown;
  score(task: TaskFacts): QualityScore;
}

/** One observation of how an agent works with others, at epoch milliseconds. */
export type CollaborationObservation = {
  readonly at: number;
  /** Whose it is, where the observations of several agents are scored together. */
  readonly agentId?: string | undefined;
} & (
  | {
      readonly kind: 'delegation';
      readonly succeeded: boolean;
      readonly responseSeconds?: number | undefined;
    }
  | { readonly kind: 'conflict'; readonly constructiveness: number }
  | { readonly kind: 'meeting'; readonly contribution: number }
  | { readonly kind: 'loop' }
  | { readonly kind: 'handoff'; readonly completeness: number }
  | { readonly kind: 'message'; readonly quality: number }
  | { readonly kind: 'helpfulness'; readonly rating: number; readonly fromAgentId?: string | undefined }
);

export interface CollaborationComponent {
  readonly component: string;
  /** 0–10. */
  readonly score: number;
  /** Share of the final score; the weights add up to 1. */
  readonly weight: number;
  /** How many observations fed it. */
  readonly count: number;
}

export interface CollaborationInput {
  /** Empty for a group: the observations are those of several agents then, each with its own `agentId`. */
  readonly agentId: string;
  readonly role?: string | undefined;
  readonly observations: readonly CollaborationObservation[];
  /** Present only while it is active. */
  readonly override?: ScoreOverride | undefined;
}

export interface CollaborationScore {
  /** 0–10, or `null` without any observation. */
  readonly score: number | null;
  /** 0–1. */
  readonly confidence: number;
  readonly strategy: string;
  readonly overridden: boolean;
  /** Only the components that have data. */
  readonly components: readonly CollaborationComponent[];
}

/** Scores how an agent works with others. Synchronous and pure. */
export interface CollaborationScoringStrategy {
  readonly name: string;
  /**
   * Whatever else its scores depend on, as JSON. With the name it says what is computed: a database that was written
   * under others is rebuilt when it is opened.
   */
  readonly settings?: unknown;
  score(input: CollaborationInput): CollaborationScore;
  /** Present when the score depends on sums over the observations alone; always agrees with `score`. */
  readonly additive?: AdditiveCollaboration;
}

/**
 * A collaboration score as a function of sums: what every observation comes to can be added up beforehand, by day
 * and department, so that a question about a long time and many agents need not look at every observation again.
 */
export interface AdditiveCollaboration {
  /** How many numbers an observation comes to, 1 to 64. */
  readonly size: number;
  /** What one observation comes to: `size` finite numbers. */
  of(observation: CollaborationObservation): readonly number[];
  /** What `score` says of observations whose numbers add up to these sums. */
  score(input: AdditiveInput): CollaborationScore;
}

export interface AdditiveInput extends Omit<CollaborationInput, 'observations'> {
  readonly sums: readonly number[];
  /** How many observations there are. */
  readonly count: number;
}
