import type { z } from 'zod';
import type { Layer, Reading } from './layers.js';
import { optionsObject, scoreOption } from './options.js';
import type { Review, ReviewKind, TaskFacts, Verdict } from './types.js';

/** What a verdict without a score is worth, 0–10. A bare comment is worth nothing, and cannot be made to be. */
export const verdictScoresSchema = optionsObject({
  /** Default 9. */
  approved: scoreOption(),
  /** Default 4. */
  changes_requested: scoreOption(),
  /** Default 1. */
  rejected: scoreOption(),
});

export type VerdictScores = z.input<typeof verdictScoresSchema>;

/**
 * A layer of reviews of one kind: the mean of its reviewers, 0–10, weighted by `confidence` (default 1).
 *
 * - A review scores its `score`, else its verdict; a bare comment scores nothing and withdraws nothing.
 * - Only the latest scoring review of each reviewer counts; at equal times the later in the array.
 * - No data without a scoring review, or when all that count have confidence 0.
 *
 * Confidence: `1 − Π(1 − cᵢ)`, the chance that at least one of the reviewers can be relied on.
 */
export function reviewLayer(
  name: string,
  kind: ReviewKind,
  layerWeight: number,
  given: VerdictScores | undefined,
): Layer {
  const verdicts: Readonly<Record<Verdict, number | undefined>> = {
    approved: given?.approved ?? 9,
    changes_requested: given?.changes_requested ?? 4,
    rejected: given?.rejected ?? 1,
    commented: undefined,
  };

  function scoreOf(review: Review): number | undefined {
    return review.score ?? (review.verdict === undefined ? undefined : verdicts[review.verdict]);
  }

  function read(task: TaskFacts): Reading | null {
    const { reviews } = task;
    let first: Review | undefined;
    // Most layers have one review: the map is made only when there is a second.
    let latest: Map<string, Review> | undefined;
    // Several layers read at every event: without an iterator for each.
    for (let i = 0; i < reviews.length; i++) {
      const review = reviews[i] as Review;
      if (review.kind !== kind || scoreOf(review) === undefined) continue;
      if (first === undefined) {
        first = review;
        continue;
      }
      latest ??= new Map([[first.reviewerId, first]]);
      const earlier = latest.get(review.reviewerId);
      if (earlier === undefined || review.at >= earlier.at) latest.set(review.reviewerId, review);
    }
    if (first === undefined) return null;
    if (latest === undefined) {
      const confidence = first.confidence ?? 1;
      return confidence === 0 ? null : { score: scoreOf(first) as number, confidence };
    }
    return average(latest.values());
  }

  function average(reviews: Iterable<Review>): Reading | null {
    let total = 0;
    let mean = 0;
    let doubt = 1;
    for (const review of reviews) {
      const confidence = review.confidence ?? 1;
      if (confidence === 0) continue;
      total += confidence;
      mean += ((scoreOf(review) as number) - mean) * (confidence / total);
      doubt *= 1 - confidence;
    }
    return total === 0 ? null : { score: Math.min(10, mean), confidence: 1 - doubt };
  }

  return { name, weight: layerWeight, settings: { verdicts }, read };
}
