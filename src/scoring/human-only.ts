import type { z } from 'zod';
import { layerStrategy } from './layers.js';
import { nonNegative, optionsObject, parseOptions, resolveWeights } from './options.js';
import { reviewLayer, verdictScoresSchema } from './reviews.js';
import type { QualityScoringStrategy } from './types.js';

const humanOnlyOptionsSchema = optionsObject({
  /** Weights of the layers; those left out keep their default, 0 switches a layer off. */
  weights: optionsObject({
    /** Reviews of kind `code`. Default 0.25. */
    codeReview: nonNegative(),
    /** Reviews of kind `peer`. Default 0.10. */
    peer: nonNegative(),
  }).optional(),
  /** What a verdict without a score is worth. */
  verdictScores: verdictScoresSchema.optional(),
});

export type HumanOnlyOptions = z.input<typeof humanOnlyOptionsSchema>;

const DEFAULT_WEIGHTS = { codeReview: 0.25, peer: 0.1 };

/**
 * Quality by people's word alone, for companies that let no machine judge: overrides, and the reviews of kind
 * `code` and `peer`, in the proportions of `layered`. Reviews of kind `evaluation` are a machine's and count for
 * nothing, like success, tests and cost.
 *
 * Score, 0–10: the weighted mean of the layers that have data, `null` until somebody has scored the task.
 * Confidence, 0–1: the nominal weight of the layers with data, each times its own. An active override is the
 * score, with confidence 1.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function humanOnly(options?: HumanOnlyOptions): QualityScoringStrategy {
  const parsed = parseOptions('humanOnly', humanOnlyOptionsSchema, options);
  const weights = resolveWeights('humanOnly', 'weights', DEFAULT_WEIGHTS, parsed.weights);
  return layerStrategy('humanOnly', [
    reviewLayer('codeReview', 'code', weights.codeReview, parsed.verdictScores),
    reviewLayer('peer', 'peer', weights.peer, parsed.verdictScores),
  ]);
}
