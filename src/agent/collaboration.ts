import type { EventOf } from '../events/schema.js';
import type { CollaborationObservation, CollaborationScoringStrategy } from '../scoring/types.js';
import type { Row } from '../windows/timeline.js';

/** One observation with its place in the journal, and what the strategy makes of it taken alone. */
export interface Observed extends Row {
  /** As stamped on the event. */
  readonly department: string | undefined;
  readonly projectId: string | undefined;
  readonly observation: CollaborationObservation;
  /** 0–10: the point of the collaboration trend. */
  readonly value: number | null;
}

/** The observation that an event tells of, as a data point. */
export function observedOf(
  event: EventOf<'collaboration.observed'> & { readonly seq: number },
  agentId: string,
  role: string | undefined,
  strategy: CollaborationScoringStrategy,
): Observed {
  const observation = observationOf(event);
  const { score } = strategy.score({ agentId, role, observations: [observation] });
  return {
    at: event.at,
    seq: event.seq,
    department: event.department,
    projectId: event.projectId,
    observation,
    value: checkedCollaborationScore(score, strategy.name, agentId),
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

/** @throws RangeError when a strategy breaks its contract, so that no wrong figure spreads */
export function checkedCollaborationScore(
  score: number | null,
  strategy: string,
  agentId: string,
): number | null {
  if (score === null || (score >= 0 && score <= 10)) return score;
  throw new RangeError(
    `Collaboration strategy ${strategy} scored agent ${JSON.stringify(agentId)} ${score}, expected 0 to 10 or null`,
  );
}
