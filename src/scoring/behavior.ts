import type { z } from 'zod';
import { nonNegative, optionsObject } from './options.js';
import type { CollaborationObservation } from './types.js';

/** Weights of the components of behaviour. */
export const componentWeightsSchema = optionsObject({
  /** Default 0.25. */
  delegationSuccess: nonNegative(),
  /** Default 0.15, like all that follow. */
  responseLatency: nonNegative(),
  messageQuality: nonNegative(),
  helpfulness: nonNegative(),
  conflictConstructiveness: nonNegative(),
  meetingContribution: nonNegative(),
  handoffCompleteness: nonNegative(),
  loopPrevention: nonNegative(),
});

export type ComponentWeights = z.input<typeof componentWeightsSchema>;
export type ComponentName = keyof ComponentWeights;

export const DEFAULT_WEIGHTS: Readonly<Record<ComponentName, number>> = {
  delegationSuccess: 0.25,
  responseLatency: 0.15,
  messageQuality: 0.15,
  helpfulness: 0.15,
  conflictConstructiveness: 0.15,
  meetingContribution: 0.15,
  handoffCompleteness: 0.15,
  loopPrevention: 0.15,
};

/** The components in the order in which they are tallied and reported. */
export const COMPONENTS = Object.keys(DEFAULT_WEIGHTS) as readonly ComponentName[];

/** Sums (of values 0–1) and counts of each component, in the order of {@link COMPONENTS}. */
export interface Tally {
  readonly sums: readonly number[];
  readonly counts: readonly number[];
}

/** Adds observations up by component, in one pass. Latency is 1 at once, 0 from `latencyScaleSeconds` on. */
export function tally(observations: Iterable<CollaborationObservation>, latencyScaleSeconds: number): Tally {
  // In the order of COMPONENTS.
  const sums = [0, 0, 0, 0, 0, 0, 0, 0] as [number, number, number, number, number, number, number, number];
  const counts = [0, 0, 0, 0, 0, 0, 0, 0] as typeof sums;
  for (const seen of observations) {
    counts[7]++;
    // Whatever is not a loop is an observation without one.
    if (seen.kind !== 'loop') sums[7]++;
    switch (seen.kind) {
      case 'delegation':
        counts[0]++;
        if (seen.succeeded) sums[0]++;
        if (seen.responseSeconds !== undefined) {
          counts[1]++;
          sums[1] += Math.max(0, 1 - seen.responseSeconds / latencyScaleSeconds);
        }
        break;
      case 'message':
        counts[2]++;
        sums[2] += seen.quality;
        break;
      case 'helpfulness':
        counts[3]++;
        sums[3] += seen.rating;
        break;
      case 'conflict':
        counts[4]++;
        sums[4] += seen.constructiveness;
        break;
      case 'meeting':
        counts[5]++;
        sums[5] += seen.contribution;
        break;
      case 'handoff':
        counts[6]++;
        sums[6] += seen.completeness;
        break;
    }
  }
  return { sums, counts };
}
