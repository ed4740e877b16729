import { z } from 'zod';
import {
  COMPONENTS,
  type ComponentWeights,
  componentWeightsSchema,
  DEFAULT_WEIGHTS,
  type Tally,
  tally,
} from './behavior.js';
import { count, fillWeights, optionsObject, parseOptions, positive, resolveWeights } from './options.js';
import { settingsOf } from './settings.js';
import { type Part, shareOut } from './shares.js';
import type {
  CollaborationComponent,
  CollaborationInput,
  CollaborationScore,
  CollaborationScoringStrategy,
} from './types.js';

const behavioralOptionsSchema = optionsObject({
  /** Weights of the components; those left out keep their default, 0 switches one off. */
  weights: componentWeightsSchema.optional(),
  /** Weights for agents of a role; those left out are as in `weights`. */
  roleWeights: z
    .record(z.string(), componentWeightsSchema, { error: 'to be an object of weights by role' })
    .optional(),
  /** Response time in seconds that scores 0; at once scores 10. Default 300. */
  latencyScaleSeconds: positive(),
  /** Number of observations at which confidence reaches 1. Default 10. */
  fullConfidenceCount: count(),
});

export type BehavioralOptions = z.input<typeof behavioralOptionsSchema>;

/**
 * The default collaboration strategy: how an agent is seen to work with others.
 *
 * Score, 0–10: `Σ wᵢ·sᵢ / Σ wᵢ` over the components that have data, each the mean of its observations:
 *
 * | component | weight | each observation scores |
 * | --- | --- | --- |
 * | delegationSuccess | 0.25 | a delegation: 10 if it succeeded, else 0 |
 * | responseLatency | 0.15 | a delegation with `responseSeconds`: `10 × max(0, 1 − s / 300)` |
 * | messageQuality | 0.15 | `10 × quality` |
 * | helpfulness | 0.15 | `10 × rating` |
 * | conflictConstructiveness | 0.15 | `10 × constructiveness` |
 * | meetingContribution | 0.15 | `10 × contribution` |
 * | handoffCompleteness | 0.15 | `10 × completeness` |
 * | loopPrevention | 0.15 | a loop 0, any other 10: `10 × (1 − loops / observations)` |
 *
 * `null` without observations, or when none of the components with data weighs anything. Confidence, 0–1:
 * `min(1, n / fullConfidenceCount)`, n the observations, 0 when the score is `null`. An active override is the
 * score, with confidence 1, with or without observations.
 *
 * @example
 * ```ts
 * behavioral().score({
 *   agentId: 'ada',
 *   observations: [
 *     { kind: 'delegation', at: 0, succeeded: true, responseSeconds: 60 },
 *     { kind: 'loop', at: 1 },
 *   ],
 * }).score; // 8.09090909090909: (0.25 × 10 + 0.15 × 8 + 0.15 × 5) / 0.55
 * ```
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function behavioral(options?: BehavioralOptions): CollaborationScoringStrategy {
  const strategy = 'behavioral';
  const parsed = parseOptions(strategy, behavioralOptionsSchema, options);
  const { latencyScaleSeconds = 300, fullConfidenceCount = 10 } = parsed;
  const { everybody, byRole } = weightsByRole(parsed.weights, parsed.roleWeights);

  const scoreOf = (
    { role, override }: Pick<CollaborationInput, 'role' | 'override'>,
    { sums, counts }: Tally,
    observations: number,
  ): CollaborationScore => {
    const weights = (role === undefined ? undefined : byRole.get(role)) ?? everybody;
    const components: (CollaborationComponent & Part)[] = [];
    for (let i = 0; i < COMPONENTS.length; i++) {
      const count = counts[i] as number;
      const weight = weights[i] as number;
      if (count === 0 || weight === 0) continue;
      const score = Math.min(10, (10 * (sums[i] as number)) / count);
      components.push({ component: COMPONENTS[i] as string, score, weight, count });
    }
    const computed = shareOut(components);
    if (override !== undefined) {
      return { score: override.score, confidence: 1, strategy, overridden: true, components };
    }
    const confidence = computed === null ? 0 : Math.min(1, observations / fullConfidenceCount);
    return { score: computed, confidence, strategy, overridden: false, components };
  };

  return {
    name: strategy,
    settings: settingsOf({
      weights: everybody,
      roleWeights: Object.fromEntries(byRole),
      latencyScaleSeconds,
      fullConfidenceCount,
    }),
    score: (input) =>
      scoreOf(input, tally(input.observations, latencyScaleSeconds), input.observations.length),
    additive: {
      size: 2 * COMPONENTS.length,
      of(observation) {
        const { sums, counts } = tally([observation], latencyScaleSeconds);
        return [...sums, ...counts];
      },
      score: (input) => scoreOf(input, halves(input.sums), input.count),
    },
  };
}

function halves(numbers: readonly number[]): Tally {
  return { sums: numbers.slice(0, COMPONENTS.length), counts: numbers.slice(COMPONENTS.length) };
}

/** Weights in the order of {@link COMPONENTS}: of everybody, and of the roles that have their own. */
function weightsByRole(
  given: ComponentWeights | undefined,
  roleWeights: Readonly<Record<string, ComponentWeights>> = {},
): { readonly everybody: readonly number[]; readonly byRole: ReadonlyMap<string, readonly number[]> } {
  const base = fillWeights(DEFAULT_WEIGHTS, given);
  const resolve = (option: string, weights: ComponentWeights | undefined) => {
    const resolved = resolveWeights('behavioral', option, base, weights);
    return COMPONENTS.map((component) => resolved[component]);
  };
  const everybody = resolve('weights', given);
  const byRole = new Map(
    Object.entries(roleWeights).map(([role, weights]) => [role, resolve(`roleWeights.${role}`, weights)]),
  );
  return { everybody, byRole };
}
