import { createHash } from 'node:crypto';
import { STATE_FORMAT } from './agent/codec.js';
import type { StandingPolicy } from './policy/types.js';
import { behavioral } from './scoring/behavioral.js';
import { ciOnly } from './scoring/ci-only.js';
import { humanOnly } from './scoring/human-only.js';
import { layered } from './scoring/layered.js';
import { peerRatings } from './scoring/peer-ratings.js';
import { reviewsOnly } from './scoring/reviews-only.js';
import { labelOf } from './scoring/settings.js';
import type { CollaborationScoringStrategy, QualityScoringStrategy } from './scoring/types.js';
import { ALTERNATIVES } from './trends/alternatives.js';
import { theilSen } from './trends/theil-sen-strategy.js';
import type { TrendDetectionStrategy } from './trends/types.js';
import { RECORD_FORMAT } from './trust/record.js';
import type { TrustPolicy } from './trust/types.js';
import { isDuration, parseDuration } from './windows/duration.js';
import type { MetricsWindowStrategy, Window } from './windows/types.js';

/** What agents are judged by. */
export interface Judgement {
  readonly window: MetricsWindowStrategy;
  readonly quality: QualityScoringStrategy;
  readonly collaboration: CollaborationScoringStrategy;
  readonly trend: TrendDetectionStrategy;
  readonly policy: StandingPolicy;
  readonly trust: TrustPolicy | undefined;
  readonly levels: readonly string[];
}

const QUALITY = [layered(), ciOnly(), reviewsOnly(), humanOnly()];
const COLLABORATION = [behavioral(), peerRatings()];

/** States are good only in their format, and for the windows, strategies and policies that they were computed with. */
export function layoutOf(judgement: Judgement): string {
  const { policy, trust, levels } = judgement;
  const { name, settings, sustain, cooldown } = policy;
  const judged = createHash('sha256')
    .update(JSON.stringify([settings, sustain, cooldown, levels, trust && [trust, RECORD_FORMAT]]))
    .digest('hex');
  return `format ${STATE_FORMAT} ${scoringOf(judgement)} ${name}#${judged.slice(0, 12)}`;
}

/** The part of the layout that says by which windows and strategies figures come about. */
export function scoringOf(judgement: Omit<Judgement, 'policy' | 'trust' | 'levels'>): string {
  const { window, collaboration } = judgement;
  const windows = `${window.name}(${window.windows.map(labelOfWindow).join(',')};${window.minDataPoints})`;
  const quality = labelOf(judgement.quality, QUALITY);
  const sums = `${labelOf(collaboration, COLLABORATION)}/${collaboration.additive?.size ?? 0}`;
  const trend = labelOf(judgement.trend, [defaultTrend(window), ...ALTERNATIVES]);
  return `${windows} ${quality} ${sums} ${trend}`;
}

/** The trend strategy of a tracker that is not given one: it asks for as many points as a figure does. */
export function defaultTrend({ minDataPoints }: MetricsWindowStrategy): TrendDetectionStrategy {
  return theilSen({ minDataPoints: Math.max(2, minDataPoints) });
}

/** A label that is no duration, or another one, does not say how long the window is. */
function labelOfWindow({ label, ms }: Window): string {
  return isDuration(label) && parseDuration(label) === ms ? label : `${label}=${ms}ms`;
}
