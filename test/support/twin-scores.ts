import type { CollaborationComponentName, QualityComponent } from '../../src/agent/performance.js';
import type { EventOf, StoredEvent } from '../../src/events/schema.js';

/** One finished attempt with all that the twin has found out about it. */
export interface TwinAttempt {
  readonly event: StoredEvent & (EventOf<'task.completed'> | EventOf<'task.failed'>);
  readonly reviews: readonly ReviewEvent[];
  readonly assignedAt: number | undefined;
}
export type ReviewEvent = StoredEvent & EventOf<'review.submitted'>;
export type ObservationEvent = StoredEvent & EventOf<'collaboration.observed'>;
type Part = readonly [weight: number, score: number];

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function weightedMean(parts: readonly Part[]): number | undefined {
  const total = parts.reduce((sum, [weight]) => sum + weight, 0);
  if (total === 0) return undefined;
  return parts.reduce((sum, [weight, score]) => sum + (weight / total) * score, 0);
}

/** What a review says on the scale of all scores; a bare comment says nothing. */
export function scoreOfReview({ score, verdict }: ReviewEvent): number | undefined {
  if (score !== undefined) return score;
  if (verdict === 'approved') return 9;
  if (verdict === 'changes_requested') return 4;
  return verdict === 'rejected' ? 1 : undefined;
}

/** Tests stand in for criteria where none are given; criteria of which nobody counted those met are unknown. */
function criteriaOf({ signals }: TwinAttempt['event']): number | undefined {
  const { criteriaMet, criteriaTotal = 0, testsPassed = 0, testsFailed = 0 } = signals ?? {};
  if (criteriaTotal > 0) return criteriaMet === undefined ? undefined : (10 * criteriaMet) / criteriaTotal;
  return testsPassed + testsFailed > 0 ? (10 * testsPassed) / (testsPassed + testsFailed) : undefined;
}

function costEfficiencyOf({ usage, budget }: TwinAttempt['event']): number | undefined {
  const cost = usage?.cost;
  if (cost === undefined || budget === undefined) return undefined;
  return cost <= budget ? 10 : 10 * Math.max(0, 1 - Math.log10(cost / budget));
}

/** The default quality of one attempt, from the formula as it is written down. */
export function layeredQuality({ event, reviews }: TwinAttempt): number {
  const ci = weightedMean(
    present([
      [0.7, criteriaOf(event)],
      [0.2, event.type === 'task.completed' ? 10 : 0],
      [0.1, costEfficiencyOf(event)],
    ]),
  );
  return weightedMean(
    present([
      [0.4, ci],
      [0.25, reviewLayer(reviews.filter(({ kind }) => kind === 'code'))],
      [0.25, reviewLayer(reviews.filter(({ kind }) => kind === 'evaluation'))],
      [0.1, reviewLayer(reviews.filter(({ kind }) => kind === 'peer'))],
    ]),
  ) as number;
}

function present(parts: readonly (readonly [number, number | undefined])[]): Part[] {
  return parts.filter((part): part is Part => part[1] !== undefined);
}

function reviewLayer(reviews: readonly ReviewEvent[]): number | undefined {
  const words = new Map<string, Part>();
  for (const review of reviews) {
    const score = scoreOfReview(review);
    if (score !== undefined) words.set(review.reviewerId, [review.confidence ?? 1, score]);
  }
  return weightedMean([...words.values()]);
}

/** Which components one observation feeds, each 0–1; that it is no loop is not among them. */
export function componentsFedBy(seen: ObservationEvent): [CollaborationComponentName, number][] {
  switch (seen.kind) {
    case 'delegation': {
      const succeeded: [CollaborationComponentName, number] = ['delegationSuccess', Number(seen.succeeded)];
      if (seen.responseSeconds === undefined) return [succeeded];
      return [succeeded, ['responseLatency', Math.max(0, 1 - seen.responseSeconds / 300)]];
    }
    case 'conflict':
      return [['conflictConstructiveness', seen.constructiveness]];
    case 'meeting':
      return [['meetingContribution', seen.contribution]];
    case 'handoff':
      return [['handoffCompleteness', seen.completeness]];
    case 'message':
      return [['messageQuality', seen.quality]];
    case 'helpfulness':
      return [['helpfulness', seen.rating]];
    case 'loop':
      return [];
  }
}

/** The default collaboration score of some observations, at least one. */
export function behavioralScore(observations: readonly ObservationEvent[]): number {
  const values = new Map<string, number[]>();
  const add = (name: string, value: number) => values.set(name, [...(values.get(name) ?? []), 10 * value]);
  for (const seen of observations) {
    for (const [name, value] of componentsFedBy(seen)) add(name, value);
  }
  const loops = observations.filter(({ kind }) => kind === 'loop').length;
  add('loopPrevention', 1 - loops / observations.length);
  const parts = [...values].map(
    ([name, all]): Part => [name === 'delegationSuccess' ? 0.25 : 0.15, mean(all)],
  );
  return weightedMean(parts) as number;
}

/** Which components of quality an attempt feeds by itself. */
export function qualityFedBy(event: TwinAttempt['event']): QualityComponent[] {
  const fed: QualityComponent[] = ['success'];
  const { criteriaMet, criteriaTotal = 0, testsPassed = 0, testsFailed = 0 } = event.signals ?? {};
  const isCounted = criteriaTotal > 0 ? criteriaMet !== undefined : testsPassed + testsFailed > 0;
  if (isCounted) fed.push('criteria');
  if (costEfficiencyOf(event) !== undefined) fed.push('costEfficiency');
  return fed;
}
