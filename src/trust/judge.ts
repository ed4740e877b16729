import { answerOf } from '../scoring/answer.js';
import { DAY_MS } from '../windows/duration.js';
import { fadedTo, NO_RECORD } from './record.js';
import {
  TRUST_LEVELS,
  type TrustLevel,
  type TrustPolicy,
  type TrustRecord,
  type TrustScore,
} from './types.js';

/** What trusting an agent needs to remember. Plain JSON. */
export interface TrustState {
  readonly record: TrustRecord;
  readonly level: TrustLevel;
  /** When it came to the level; `null` before its first event. */
  readonly since: number | null;
  /** When an elevation was last decided on, `null` for never. */
  readonly decidedAt: number | null;
  /** When it is looked at again though nothing happens, epoch milliseconds. */
  readonly dueAt: number | null;
  /** What the policy began to fail with and has failed since, `null` when it is well. */
  readonly failing: string | null;
}

export const NO_TRUST: TrustState = {
  record: NO_RECORD,
  level: 'sandboxed',
  since: null,
  decidedAt: null,
  dueAt: null,
  failing: null,
};

/** What may move trust; the statechart says where to. */
export type TrustEvent = 'trust.earned' | 'trust.lost' | 'elevation.approved';
export type StepTrust = (level: TrustLevel, event: TrustEvent) => TrustLevel;

/** Where an agent's trust is after it was looked at. */
export interface TrustJudgement {
  readonly trust: TrustState;
  readonly score: TrustScore;
  /** Everything speaks for elevated trust: a person is to be asked. */
  readonly isElevationDue: boolean;
}

/**
 * Looks at an agent's trust: a step up when it is earned, as many down as are lost. It is looked at again every day
 * while there is anything to lose, for trust fades by itself.
 */
export function judgeTrust(
  before: TrustState,
  now: number,
  policy: TrustPolicy,
  step: StepTrust,
): TrustJudgement {
  const record = fadedTo(before.record, now, policy.halfLife);
  const score = checkedScore(policy, record);
  const since = before.since ?? now;
  const isTime = now - since >= policy.minTimeAtLevel;
  const isEarned = isTime && reaches(score.score, above(before.level), policy, 0);
  let level = isEarned ? step(before.level, 'trust.earned') : before.level;
  while (level !== 'sandboxed' && !reaches(score.score, level, policy, policy.margin)) {
    level = step(level, 'trust.lost');
  }
  const hasMoved = level !== before.level;
  const hasRecord = record.completed + record.failed > 0;
  const dueAt =
    level === 'sandboxed' && !hasRecord ? null : Math.min(now + DAY_MS, nextStepAt(since, now, policy));
  const lastDecision = before.decidedAt ?? Number.NEGATIVE_INFINITY;
  return {
    trust: { ...before, level, since: hasMoved ? now : since, dueAt, failing: null },
    score,
    isElevationDue:
      level === 'standard' && isEarned && !hasMoved && now - lastDecision >= policy.minTimeAtLevel,
  };
}

function nextStepAt(since: number, now: number, { minTimeAtLevel }: TrustPolicy): number {
  const at = since + minTimeAtLevel;
  return at > now ? at : Number.POSITIVE_INFINITY;
}

function above(level: TrustLevel): TrustLevel | undefined {
  return TRUST_LEVELS[TRUST_LEVELS.indexOf(level) + 1];
}

function reaches(
  score: number,
  level: TrustLevel | undefined,
  { thresholds }: TrustPolicy,
  margin: number,
): boolean {
  if (level === undefined) return false;
  return level === 'sandboxed' || score >= thresholds[level] - margin;
}

/** @throws RangeError when a policy breaks its contract */
export function checkedScore(policy: TrustPolicy, record: TrustRecord): TrustScore {
  const answer = answerOf(policy.score(record), () => `Trust policy ${policy.name}`);
  const { score, components } = answer as Partial<TrustScore>;
  const isScore = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
  if (!isScore(score)) throw broken(policy, 'a score that is no number from 0 to 1');
  if (!Array.isArray(components)) throw broken(policy, 'no list of components');
  return {
    score,
    components: components.map(({ component, score, weight }) => {
      if (typeof component !== 'string' || !isScore(score) || !Number.isFinite(weight)) {
        throw broken(policy, 'a component without a name, a score from 0 to 1 and a weight');
      }
      return { component, score, weight };
    }),
  };
}

function broken({ name }: TrustPolicy, answer: string): RangeError {
  return new RangeError(`Trust policy ${name} answered with ${answer}`);
}
