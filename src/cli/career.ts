import type { Recommendation, StandingChanged, TrustChanged } from '../agent/outputs.js';
import type { EventOf } from '../events/schema.js';
import type { Tracker } from '../tracker.js';

/** What was proposed about an agent, and what became of it. */
export interface Proposed {
  readonly recommendation: Recommendation;
  /** Nobody has decided on it, and it is not outdated. */
  readonly isOpen: boolean;
  readonly decision: EventOf<'decision.recorded'> | undefined;
}

/** How an agent came to where it stands. */
export interface CareerRecord {
  readonly standing: StandingChanged | undefined;
  readonly trust: TrustChanged | undefined;
  /** The latest ones, oldest first. */
  readonly recommendations: readonly Proposed[];
}

/** Reads from the log and the events how an agent came to where it stands. */
export async function readCareer(tracker: Tracker, agentId: string, limit: number): Promise<CareerRecord> {
  let standing: StandingChanged | undefined;
  let trust: TrustChanged | undefined;
  const made: Recommendation[] = [];
  for await (const output of tracker.log()) {
    if (!('agentId' in output) || output.agentId !== agentId) continue;
    if (output.type === 'standing.changed') standing = output;
    if (output.type === 'trust.changed') trust = output;
    if (output.type === 'recommendation.made') made.push(output);
  }
  const decisions = new Map<string, EventOf<'decision.recorded'>>();
  for await (const event of tracker.events({ agentId, types: ['decision.recorded'] })) {
    if (event.type === 'decision.recorded') decisions.set(event.recommendationId, event);
  }
  const open = new Set((await tracker.recommendations({ agentId })).map(({ id }) => id));
  const recommendations = made.slice(-limit).map((recommendation) => ({
    recommendation,
    isOpen: open.has(recommendation.id),
    decision: decisions.get(recommendation.id),
  }));
  return { standing, trust, recommendations };
}
