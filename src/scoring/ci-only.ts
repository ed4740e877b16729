import type { z } from 'zod';
import { ciLayer, ciWeightsSchema } from './ci.js';
import { layerStrategy } from './layers.js';
import { nonNegative, optionsObject, parseOptions } from './options.js';
import type { QualityScoringStrategy } from './types.js';

const ciOnlyOptionsSchema = optionsObject({
  /** Weights of the components; those left out keep their default, 0 switches one off. */
  ciWeights: ciWeightsSchema.optional(),
  /** The budget of tasks that come without one, in the tracker's currency. Default: none. */
  budget: nonNegative(),
});

export type CiOnlyOptions = z.input<typeof ciOnlyOptionsSchema>;

/**
 * Quality from what machines can tell alone, for companies whose agents nobody reviews: acceptance criteria or
 * tests (0.70), success (0.20) and cost efficiency (0.10), re-weighted over those with data. Reviews count for
 * nothing; an active override is still the score.
 *
 * Score, 0–10: the `ci` layer of `layered`. `null` only when `success` weighs 0 and nothing else is known.
 * Confidence, 0–1: the share of the component weights that have data.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function ciOnly(options?: CiOnlyOptions): QualityScoringStrategy {
  const parsed = parseOptions('ciOnly', ciOnlyOptionsSchema, options);
  return layerStrategy('ciOnly', [ciLayer('ciOnly', 1, parsed.ciWeights, parsed.budget)]);
}
