import { blankOr, type Career, type OpenRecommendation, withMade } from '../policy/career.js';
import type { TrustLevel } from '../trust/types.js';
import type { Draft } from './apply.js';
import type { ProposedRecommendation } from './recommendation.js';
import type { Settlement } from './standing.js';
import type { Announced, Step } from './step.js';
import { type TrustSettlement, withoutOutdatedElevation } from './trust.js';

/** What a step makes known of where the agent stands. */
export type OfStanding = Pick<Step, 'standing' | 'recommendation'>;
/** What it makes known of how far the agent is trusted. */
export type OfTrust = Pick<Step, 'trust' | 'elevation'>;

export const NO_STANDING: OfStanding = { standing: undefined, recommendation: undefined };
export const NO_TURN: OfTrust = { trust: undefined, elevation: undefined };

/** Takes note of whether nobody else is active in the agent's department. */
export function standAlone({ state }: Draft, alone: boolean): void {
  if (alone !== state.career.alone) state.career = blankOr({ ...state.career, alone });
}

/** Takes a settlement over into the state in the making. */
export function stand(
  state: Draft['state'],
  { career, standing: to, because, recommendation }: Settlement,
): OfStanding {
  const from = state.standing;
  state.standing = to;
  state.career = recommendation ? withMade(career, openOf(recommendation, state.seq)) : career;
  return { standing: to === from ? undefined : { from, to, because }, recommendation };
}

/**
 * Takes over what the log says of this record. Where the policy of today would say something else, the agent is due
 * at once, so that the next tick or event says it.
 */
export function restand(state: Draft['state'], settlement: Settlement, announced: Announced): OfStanding {
  let { career } = settlement;
  for (const output of announced) {
    if (output.type === 'standing.changed') state.standing = output.to;
    if (output.type === 'recommendation.made') career = withMade(career, openOf(output, output.seq));
  }
  const isSaid = settlement.standing === state.standing && !isOwed(settlement, career);
  state.career = isSaid ? career : { ...career, dueAt: state.now };
  return NO_STANDING;
}

/** Takes over how far the agent is trusted. */
export function entrust(state: Draft['state'], settlement: TrustSettlement | undefined): OfTrust {
  if (!settlement) return NO_TURN;
  const { trust, turn, elevation } = settlement;
  state.trust = trust;
  state.career = withoutOutdatedElevation(state.career, trust.level);
  if (elevation) state.career = withMade(state.career, openOf(elevation, state.seq));
  return { trust: turn, elevation };
}

/** The same for a record that is replayed: how far it was trusted then is what the log says. */
export function retrust(
  state: Draft['state'],
  settlement: TrustSettlement | undefined,
  before: TrustLevel,
  announced: Announced,
): OfTrust {
  if (!settlement) return NO_TURN;
  const { trust } = settlement;
  const said = announced.findLast((output) => output.type === 'trust.changed');
  const level = said?.to ?? before;
  const isOwed = level !== trust.level || isUnasked(settlement, state.career);
  const since = level === trust.level ? trust.since : (said?.at ?? state.trust?.since ?? state.now);
  state.trust = { ...trust, level, since, dueAt: isOwed ? state.now : trust.dueAt };
  state.career = withoutOutdatedElevation(state.career, level);
  return NO_TURN;
}

function isUnasked({ elevation }: TrustSettlement, { open }: Career): boolean {
  return elevation !== undefined && !open.some(({ kind }) => kind === 'elevation');
}

function isOwed({ recommendation }: Settlement, { open }: Career): boolean {
  return recommendation !== undefined && !open.some(({ kind }) => kind === recommendation.kind);
}

function openOf({ id, kind, fromLevel, toLevel }: ProposedRecommendation, seq: number): OpenRecommendation {
  return { id, kind, seq, fromLevel, ...(toLevel !== undefined && { toLevel }) };
}
