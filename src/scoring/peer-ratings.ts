import type { z } from 'zod';
import { count, optionsObject, parseOptions } from './options.js';
import { settingsOf } from './settings.js';
import type { CollaborationObservation, CollaborationScoringStrategy } from './types.js';

const peerRatingsOptionsSchema = optionsObject({
  /** Number of ratings at which confidence reaches 1. Default 10. */
  fullConfidenceCount: count(),
});

export type PeerRatingsOptions = z.input<typeof peerRatingsOptionsSchema>;

/**
 * Collaboration as the other agents rate it, for companies that trust what colleagues say over what they do:
 * only observations of kind `helpfulness` count.
 *
 * Score, 0–10: `10 ×` the mean over the raters of each rater's mean rating, so that one who rates often has no
 * louder voice than one who rates seldom. Every rating of a rater counts, not only the latest, since each is
 * about another occasion. Ratings without `fromAgentId` are together one rater, and an agent's ratings of itself
 * count for nothing. `null` without any rating.
 *
 * It has no additive form: a mean over raters needs a sum for each of them, which no fixed number of sums holds.
 *
 * Confidence, 0–1: `min(1, n / fullConfidenceCount)`, n the ratings that count. An active override is the score,
 * with confidence 1, with or without ratings.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function peerRatings(options?: PeerRatingsOptions): CollaborationScoringStrategy {
  const { fullConfidenceCount = 10 } = parseOptions('peerRatings', peerRatingsOptionsSchema, options);
  const strategy = 'peerRatings';

  return {
    name: strategy,
    settings: settingsOf({ fullConfidenceCount }),
    score({ agentId, observations, override }) {
      const ratings = ratingsByOthers(agentId, observations);
      const computed = ratings.count === 0 ? null : ratings.score;
      const components =
        computed === null
          ? []
          : [{ component: 'helpfulness', score: computed, weight: 1, count: ratings.count }];
      if (override !== undefined) {
        return { score: override.score, confidence: 1, strategy, overridden: true, components };
      }
      const confidence = Math.min(1, ratings.count / fullConfidenceCount);
      return { score: computed, confidence, strategy, overridden: false, components };
    },
  };
}

function ratingsByOthers(agentId: string, observations: readonly CollaborationObservation[]) {
  const raters = new Map<string | undefined, { sum: number; count: number }>();
  let count = 0;
  for (const seen of observations) {
    if (seen.kind !== 'helpfulness' || seen.fromAgentId === (seen.agentId ?? agentId)) continue;
    count++;
    const rater = raters.get(seen.fromAgentId);
    if (rater === undefined) raters.set(seen.fromAgentId, { sum: seen.rating, count: 1 });
    else {
      rater.sum += seen.rating;
      rater.count++;
    }
  }
  let sum = 0;
  for (const rater of raters.values()) sum += rater.sum / rater.count;
  return { count, score: Math.min(10, (10 * sum) / raters.size) };
}
