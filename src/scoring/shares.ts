/** One part of a score, with its nominal weight, above 0. */
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
  if (parts.length === 0) return null;
  let total = 0;
  for (const part of parts) total += part.weight;
  // Shares before products: a product with a weight near the smallest number there is would lose its digits.
  let mean = 0;
  for (const part of parts) {
    part.weight /= total;
    mean += part.weight * part.score;
  }
  // Rounding alone can lift a mean of tens above 10.
  return Math.min(10, mean);
}
