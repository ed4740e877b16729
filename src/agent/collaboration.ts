import type { EventOf } from '../events/schema.js';
import { scoreIn } from '../scoring/answer.js';
import type { CollaborationObservation, CollaborationScoringStrategy } from '../scoring/types.js';
import type { Row } from '../windows/timeline.js';

/** One observation with its place in the journal, and what the strategy makes of it taken alone. */
export interface Observed extends Row {
  /** As stamped on the event. */
  readonly department: string | undefined;
  readonly projectId: string | undefined;
  readonly observation: CollaborationObservation;
  /** 0–10: the point of the collaboration trend, by the role that the agent had when it was taken in. */
  readonly value: number | null;
}

/** The observation that an event tells of, as a data point. */
export function observedOf(
  event: EventOf<'collaboration.observed'> & { readonly seq: number },
  agentId: string,
  role: string | undefined,
  strategy: CollaborationScoringStrategy,
): Observed {
  const observation = Object.freeze(observationOf(event));
  return {
    at: event.at,
    seq: event.seq,
    department: event.department,
    projectId: event.projectId,
    observation,
    value: collaborationScoreOf(strategy, agentId, role, [observation]),
  };
}

function observationOf(event: EventOf<'collaboration.observed'>): CollaborationObservation {
  const { at } = event;
  switch (event.kind) {
    case 'delegation':
      return { at, kind: event.kind, succeeded: event.succeeded, responseSeconds: event.responseSeconds };
    case 'conflict':
      return { at, kind: event.kind, constructiveness: event.constructiveness };
    case 'meeting':
      return { at, kind: event.kind, contribution: event.contribution };
    case 'loop':
      return { at, kind: event.kind };
    case 'handoff':
      return { at, kind: event.kind, completeness: event.completeness };
    case 'message':
      return { at, kind: event.kind, quality: event.quality };
    case 'helpfulness':
      return { at, kind: event.kind, rating: event.rating, fromAgentId: event.fromAgentId };
  }
}

const NO_PARTS: readonly number[] = [];

/**
 * What an observation comes to in the additive form of a strategy; nothing where it has none.
 *
 * @throws RangeError when the strategy breaks its contract
 */
export function partsOf(
  observation: CollaborationObservation,
  { name, additive }: CollaborationScoringStrategy,
): readonly number[] {
  if (!additive) return NO_PARTS;
  const parts: unknown = additive.of(Object.freeze(observation));
  if (Array.isArray(parts) && parts.length === additive.size && parts.every(Number.isFinite)) return parts;
  throw new RangeError(
    `Collaboration strategy ${name}: expected ${additive.size} finite numbers of an observation, got others`,
  );
}

/**
 * What a strategy makes of some observations, 0–10 or `null`. It cannot change what it is handed.
 *
 * @throws whatever the strategy throws, and TypeError or RangeError when it breaks its contract
 */
export function collaborationScoreOf(
  strategy: CollaborationScoringStrategy,
  agentId: string,
  role: string | undefined,
  observations: readonly CollaborationObservation[],
): number | null {
  const what = (): string => `Collaboration strategy ${strategy.name} on agent ${JSON.stringify(agentId)}`;
  for (const observation of observations) Object.freeze(observation);
  return scoreIn(strategy.score({ agentId, role, observations }), what);
}
