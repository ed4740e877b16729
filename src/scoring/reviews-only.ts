import type { z } from 'zod';
import { layerStrategy } from './layers.js';
import { nonNegative, optionsObject, parseOptions, resolveWeights } from './options.js';
import { reviewLayer, verdictScoresSchema } from './reviews.js';
import type { QualityScoringStrategy } from './types.js';

const reviewsOnlyOptionsSchema = optionsObject({
  /** Weights of the layers; those left out keep their default, 0 switches a layer off. */
  weights: optionsObject({
    /** Reviews of kind `code`. Default 0.25. */
    codeReview: nonNegative(),
    /** Reviews of kind `evaluation`. Default 0.25. */
    evaluation: nonNegative(),
    /** Reviews of kind `peer`. Default 0.10. */
    peer: nonNegative(),
  }).optional(),
  /** What a verdict without a score is worth. */
  verdictScores: verdictScoresSchema.optional(),
});

export type ReviewsOnlyOptions = z.input<typeof reviewsOnlyOptionsSchema>;

const DEFAULT_WEIGHTS = { codeReview: 0.25, evaluation: 0.25, peer: 0.1 };

/**
 * Quality from reviews of every kind, human or machine, for work that no test can judge: the layers `codeReview`,
 * `evaluation` and `peer` of `layered`, in the same proportions.
 *
 * Score, 0–10: the weighted mean of the layers that have data, `null` for a task that nobody has scored: it is
 * neither good nor bad. Confidence, 0–1: the nominal weight of the layers with data, each times its own.
 * An active override is the score, with confidence 1.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function reviewsOnly(options?: ReviewsOnlyOptions): QualityScoringStrategy {
  const parsed = parseOptions('reviewsOnly', reviewsOnlyOptionsSchema, options);
  const weights = resolveWeights('reviewsOnly', 'weights', DEFAULT_WEIGHTS, parsed.weights);
  return layerStrategy('reviewsOnly', [
    reviewLayer('codeReview', 'code', weights.codeReview, parsed.verdictScores),
    reviewLayer('evaluation', 'evaluation', weights.evaluation, parsed.verdictScores),
    reviewLayer('peer', 'peer', weights.peer, parsed.verdictScores),
  ]);
}
