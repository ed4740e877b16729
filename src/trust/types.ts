/** How far an agent is trusted, least first. */
export const TRUST_LEVELS = ['sandboxed', 'restricted', 'standard', 'elevated'] as const;
export type TrustLevel = (typeof TRUST_LEVELS)[number];

/** Some values between 0 and 1: their weighted sum, and the sum of their weights. */
export interface Tally {
  readonly sum: number;
  readonly weight: number;
}

/**
 * What trust is made of, as of a moment. Everything fades: what happened a half-life ago counts half, so that an agent
 * that does nothing is forgotten, and an old failure forgiven.
 */
export interface TrustRecord {
  /** Epoch milliseconds. */
  readonly asOf: number;
  /** Attempts that succeeded, and that failed. */
  readonly completed: number;
  readonly failed: number;
  /**
   * How hard the tasks were that it mastered, of those whose complexity is known, from the event that finished them or
   * else from the latest assignment before: simple 0.25, medium 0.5, complex 0.75, epic 1, and 0 for one that failed.
   */
  readonly difficulty: Tally;
  /** Of the attempts that report tests or lint errors: 1 for no failed test and no lint error, else
   * 0, as for one that failed. */
  readonly clean: Tally;
  /**
   * What others said of its work: reviews (their score, else 0.9, 0.4 or 0.1 for approved, changes requested and
   * rejected; weighed by their confidence), overrides of quality (their score), and decisions (1 when a promotion or an
   * elevation was approved or a demotion or termination rejected, 0 the other way round).
   */
  readonly feedback: Tally;
}

/** One part of a trust score; what nothing is known of is left out, and shares its weight with the others. */
export interface TrustComponent {
  readonly component: string;
  /** 0–1. */
  readonly score: number;
  readonly weight: number;
}

export interface TrustScore {
  /** 0–1. */
  readonly score: number;
  readonly components: readonly TrustComponent[];
}

/**
 * Decides how far an agent may be trusted. Pure. Tenure keeps the record, moves the level a step up when the score has
 * reached the step's threshold and the agent has been long enough on its level, and down as soon as the score has
 * fallen below the threshold by more than the margin. The step to `elevated` is only ever proposed: a person decides.
 */
export interface TrustPolicy {
  readonly name: string;
  /** Whatever else the answers depend on, as JSON: with the name it identifies the policy. */
  readonly settings?: unknown;
  /** In how many milliseconds what happened comes to count half. */
  readonly halfLife: number;
  /** How long an agent stays on a level at least before it rises, in milliseconds. */
  readonly minTimeAtLevel: number;
  /** How far below its threshold a score may fall before the level is lost. */
  readonly margin: number;
  /** The score, 0–1, that each level takes. */
  readonly thresholds: Readonly<Record<Exclude<TrustLevel, 'sandboxed'>, number>>;
  score(record: TrustRecord): TrustScore;
}

/** How far an agent is trusted, and why. */
export interface Trust extends TrustScore {
  readonly level: TrustLevel;
  /** When it came to the level, epoch milliseconds; `null` before its first event. */
  readonly since: number | null;
}
