import {
  DAY_MS,
  type Delivery,
  HOUR_MS,
  MINUTE_MS,
  onTime,
  type Shift,
  toRatio,
  toScore,
} from './delivery.js';

type Observation = Extract<Delivery['event'], { type: 'collaboration.observed' }>;

/** What happens among colleagues. Who cannot work with others goes round in circles more often. */
function kinds(collaboration: number) {
  return {
    message: 0.34,
    delegation: 0.2,
    handoff: 0.16,
    helpfulness: 0.12,
    meeting: 0.1,
    conflict: 0.05,
    loop: 0.02 + 0.2 * (1 - collaboration) ** 2,
  };
}

type Kind = keyof ReturnType<typeof kinds>;

/** How an agent worked with others on one day. */
export function dailyTeamwork(shift: Shift): Delivery[] {
  const { random } = shift;
  const latest = 23 * HOUR_MS;
  const weights = kinds(shift.collaboration);
  return Array.from({ length: random.poisson(0.6) }, (_, i) => {
    const at = shift.midnight + Math.round(random.between(7 * HOUR_MS, latest));
    return onTime(observation(shift, `${i + 1}`, at, random.weighted(weights)));
  });
}

/** The company's last event of a day, so that every day leaves a trace: somebody sums the day up. */
export function closingMeeting(shift: Shift): Delivery {
  return onTime(observation(shift, 'closing', shift.midnight + DAY_MS - MINUTE_MS, 'meeting'));
}

function observation(shift: Shift, name: string, at: number, kind: Kind): Observation {
  const { agent, collaboration, day, random } = shift;
  const id = `${agent.id}/d${day}:teamwork-${name}`;
  const base = { id, type: 'collaboration.observed', agentId: agent.id, at } as const;
  const value = toRatio(collaboration + random.normal(0, 0.15));
  switch (kind) {
    case 'message':
      return { ...base, kind, quality: value };
    case 'handoff':
      return { ...base, kind, completeness: value };
    case 'meeting':
      return { ...base, kind, contribution: value };
    case 'conflict':
      return { ...base, kind, constructiveness: value };
    case 'helpfulness':
      return { ...base, kind, rating: value, fromAgentId: random.pick(shift.team as [typeof agent]).id };
    case 'delegation':
      return { ...base, kind, succeeded: random.chance(value), responseSeconds: answeredIn(shift) };
    case 'loop':
      return { ...base, kind };
  }
}

/** Seconds: who is good to work with answers within a minute or two. */
function answeredIn({ collaboration, random }: Shift): number {
  return random.integer(2, Math.round(30 + 330 * (1 - collaboration)));
}

/** Once in a long while a person corrects a score: of the agent for a week, or until it is cleared. */
export function occasionalOverride(shift: Shift): Delivery[] {
  const { agent, day, midnight, random } = shift;
  if (!random.chance(0.002)) return [];
  const at = midnight + 12 * HOUR_MS;
  const common = { agentId: agent.id, target: 'quality', by: 'head-of-people' } as const;
  const set = {
    ...common,
    id: `${agent.id}/d${day}:override`,
    type: 'override.set',
    at,
    score: toScore(agent.career.skill(day)),
    reason: 'Looked at the work itself.',
  } as const;
  if (random.chance(0.5)) return [onTime({ ...set, expiresAt: at + 7 * DAY_MS })];
  const cleared = {
    ...common,
    id: `${set.id}-cleared`,
    type: 'override.cleared',
    at: at + 5 * DAY_MS,
  } as const;
  return [onTime(set), onTime(cleared)];
}
