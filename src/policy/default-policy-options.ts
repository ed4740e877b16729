import { z } from 'zod';
import { optionsObject, parseOptions } from '../scoring/options.js';
import { parseDuration } from '../windows/duration.js';

/** Thresholds of {@link defaultPolicy}; whatever is left out has the default given. */
export interface DefaultPolicyOptions {
  /** The window that recent figures are of. Default `'30d'`, or what comes nearest of the windows there are. */
  readonly window?: string;
  /** The window that evidence is counted in. Default `'90d'`, or what comes nearest. */
  readonly longWindow?: string;
  readonly promotion?: {
    /** 0–10, recent. Default 7. */
    readonly quality?: number;
    /** 0–1, recent. Default 0.8. */
    readonly successRate?: number;
    /** In the long window. Default 10. */
    readonly tasksCompleted?: number;
    /**
     * How many of these three must be met; one number, or one for each level that is promoted to. Default 2 below
     * `senior` (the third level, where there is none of that name), 3 from there on.
     */
    readonly minCriteriaMet?: number | Readonly<Record<string, number>>;
    /** Which of them must be among those met. Default none. */
    readonly requiredCriteria?: readonly PromotionCriterion[];
    /** How long after a change of level nobody is promoted. Default `'30d'`. */
    readonly minTimeAtLevel?: string;
  };
  readonly demotion?: {
    /** 0–10, recent. Default 4. */
    readonly quality?: number;
    /** 0–1, recent. Default 0.5. */
    readonly successRate?: number;
    /** How many of low quality, low success rate and declining cost. Default 2. */
    readonly minCriteriaMet?: number;
  };
  readonly termination?: {
    /** 0–10. Default 3.5. */
    readonly quality?: number;
    /** 0–10. Default 3.5. */
    readonly collaboration?: number;
    /** In how many windows both must be low. Default 2. */
    readonly minWindows?: number;
    /** Quality that declines in every window counts only below this, 0–10. Default 7; 10 for always. */
    readonly decliningBelow?: number;
  };
  /** How long criteria must hold, and how long they must fail to end a standing. Default `'3d'`; `'0d'` for at once. */
  readonly sustain?: string;
  /** After a change of level or a decision. Default `'24h'`. */
  readonly cooldown?: string;
  /** No demotion or termination so soon after hiring or a change of level. Default `'7d'`. */
  readonly gracePeriod?: string;
  /** Nor before so many finished tasks since then. Default 10. */
  readonly graceTasks?: number;
  /** Nor on fewer finished tasks in the long window. Default 20. */
  readonly minEvidence?: number;
  /** Never propose to dismiss the last active agent of a department. Default true. */
  readonly protectLast?: boolean;
  /** From which level on a promotion needs a person's approval; `null`: none does. Default `'senior'`, or the third. */
  readonly humanApprovalFrom?: string | null;
}

export const PROMOTION_CRITERIA = ['avgQualityScore', 'successRate', 'tasksCompleted'] as const;
export type PromotionCriterion = (typeof PROMOTION_CRITERIA)[number];

const expected = (what: string) => ({ error: `to be ${what}` });
const between = (low: number, high: number, fallback: number) => {
  const error = expected(`a number from ${low} to ${high}`);
  return z.number(error).min(low, error).max(high, error).default(fallback);
};
const wholeNumber = (least: number) => {
  const error = expected(`an integer >= ${least}`);
  return z.int(error).min(least, error);
};
const label = z
  .string(expected('the label of a window'))
  .min(1, expected('the label of a window'))
  .optional();
const levelName = z.string(expected('a level')).min(1, expected('a level'));

/** `'0d'` switches a wait off. */
const span = (fallback: string) =>
  z
    .string(expected("a duration such as '12h' or '3d'"))
    .default(fallback)
    .transform((text, context) => {
      try {
        return /^0[mhd]$/.test(text) ? 0 : parseDuration(text);
      } catch {
        context.addIssue("to be a duration such as '12h' or '3d'");
        return z.NEVER;
      }
    });

const schema = optionsObject({
  window: label,
  longWindow: label,
  promotion: optionsObject({
    quality: between(0, 10, 7),
    successRate: between(0, 1, 0.8),
    tasksCompleted: wholeNumber(0).default(10),
    minCriteriaMet: z
      .union(
        [wholeNumber(1).max(3), z.record(levelName, wholeNumber(1).max(3))],
        expected('1, 2 or 3, or that by level'),
      )
      .default({}),
    requiredCriteria: z
      .array(z.enum(PROMOTION_CRITERIA), expected(`some of ${PROMOTION_CRITERIA.join(', ')}`))
      .default([]),
    minTimeAtLevel: span('30d'),
  }).prefault({}),
  demotion: optionsObject({
    quality: between(0, 10, 4),
    successRate: between(0, 1, 0.5),
    minCriteriaMet: wholeNumber(1).max(3, expected('1, 2 or 3')).default(2),
  }).prefault({}),
  termination: optionsObject({
    quality: between(0, 10, 3.5),
    collaboration: between(0, 10, 3.5),
    minWindows: wholeNumber(1).default(2),
    decliningBelow: between(0, 10, 7),
  }).prefault({}),
  sustain: span('3d'),
  cooldown: span('24h'),
  gracePeriod: span('7d'),
  graceTasks: wholeNumber(0).default(10),
  minEvidence: wholeNumber(0).default(20),
  protectLast: z.boolean(expected('true or false')).default(true),
  humanApprovalFrom: levelName.nullable().optional(),
});

/** The options with every default filled in; durations in milliseconds. */
export type DefaultPolicySettings = z.output<typeof schema>;

/** @throws TenureError `TENURE_INVALID_OPTIONS` about the first option that is wrong */
export function resolveDefaultPolicy(options: DefaultPolicyOptions | undefined): DefaultPolicySettings {
  return parseOptions('defaultPolicy', schema, options);
}
