import type { EventOf } from '../events/schema.js';
import { scoreIn } from '../scoring/answer.js';
import type { QualityScoringStrategy, ScoreOverride, TaskFacts } from '../scoring/types.js';
import { compareRows, type Row } from '../windows/timeline.js';
import { activeOverride } from './override.js';
import type { TaskNotes } from './task-book.js';
import type { StoredReview } from './task-log.js';

/** The facts of one attempt that scorers need; dropped once no window can hold the attempt any more. */
export type AttemptFacts = Pick<EventOf<'task.completed'>, 'usage' | 'signals' | 'budget' | 'assignedAt'>;

/**
 * One completion or failure of a task: a data point of its own. A figure that has no data is `null`, never zero.
 */
export interface Attempt extends Row {
  readonly taskId: string;
  readonly succeeded: boolean;
  /** As stamped on the event that finished it. */
  readonly department: string | undefined;
  readonly projectId: string | undefined;
  /** `null` when it is older than every window: only its place in time is still known. */
  readonly facts: AttemptFacts | null;
  /** 0–10, after every review and override so far. */
  readonly quality: number | null;
  readonly cost: number | null;
  readonly completionMs: number | null;
  readonly tokens: number | null;
  readonly toolCalls: number | null;
}

/** The figures of an attempt that averages are taken of. */
export const ATTEMPT_FIGURES = ['quality', 'cost', 'completionMs', 'tokens', 'toolCalls'] as const;
export type AttemptFigure = (typeof ATTEMPT_FIGURES)[number];

/** What is known of one task, in time order whatever the order of arrival. */
export interface TaskRecord extends TaskNotes {
  readonly attempts: readonly Attempt[];
}

export function emptyTask(taskId: string): TaskRecord {
  return { taskId, assignedAt: [], attempts: [], reviews: [], override: undefined };
}

/** A new attempt, not yet measured against what the task knows. */
export function attemptOf(
  event: EventOf<'task.completed' | 'task.failed'> & { readonly seq: number },
): Attempt {
  const { usage, signals, budget, assignedAt } = event;
  const { inputTokens, outputTokens } = usage ?? {};
  const hasTokens = inputTokens !== undefined || outputTokens !== undefined;
  return {
    at: event.at,
    seq: event.seq,
    taskId: event.taskId,
    succeeded: event.type === 'task.completed',
    department: event.department,
    projectId: event.projectId,
    facts: { usage, signals, budget, assignedAt },
    quality: null,
    cost: usage?.cost ?? null,
    completionMs: null,
    tokens: hasTokens ? (inputTokens ?? 0) + (outputTokens ?? 0) : null,
    toolCalls: usage?.toolCalls ?? null,
  };
}

/**
 * The attempts of a task with quality and time as the whole record now says: a review, an assignment or an override
 * that came late rewrites its attempt at the attempt's own time. What does not change is the very same object.
 *
 * @param now epoch milliseconds, decides which override is in force
 */
export function remeasured(
  task: TaskRecord,
  agentId: string,
  strategy: QualityScoringStrategy,
  now: number,
): readonly Attempt[] {
  const override = activeOverride(task.override, now);
  const measured: Attempt[] = new Array(task.attempts.length);
  for (let i = 0; i < measured.length; i++) measured[i] = measuredAnew(task, i, agentId, strategy, override);
  return measured;
}

function measuredAnew(
  task: TaskRecord,
  index: number,
  agentId: string,
  strategy: QualityScoringStrategy,
  override: ScoreOverride | undefined,
): Attempt {
  const attempt = task.attempts[index] as Attempt;
  if (!attempt.facts) return attempt;
  const { usage, signals, budget } = attempt.facts;
  const { taskId } = task;
  const facts: TaskFacts = frozenFacts({
    taskId,
    agentId,
    succeeded: attempt.succeeded,
    usage,
    signals,
    budget,
    reviews: reviewsOf(task, index),
    override,
  });
  const quality = scoreIn(
    strategy.score(facts),
    () => `Quality strategy ${strategy.name} on task ${JSON.stringify(taskId)}`,
  );
  const completionMs = completionTime(task, attempt);
  if (quality === attempt.quality && completionMs === attempt.completionMs) return attempt;
  return { ...attempt, quality, completionMs };
}

/** A review belongs to the latest attempt at or before it, else to the first after it. */
function reviewsOf(
  { attempts, reviews }: Pick<TaskNotes, 'attempts' | 'reviews'>,
  attemptIndex: number,
): readonly StoredReview[] {
  if (attempts.length <= 1 || reviews.length === 0) return reviews;
  const from = attemptIndex === 0 ? Number.NEGATIVE_INFINITY : (attempts[attemptIndex] as Row).at;
  const next = attempts[attemptIndex + 1]?.at ?? Number.POSITIVE_INFINITY;
  const own: StoredReview[] = [];
  for (let i = 0; i < reviews.length; i++) {
    const review = reviews[i] as StoredReview;
    if (review.at >= from && review.at < next) own.push(review);
  }
  return own;
}

/** From assignment to the end of the attempt: the event's own word, else the latest assignment before it. */
function completionTime(task: TaskRecord, attempt: Attempt): number | null {
  const assignedAt = attempt.facts?.assignedAt ?? latestUpTo(attempt.at, task.assignedAt);
  return assignedAt === undefined ? null : attempt.at - assignedAt;
}

/** The last of some moments, ascending, that is not after another; `undefined` when all are. */
function latestUpTo(at: number, moments: readonly number[]): number | undefined {
  let count = moments.length;
  while (count > 0 && (moments[count - 1] as number) > at) count--;
  return moments[count - 1];
}

/** A strategy is handed parts of the task's own record: one that writes to them throws instead. */
function frozenFacts(facts: TaskFacts): TaskFacts {
  const { reviews } = facts;
  Object.freeze(reviews);
  for (let i = 0; i < reviews.length; i++) Object.freeze(reviews[i]);
  Object.freeze(facts.usage);
  Object.freeze(facts.signals);
  Object.freeze(facts.override);
  return Object.freeze(facts);
}

/**
 * The reviews that no window can need any more: those that belong to attempts before the horizon, and are as old. A
 * review after the horizon stays: an attempt that arrives late may still come between.
 */
export function outdatedReviews(task: Omit<TaskNotes, 'override'>, horizon: number): StoredReview[] {
  const needed = new Set(
    task.attempts.flatMap(({ at }, index) => (at < horizon ? [] : reviewsOf(task, index))),
  );
  return task.reviews.filter((review) => review.at < horizon && !needed.has(review));
}

/** All that is known of an attempt whose facts were given up: its place in time. */
export function placeOnly({ at, seq }: Row, taskId: string): Attempt {
  return {
    at,
    seq,
    taskId,
    succeeded: false,
    department: undefined,
    projectId: undefined,
    facts: null,
    quality: null,
    cost: null,
    completionMs: null,
    tokens: null,
    toolCalls: null,
  };
}

/** A list of rows with one more, still in time order. */
export function withRow<R extends Row>(rows: readonly R[], row: R): readonly R[] {
  const last = rows.at(-1);
  if (!last || compareRows(last, row) < 0) return [...rows, row];
  return rows.toSpliced(
    rows.findIndex((other) => compareRows(row, other) < 0),
    0,
    row,
  );
}
