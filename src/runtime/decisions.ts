import type { AgentState } from '../agent/state.js';
import { TenureError } from '../errors.js';
import type { Decided, EventOf } from '../events/schema.js';
import type { ClosedRecommendation } from '../policy/career.js';

const WHY: Readonly<Record<ClosedRecommendation['why'], string>> = {
  decided: 'it was decided on already',
  superseded: 'another recommendation took its place',
  'level changed': 'the level of the agent changed meanwhile',
  'trust changed': 'the trust in the agent changed meanwhile',
  departed: 'the agent departed',
};

/**
 * What a decision is about: a recommendation that was made about its agent and is still open.
 *
 * @param state the agent's, after every record before the decision; `undefined` when nobody has heard of it
 * @throws TenureError `TENURE_INVALID_EVENT` with the path `recommendationId`, saying what became of it
 */
export function decidedBy(event: EventOf<'decision.recorded'>, state: AgentState | undefined): Decided {
  const { recommendationId: id } = event;
  const { open = [], closed = [] } = state?.career ?? {};
  const isPending = state?.upcoming.some(
    (other) => other.type === 'decision.recorded' && other.recommendationId === id,
  );
  const found = open.find((one) => one.id === id);
  if (found && !isPending) {
    const { kind, toLevel: level } = found;
    return { kind, ...(level !== undefined && { level }) };
  }
  const why = isPending ? 'decided' : closed.find((one) => one.id === id)?.why;
  throw refused(
    event,
    why === undefined ? `no recommendation of this id is open: ${listed(open)}` : WHY[why],
  );
}

function listed(open: readonly { readonly id: string }[]): string {
  return open.length === 0 ? 'none is' : `open is ${open.map(({ id }) => JSON.stringify(id)).join(', ')}`;
}

function refused(
  { id, agentId, recommendationId }: EventOf<'decision.recorded'>,
  reason: string,
): TenureError {
  const message = `${JSON.stringify(recommendationId)} cannot be decided on: ${reason}`;
  return new TenureError(
    'TENURE_INVALID_EVENT',
    `Invalid event decision.recorded ${JSON.stringify(id)} of agent ${JSON.stringify(agentId)}: recommendationId: ${message}`,
    { issues: [{ path: 'recommendationId', message }] },
  );
}
