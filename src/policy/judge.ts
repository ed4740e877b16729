import type { Standing } from '../agent/performance.js';
import type { ProposalKind } from '../events/schema.js';
import {
  blankOr,
  type Career,
  type Hold,
  KINDS,
  NO_HOLDS,
  nextHold,
  type OpenRecommendation,
  withClosed,
} from './career.js';
import type { AgentFacts, Assessment, StandingPolicy } from './types.js';

/** What a policy's answer came to. */
export interface Judgement {
  readonly career: Career;
  readonly standing: Standing;
  /** What is to be proposed now. */
  readonly proposal: Proposal | undefined;
}

export interface Proposal extends Pick<OpenRecommendation, 'fromLevel' | 'toLevel'> {
  readonly kind: ProposalKind;
  /** Since when all criteria were met without a break, epoch milliseconds. */
  readonly since: number;
}

const STANDING_OF = {
  termination: 'terminable',
  demotion: 'at_risk',
  promotion: 'promotable',
} as const satisfies Record<ProposalKind, Standing>;

/** An agent that no policy judges: nothing is held against it or for it. */
export function unjudged(career: Career, isDeparted: boolean): Career {
  const rest = isDeparted ? withClosed(career, 'departed', () => true) : career;
  if (rest.holds === NO_HOLDS && rest.dueAt === null) return rest;
  return { ...rest, holds: NO_HOLDS, dueAt: null };
}

/** Where an agent stands after the policy's answer, and what is proposed: each thing once, the gravest alone. */
export function judge(
  before: Career,
  facts: AgentFacts,
  { met, revisitAt = Number.POSITIVE_INFINITY }: Assessment,
  { sustain = 0, cooldown = 0 }: StandingPolicy,
): Judgement {
  const { now, level } = facts;
  const current = before.open.length === 0 ? before : onLevel(level, before);
  // What was held on one level says nothing on another.
  const held = level === current.level ? current.holds : NO_HOLDS;
  const holds = nextHolds(held, met, now, sustain);
  const kind = gravestHeld(holds);
  const standing = kind ? STANDING_OF[kind] : 'steady';
  const proposable = kind && proposalOf(kind, holds[kind], facts, current);
  const eligibleAt = proposable ? eligibleFrom(holds[proposable.kind], facts, sustain, cooldown) : Infinity;
  const isDue = eligibleAt <= now;
  let dueAt = isDue ? revisitAt : Math.min(revisitAt, eligibleAt);
  for (const kind of KINDS) dueAt = Math.min(dueAt, settlesAt(holds[kind], sustain));
  return {
    career: withDue(current, holds, level, Number.isFinite(dueAt) ? dueAt : null),
    standing,
    proposal: isDue ? proposable : undefined,
  };
}

function nextHolds(
  holds: Career['holds'],
  met: Assessment['met'],
  now: number,
  sustain: number,
): Career['holds'] {
  const promotion = nextHold(holds.promotion, met.includes('promotion'), now, sustain);
  const demotion = nextHold(holds.demotion, met.includes('demotion'), now, sustain);
  const termination = nextHold(holds.termination, met.includes('termination'), now, sustain);
  const isSame =
    promotion === holds.promotion && demotion === holds.demotion && termination === holds.termination;
  return isSame ? holds : { promotion, demotion, termination };
}

/** Without the open recommendations that are about another level. */
function onLevel(level: string, career: Career): Career {
  const isOutdated = ({ kind, fromLevel }: OpenRecommendation) =>
    (kind === 'promotion' || kind === 'demotion') && fromLevel !== level;
  return withClosed(career, 'level changed', isOutdated);
}

function gravestHeld(holds: Career['holds']): ProposalKind | undefined {
  for (const kind of KINDS) if (holds[kind].held) return kind;
  return undefined;
}

function withDue(career: Career, holds: Career['holds'], level: string, dueAt: number | null): Career {
  const isSame = career.holds === holds && career.level === level && career.dueAt === dueAt;
  return isSame ? career : blankOr({ ...career, holds, level, dueAt });
}

function settlesAt({ met, since, held }: Hold, sustain: number): number {
  return met === held ? Number.POSITIVE_INFINITY : since + sustain;
}

/** `undefined` when it is proposed already, or there is no level to go to. */
function proposalOf(
  kind: ProposalKind,
  { met, since }: Hold,
  { level, levels }: AgentFacts,
  { open }: Career,
): Proposal | undefined {
  if (!met || open.some((other) => other.kind === kind)) return undefined;
  if (kind === 'termination') return { kind, since, fromLevel: level };
  const toLevel = levels[levels.indexOf(level) + (kind === 'promotion' ? 1 : -1)];
  return toLevel === undefined ? undefined : { kind, since, fromLevel: level, toLevel };
}

/** The criteria must have held for as long since the last word that a person said, too. */
function eligibleFrom(
  { since }: Hold,
  { levelChangedAt, decidedAt }: AgentFacts,
  sustain: number,
  cooldown: number,
): number {
  const lastWord = Math.max(levelChangedAt ?? -Infinity, decidedAt ?? -Infinity);
  return Math.max(since + sustain, lastWord + Math.max(sustain, cooldown));
}
