import type { z } from 'zod';
import { ciLayer, ciWeightsSchema } from './ci.js';
import { layerStrategy } from './layers.js';
import { nonNegative, optionsObject, parseOptions, resolveWeights } from './options.js';
import { reviewLayer, verdictScoresSchema } from './reviews.js';
import type { QualityScoringStrategy } from './types.js';

const layeredOptionsSchema = optionsObject({
  /** Weights of the layers; those left out keep their default, 0 switches a layer off. */
  weights: optionsObject({
    /** What machines can tell. Default 0.40. */
    ci: nonNegative(),
    /** Reviews of kind `code`. Default 0.25. */
    codeReview: nonNegative(),
    /** Reviews of kind `evaluation`. Default 0.25. */
    evaluation: nonNegative(),
    /** Reviews of kind `peer`. Default 0.10. */
    peer: nonNegative(),
  }).optional(),
  /** Weights of the components within `ci`. */
  ciWeights: ciWeightsSchema.optional(),
  /** The budget of tasks that come without one, in the tracker's currency. Default: none. */
  budget: nonNegative(),
  /** What a verdict without a score is worth. */
  verdictScores: verdictScoresSchema.optional(),
});

export type LayeredOptions = z.input<typeof layeredOptionsSchema>;

const DEFAULT_WEIGHTS = { ci: 0.4, codeReview: 0.25, evaluation: 0.25, peer: 0.1 };

/**
 * The default quality strategy: everything that is known of a task, from machines and people.
 *
 * Score, 0–10: `Σ wᵢ·sᵢ / Σ wᵢ` over the layers `ci` (0.40), `codeReview` (0.25), `evaluation` (0.25) and
 * `peer` (0.10) that have data; the weights of absent layers are shared out in proportion. `null` only when no
 * layer that weighs anything has data. See `ciLayer` and `reviewLayer` for the layers.
 *
 * Confidence, 0–1: the nominal weight of the layers with data, each times its own confidence. A task of which
 * only success is known has 0.08 (0.40 × 0.20); with criteria, cost and a review of each kind it has 1.
 *
 * An active override is the score, with confidence 1; the breakdown goes on showing the computed layers.
 *
 * @example
 * ```ts
 * layered().score({
 *   taskId: 't-1',
 *   agentId: 'ada',
 *   succeeded: true,
 *   signals: { criteriaMet: 3, criteriaTotal: 4 },
 *   reviews: [{ kind: 'code', reviewerId: 'grace', at: 0, verdict: 'approved' }],
 * }).score; // 8.418803418803419: (0.40 × 8.06 of ci + 0.25 × 9 of codeReview) / 0.65
 * ```
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function layered(options?: LayeredOptions): QualityScoringStrategy {
  const parsed = parseOptions('layered', layeredOptionsSchema, options);
  const weights = resolveWeights('layered', 'weights', DEFAULT_WEIGHTS, parsed.weights);
  return layerStrategy('layered', [
    ciLayer('layered', weights.ci, parsed.ciWeights, parsed.budget),
    reviewLayer('codeReview', 'code', weights.codeReview, parsed.verdictScores),
    reviewLayer('evaluation', 'evaluation', weights.evaluation, parsed.verdictScores),
    reviewLayer('peer', 'peer', weights.peer, parsed.verdictScores),
  ]);
}
