import type { z } from 'zod';
import type { Layer, Reading } from './layers.js';
import { nonNegative, optionsObject, resolveWeights } from './options.js';
import type { Signals, TaskFacts } from './types.js';

/** Weights of what machines can tell of a task; those left out keep their default, 0 switches one off. */
export const ciWeightsSchema = optionsObject({
  /** Share of the acceptance criteria met, else of the tests passed. Default 0.70. */
  criteria: nonNegative(),
  /** Whether the task succeeded. Default 0.20. */
  success: nonNegative(),
  /** What it cost against its budget. Default 0.10. */
  costEfficiency: nonNegative(),
});

export type CiWeights = z.input<typeof ciWeightsSchema>;

const DEFAULT_WEIGHTS = { criteria: 0.7, success: 0.2, costEfficiency: 0.1 };

/**
 * The `ci` layer: what machines can tell of a task, 0–10, the weighted mean of the components with data.
 *
 * - `criteria`: `10 × criteriaMet / criteriaTotal`; when no criteria are given, `10 ×` the share of tests passed.
 * - `success`: 10 or 0. It always has data, so a failed task of which nothing else is known scores 0.
 * - `costEfficiency`: {@link costEfficiency}, when both a cost and a budget (the task's, else `budget`) are known.
 *
 * Confidence: the share of the component weights that have data.
 */
export function ciLayer(
  factory: string,
  layerWeight: number,
  given: CiWeights | undefined,
  budget: number | undefined,
): Layer {
  const weights = resolveWeights(factory, 'ciWeights', DEFAULT_WEIGHTS, given);
  // Added in the order of `read`, so that complete data gives a confidence of exactly 1.
  const nominal = weights.success + weights.criteria + weights.costEfficiency;

  function read(task: TaskFacts): Reading | null {
    // A running weighted mean: each component moves it by the share of the weight so far that it brings.
    let total = weights.success;
    let score = task.succeeded ? 10 : 0;

    const criteria = task.signals === undefined ? undefined : criteriaScore(task.signals);
    if (criteria !== undefined && weights.criteria > 0) {
      total += weights.criteria;
      score += (criteria - score) * (weights.criteria / total);
    }

    const cost = task.usage?.cost;
    const allowed = task.budget ?? budget;
    if (cost !== undefined && allowed !== undefined && weights.costEfficiency > 0) {
      total += weights.costEfficiency;
      score += (costEfficiency(cost, allowed) - score) * (weights.costEfficiency / total);
    }
    return total === 0 ? null : { score: Math.min(10, score), confidence: total / nominal };
  }

  return { name: 'ci', weight: layerWeight, settings: { weights, budget }, read };
}

/** `10 × met / total` of the criteria, else of the tests; `undefined` when neither was counted. */
export function criteriaScore(signals: Signals): number | undefined {
  const { criteriaMet, criteriaTotal = 0, testsPassed = 0, testsFailed = 0 } = signals;
  if (criteriaTotal > 0) {
    // Criteria of which nobody said how many were met are unknown; tests do not stand in for them.
    return criteriaMet === undefined ? undefined : 10 * Math.min(1, criteriaMet / criteriaTotal);
  }
  const tests = testsPassed + testsFailed;
  return tests > 0 ? (10 * testsPassed) / tests : undefined;
}

/**
 * 10 at or under budget, else `10 × max(0, 1 − log10(cost / budget))`: twice the budget gives 6.99, ten times
 * and more 0. On a budget of 0 whatever costs anything scores 0.
 */
export function costEfficiency(cost: number, budget: number): number {
  if (cost <= budget) return 10;
  return 10 * Math.max(0, 1 - Math.log10(cost / budget));
}
