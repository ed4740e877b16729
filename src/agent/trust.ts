import { reasonOf } from '../errors.js';
import type { EventOf, JournalledEvent } from '../events/schema.js';
import { withClosed } from '../policy/career.js';
import { checkedScore, judgeTrust, NO_TRUST, type TrustState } from '../trust/judge.js';
import { DIFFICULTY, fadedTo, withDifficulty, withTrustEvent } from '../trust/record.js';
import type { Trust, TrustLevel, TrustPolicy, TrustRecord, TrustScore } from '../trust/types.js';
import { compareRows, type Row } from '../windows/timeline.js';
import type { ModelConfig } from './config.js';
import type { TrustChanged } from './outputs.js';
import { isDeparted } from './profile.js';
import { type ProposedRecommendation, recommendationId } from './recommendation.js';
import type { AgentState } from './state.js';
import type { TaskBook } from './task-book.js';

/** A change of trust, with the score that it rests on. */
export type TrustTurn = Pick<TrustChanged, 'from' | 'to' | 'because' | 'score' | 'components'>;

/** How far an agent is trusted after an event or a tick. */
export interface TrustSettlement {
  readonly trust: TrustState;
  readonly turn: TrustTurn | undefined;
  /** The proposal to trust it without bounds. */
  readonly elevation: ProposedRecommendation | undefined;
  /** What the policy failed with, when it was well before. */
  readonly error: unknown;
}

/**
 * The trust after one more event: what it says of the agent's work, and what a person decided.
 *
 * @param tasks as they were before the event
 */
export function withTrusted(
  trust: TrustState | null,
  event: JournalledEvent,
  tasks: TaskBook,
  { trust: policy, stepTrust }: ModelConfig,
): TrustState | null {
  if (!policy) return trust;
  const before = trust ?? NO_TRUST;
  const record = recordAfter(before.record, event, tasks, policy.halfLife);
  const seen = record === before.record ? before : { ...before, record };
  if (event.type !== 'decision.recorded' || event.stamped?.decided?.kind !== 'elevation') return seen;
  const decided = { ...seen, decidedAt: Math.max(seen.decidedAt ?? 0, event.at) };
  if (event.outcome !== 'approved') return decided;
  return { ...decided, level: stepTrust(seen.level, 'elevation.approved'), since: event.at };
}

function recordAfter(
  record: TrustRecord,
  event: JournalledEvent,
  tasks: TaskBook,
  halfLife: number,
): TrustRecord {
  if (event.type === 'task.assigned') return withAssigned(record, event, tasks, halfLife);
  const isFinished = event.type === 'task.completed' || event.type === 'task.failed';
  if (!isFinished || event.complexity !== undefined) return withTrustEvent(record, event, halfLife);
  const { told } = tasks.difficulty(event.taskId);
  return withTrustEvent(record, event, halfLife, told.findLast(({ at }) => at <= event.at)?.difficulty);
}

/** An assignment that comes late says of the attempts after it how hard they were, where no later one does. */
function withAssigned(
  before: TrustRecord,
  event: EventOf<'task.assigned'> & Row,
  tasks: TaskBook,
  halfLife: number,
): TrustRecord {
  if (event.complexity === undefined) return before;
  const { told, untold } = tasks.difficulty(event.taskId);
  let record = before;
  for (const attempt of untold) {
    if (attempt.at < event.at) continue;
    const known = told.findLast(({ at }) => at <= attempt.at);
    if (known && compareRows(known, event) > 0) continue;
    record = withDifficulty(record, attempt, known?.difficulty, DIFFICULTY[event.complexity], halfLife);
  }
  return record;
}

/** @param level how far it was trusted before the event or tick */
export function settledTrust(
  state: AgentState,
  level: TrustLevel,
  config: ModelConfig,
): TrustSettlement | undefined {
  const { trust: policy, stepTrust } = config;
  if (!policy || isDeparted(state.profile)) return undefined;
  const before = state.trust ?? NO_TRUST;
  try {
    const { trust, score, isElevationDue } = judgeTrust(before, state.now, policy, stepTrust);
    const isAsked = state.career.open.some(({ kind }) => kind === 'elevation');
    const hasTurned = trust.level !== level;
    return {
      trust,
      turn: hasTurned ? turnOf(level, trust.level, before, score, policy) : undefined,
      elevation: isElevationDue && !isAsked ? elevationOf(state, trust, score, policy) : undefined,
      error: undefined,
    };
  } catch (error) {
    const failing = reasonOf(error);
    const isNew = before.failing === null;
    const trust = isNew ? { ...before, failing, dueAt: null } : before;
    return { trust, turn: undefined, elevation: undefined, error: isNew ? error : undefined };
  }
}

/** Without the proposal of an elevation to an agent that is not on the level below any more. */
export function withoutOutdatedElevation(
  career: AgentState['career'],
  level: TrustLevel,
): AgentState['career'] {
  return level === 'standard'
    ? career
    : withClosed(career, 'trust changed', ({ kind }) => kind === 'elevation');
}

/** How far an agent is trusted at its state's moment; a policy that fails has nothing to say. */
export function trustOf({ trust, now }: AgentState, { trust: policy }: ModelConfig): Trust | undefined {
  if (!policy) return undefined;
  const { level, since, record } = trust ?? NO_TRUST;
  try {
    return { level, since, ...checkedScore(policy, fadedTo(record, now, policy.halfLife)) };
  } catch {
    return { level, since, score: 0, components: [] };
  }
}

function turnOf(
  from: TrustLevel,
  to: TrustLevel,
  { level }: TrustState,
  score: TrustScore,
  { thresholds }: TrustPolicy,
): TrustTurn {
  const shown = score.score.toFixed(2);
  if (to === 'elevated' && level === 'elevated')
    return { from, to, ...score, because: 'A person approved it.' };
  const bound = to === 'sandboxed' ? undefined : thresholds[to];
  const because =
    score.score >= (bound ?? Infinity)
      ? `The score is ${shown}, ${to} takes ${bound}.`
      : `The score fell to ${shown}, ${from} takes ${from === 'sandboxed' ? 0 : thresholds[from]}.`;
  return { from, to, ...score, because };
}

function elevationOf(
  state: AgentState,
  { since }: TrustState,
  { score, components }: TrustScore,
  { name, thresholds }: TrustPolicy,
): ProposedRecommendation {
  return {
    id: recommendationId('elevation', state),
    kind: 'elevation',
    fromLevel: 'standard',
    toLevel: 'elevated',
    since: since ?? state.now,
    policy: name,
    requiresApproval: true,
    criteria: [
      { name: 'trust', met: true, value: score, threshold: thresholds.elevated, metric: 'trust' },
      ...components.map((one) => ({
        name: `${one.component} (weight ${one.weight.toFixed(2)})`,
        met: true,
        value: one.score.toFixed(2),
        threshold: 'anything',
      })),
    ],
    windows: [],
    trends: [],
    overrides: [],
  };
}
