import { z } from 'zod';
import {
  invalidOption,
  nonNegative,
  optionsObject,
  parseOptions,
  resolveWeights,
} from '../scoring/options.js';
import { parseDuration } from '../windows/duration.js';
import type { Tally, TrustPolicy, TrustRecord, TrustScore } from './types.js';

/** Options of {@link progressiveTrust}; whatever is left out has the default given. */
export interface ProgressiveTrustOptions {
  /** Only their proportions count. Default difficulty 0.2, completion 0.3, clean 0.2, feedback 0.3. */
  readonly weights?: {
    readonly difficulty?: number;
    readonly completion?: number;
    readonly clean?: number;
    readonly feedback?: number;
  };
  /** The score that each step takes, 0–1, ascending. Default restricted 0.3, standard 0.55, elevated 0.8. */
  readonly thresholds?: {
    readonly restricted?: number;
    readonly standard?: number;
    readonly elevated?: number;
  };
  /** How far below its threshold a score may fall before a level is lost, 0–1. Default 0.1. */
  readonly margin?: number;
  /** How long an agent stays on a level at least before it rises. Default `'7d'`. */
  readonly minTimeAtLevel?: string;
  /** In which time what happened comes to count half. Default `'30d'`. */
  readonly halfLife?: string;
  /** How many finished tasks, faded ones too, earn half of the full score. Default 5. */
  readonly experience?: number;
}

const WEIGHTS = { difficulty: 0.2, completion: 0.3, clean: 0.2, feedback: 0.3 } as const;
type Weighed = keyof typeof WEIGHTS;

const share = () => {
  const error = { error: 'to be a number from 0 to 1' };
  return z.number(error).min(0, error).max(1, error);
};
const duration = (option: string, fallback: string) =>
  z
    .string({ error: "to be a duration such as '7d'" })
    .default(fallback)
    .transform((label) => parseDuration(label, option));
const weight = nonNegative();
const schema = optionsObject({
  weights: optionsObject({
    difficulty: weight,
    completion: weight,
    clean: weight,
    feedback: weight,
  }).optional(),
  thresholds: optionsObject({
    restricted: share().default(0.3),
    standard: share().default(0.55),
    elevated: share().default(0.8),
  }).prefault({}),
  margin: share().default(0.1),
  minTimeAtLevel: duration('minTimeAtLevel', '7d'),
  halfLife: duration('halfLife', '30d'),
  experience: z
    .number({ error: 'to be a finite number > 0' })
    .positive({ error: 'to be a finite number > 0' })
    .default(5),
});

/**
 * Trust that is earned step by step and fades: a weighted mean of how hard the work was, how much of it was completed
 * and clean, and what others said of it, times how much recent experience there is.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` when an option is not what it should be
 */
export function progressiveTrust(options?: ProgressiveTrustOptions): TrustPolicy {
  const { weights: given, ...settings } = parseOptions('progressiveTrust', schema, options);
  const weights = resolveWeights('progressiveTrust', 'weights', WEIGHTS, given);
  const { thresholds, experience, ...timing } = settings;
  const { restricted, standard, elevated } = thresholds;
  if (!(restricted <= standard && standard <= elevated)) {
    throw invalidOption('progressiveTrust', 'thresholds', 'to ascend', thresholds);
  }
  return {
    name: 'progressive',
    settings: { weights, ...settings },
    ...timing,
    thresholds,
    score: (record) => scoreOf(record, weights, experience),
  };
}

function scoreOf(
  record: TrustRecord,
  weights: Readonly<Record<Weighed, number>>,
  experience: number,
): TrustScore {
  const { completed, failed } = record;
  const finished = completed + failed;
  const tallies: Readonly<Record<Weighed, Tally>> = {
    difficulty: record.difficulty,
    completion: { sum: completed, weight: finished },
    clean: record.clean,
    feedback: record.feedback,
  };
  const known = (Object.keys(tallies) as Weighed[]).filter(
    (name) => tallies[name].weight > 0 && weights[name] > 0,
  );
  const total = known.reduce((sum, name) => sum + weights[name], 0);
  const components = known.map((component) => ({
    component,
    score: tallies[component].sum / tallies[component].weight,
    weight: weights[component] / total,
  }));
  const experienced = finished / (finished + experience);
  const mean = components.reduce((sum, { score, weight }) => sum + score * weight, 0);
  return {
    score: Math.min(1, mean * experienced),
    components: [...components, { component: 'experience', score: experienced, weight: 1 }],
  };
}
