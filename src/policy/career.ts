import type { ProposalKind, RecommendationKind } from '../events/schema.js';

/** From the gravest on: an agent stands as the first of these that holds says. */
export const KINDS = ['termination', 'demotion', 'promotion'] as const satisfies readonly ProposalKind[];

/** Whether a policy speaks for something, and since when without a break. */
export interface Hold {
  readonly met: boolean;
  /** Epoch milliseconds. */
  readonly since: number;
  /** What follows from it: `met` as it was when it had last lasted long enough. */
  readonly held: boolean;
}

/** A recommendation that was made and not decided on yet. */
export interface OpenRecommendation {
  readonly id: string;
  readonly kind: RecommendationKind;
  /** Journal sequence number of what caused it. */
  readonly seq: number;
  /** The agent's level when it was made; of an elevation, that of trust. */
  readonly fromLevel: string;
  /** The level proposed; absent for a termination. */
  readonly toLevel?: string;
}

/** A recommendation that nothing can be decided on any more, and why. */
export interface ClosedRecommendation {
  readonly id: string;
  readonly why: 'decided' | 'superseded' | 'level changed' | 'trust changed' | 'departed';
}

/** What judging an agent needs to remember. Plain JSON. */
export interface Career {
  readonly holds: Readonly<Record<ProposalKind, Hold>>;
  /** The level that the holds are about, `null` before any. */
  readonly level: string | null;
  readonly open: readonly OpenRecommendation[];
  /** The latest ones, oldest first. */
  readonly closed: readonly ClosedRecommendation[];
  /** Nobody else was active in the agent's department at its last event or tick. */
  readonly alone: boolean;
  /** When time alone may change the standing or lead to a recommendation, epoch milliseconds; `null` for never. */
  readonly dueAt: number | null;
  /** What the policy began to fail with and has failed since, `null` when it is well. */
  readonly failing: string | null;
}

const UNMET: Hold = { met: false, since: 0, held: false };

export const NO_HOLDS: Career['holds'] = { promotion: UNMET, demotion: UNMET, termination: UNMET };

const NO_OPEN: Career['open'] = Object.freeze([]);
const NO_CLOSED: Career['closed'] = Object.freeze([]);

export const NO_CAREER: Career = {
  holds: NO_HOLDS,
  level: null,
  open: NO_OPEN,
  closed: NO_CLOSED,
  alone: false,
  dueAt: null,
  failing: null,
};

/** A career that was read, with what is the same in nearly all of them once, as those have it that never were. */
export function careerOf(stored: Career): Career {
  const { holds, open, closed } = stored;
  return blankOr({
    ...stored,
    holds: KINDS.every((kind) => isUnmet(holds[kind])) ? NO_HOLDS : holds,
    open: open.length === 0 ? NO_OPEN : open,
    closed: closed.length === 0 ? NO_CLOSED : closed,
  });
}

/** By level: the careers of those of whom there is nothing to remember, not alone and alone. */
const BLANK = new Map<string, readonly [Career, Career]>();

/** A career, or the one that all have of whom there is nothing to remember: most of a company, most of the time. */
export function blankOr(career: Career): Career {
  const { holds, level, open, closed, alone, dueAt, failing } = career;
  const isBlank = holds === NO_HOLDS && open.length === 0 && closed.length === 0;
  if (!isBlank || level === null || dueAt !== null || failing !== null) return career;
  const known = BLANK.get(level) ?? [blank(level, false), blank(level, true)];
  BLANK.set(level, known);
  return known[alone ? 1 : 0];
}

function blank(level: string, alone: boolean): Career {
  return { ...NO_CAREER, level, alone };
}

function isUnmet({ met, since, held }: Hold): boolean {
  return !met && !held && since === 0;
}

/** How many closed ones are remembered: only so that a late decision can be told what became of its subject. */
const REMEMBERED = 16;

/** The career with the open recommendations of some kind closed; the same object when there are none. */
export function withClosed(
  career: Career,
  why: ClosedRecommendation['why'],
  isClosed: (open: OpenRecommendation) => boolean,
): Career {
  if (career.open.length === 0) return career;
  const closing = career.open.filter(isClosed);
  if (closing.length === 0) return career;
  return {
    ...career,
    open: career.open.filter((open) => !isClosed(open)),
    closed: [...career.closed, ...closing.map(({ id }) => ({ id, why }))].slice(-REMEMBERED),
  };
}

/** The career with one more recommendation; what is proposed about a career takes the place of what was. */
export function withMade(career: Career, made: OpenRecommendation): Career {
  const isSuperseded = ({ kind }: OpenRecommendation) =>
    (kind === 'elevation') === (made.kind === 'elevation');
  const rest = withClosed(career, 'superseded', isSuperseded);
  return { ...rest, open: [...rest.open, made] };
}

/**
 * The hold after the policy was asked again. What follows from it changes once the answer has lasted: a moment's
 * answer neither makes nor ends anything.
 *
 * @param sustain milliseconds
 */
export function nextHold(hold: Hold, met: boolean, now: number, sustain: number): Hold {
  const since = met === hold.met ? hold.since : now;
  const held = met !== hold.held && now - since >= sustain ? met : hold.held;
  return met === hold.met && held === hold.held ? hold : { met, since, held };
}
