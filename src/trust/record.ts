import type { EventOf, JournalledEvent } from '../events/schema.js';
import type { Tally, TrustRecord } from './types.js';

const NO_TALLY: Tally = { sum: 0, weight: 0 };

export const NO_RECORD: TrustRecord = {
  asOf: 0,
  completed: 0,
  failed: 0,
  difficulty: NO_TALLY,
  clean: NO_TALLY,
  feedback: NO_TALLY,
};

/** Raise it when a record comes to mean something else: states of trackers that follow trust are rebuilt. */
export const RECORD_FORMAT = 2;

/** How hard tasks are, 0–1. */
export const DIFFICULTY = { simple: 0.25, medium: 0.5, complex: 0.75, epic: 1 } as const;
const VERDICT = { approved: 0.9, changes_requested: 0.4, rejected: 0.1 } as const;

/**
 * The record with one more event. An event that comes late counts as if it had come in time: what it weighs depends
 * on its own moment alone.
 *
 * @param halfLife milliseconds
 * @param assigned how hard its task was said to be when it was assigned, 0–1
 */
export function withTrustEvent(
  record: TrustRecord,
  event: JournalledEvent,
  halfLife: number,
  assigned?: number,
): TrustRecord {
  switch (event.type) {
    case 'task.completed':
    case 'task.failed':
      return withAttempt(record, event, halfLife, assigned);
    case 'review.submitted':
      return withFeedback(record, event.at, reviewOf(event), event.confidence ?? 1, halfLife);
    case 'override.set':
      return event.target === 'quality'
        ? withFeedback(record, event.at, event.score / 10, 1, halfLife)
        : record;
    case 'decision.recorded':
      return withFeedback(record, event.at, decisionOf(event), 1, halfLife);
    default:
      return record;
  }
}

/**
 * The record once somebody says how hard the task of an earlier attempt was.
 *
 * @param before what was known of that so far, 0–1
 * @param halfLife milliseconds
 */
export function withDifficulty(
  record: TrustRecord,
  attempt: { readonly at: number; readonly succeeded: boolean },
  before: number | undefined,
  difficulty: number,
  halfLife: number,
): TrustRecord {
  const counts = 2 ** ((attempt.at - record.asOf) / halfLife);
  const { sum, weight } = record.difficulty;
  const more = attempt.succeeded ? difficulty - (before ?? 0) : 0;
  const known = { sum: sum + more * counts, weight: weight + (before === undefined ? counts : 0) };
  return { ...record, difficulty: known };
}

/** The record as it has faded by a moment not before its own. */
export function fadedTo(record: TrustRecord, now: number, halfLife: number): TrustRecord {
  if (now <= record.asOf) return record;
  const left = 2 ** ((record.asOf - now) / halfLife);
  const faded = ({ sum, weight }: Tally): Tally => ({ sum: sum * left, weight: weight * left });
  return {
    asOf: now,
    completed: record.completed * left,
    failed: record.failed * left,
    difficulty: faded(record.difficulty),
    clean: faded(record.clean),
    feedback: faded(record.feedback),
  };
}

function withAttempt(
  before: TrustRecord,
  event: EventOf<'task.completed' | 'task.failed'>,
  halfLife: number,
  assigned: number | undefined,
): TrustRecord {
  const record = fadedTo(before, event.at, halfLife);
  const counts = 2 ** ((event.at - record.asOf) / halfLife);
  const isCompleted = event.type === 'task.completed';
  const difficulty = event.complexity === undefined ? assigned : DIFFICULTY[event.complexity];
  const mastered = isCompleted || difficulty === undefined ? difficulty : 0;
  return {
    ...record,
    completed: record.completed + (isCompleted ? counts : 0),
    failed: record.failed + (isCompleted ? 0 : counts),
    difficulty: withValue(record.difficulty, mastered, counts),
    clean: withValue(record.clean, cleanlinessOf(event), counts),
  };
}

function withFeedback(
  before: TrustRecord,
  at: number,
  value: number | undefined,
  weight: number,
  halfLife: number,
): TrustRecord {
  if (value === undefined) return before;
  const record = fadedTo(before, at, halfLife);
  const counts = weight * 2 ** ((at - record.asOf) / halfLife);
  return { ...record, feedback: withValue(record.feedback, value, counts) };
}

function withValue(tally: Tally, value: number | undefined, counts: number): Tally {
  return value === undefined ? tally : { sum: tally.sum + value * counts, weight: tally.weight + counts };
}

/** `undefined` when the attempt reports neither tests nor lint errors. */
function cleanlinessOf({
  type,
  signals = {},
}: EventOf<'task.completed' | 'task.failed'>): number | undefined {
  const { testsPassed, testsFailed, lintErrors } = signals;
  if (testsPassed === undefined && testsFailed === undefined && lintErrors === undefined) return undefined;
  return type === 'task.failed' || (testsFailed ?? 0) > 0 || (lintErrors ?? 0) > 0 ? 0 : 1;
}

function reviewOf({ score, verdict }: EventOf<'review.submitted'>): number | undefined {
  if (score !== undefined) return score / 10;
  return verdict === undefined || verdict === 'commented' ? undefined : VERDICT[verdict];
}

function decisionOf(event: JournalledEvent & { readonly type: 'decision.recorded' }): number | undefined {
  const decided = event.stamped?.decided;
  if (!decided || event.outcome === 'deferred') return undefined;
  const isInFavour = decided.kind === 'promotion' || decided.kind === 'elevation';
  return isInFavour === (event.outcome === 'approved') ? 1 : 0;
}
