/** One part of a score, with its nominal weight. */
export interface Part {
  /** 0–10. */
  readonly score: number;
  weight: number;
}

/**
 * The weighted mean of the parts that have data, 0–10: `Σ wᵢ·sᵢ / Σ wᵢ`, `null` without parts.
 *
 * The nominal weights of the parts passed in are replaced by their shares `wᵢ / Σ w`, so that the weights of
 * absent parts are shared out in proportion and the shares add up to 1.
 */
export function shareOut(parts: readonly Part[]): number | null {
  let total = 0;
  let sum = 0;
  for (const part of parts) {
    total += part.weight;
    sum += part.weight * part.score;
  }
  if (total === 0) return null;
  for (const part of parts) part.weight /= total;
  // Rounding alone can lift a mean of tens above 10.
  return Math.min(10, sum / total);
}
