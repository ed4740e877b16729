import type { StoredEvent } from '../events/schema.js';
import { addTo, type CompensatedSum, totalOf } from '../windows/compensated-sum.js';
import type { Lifetime } from './performance.js';
import type { Attempt } from './task.js';

/**
 * Running totals over everything the agent ever did, as one list of numbers: written anew at most events, it is one thing
 * to keep and not ten. By place: attempts that succeeded and that failed, three sums with what they are rounded by, and
 * two times, `NaN` for never.
 */
export type LifetimeTotals = readonly number[];

const COMPLETED = 0;
const FAILED = 1;
const COST = 2;
const TOKENS = 4;
const TOOL_CALLS = 6;
const FIRST_EVENT_AT = 8;
const LAST_REVIEW_AT = 9;

export const NO_LIFETIME: LifetimeTotals = [0, 0, 0, 0, 0, 0, 0, 0, Number.NaN, Number.NaN];

/** The totals with one more event: when it was, and whether it was a review. */
export function withLifetimeEvent(totals: LifetimeTotals, event: StoredEvent): LifetimeTotals {
  const { at } = event;
  // Of a time that is not known yet, neither is true that it is earlier or later.
  const isFirst = !(at >= (totals[FIRST_EVENT_AT] as number));
  const isLastReview = event.type === 'review.submitted' && !(at <= (totals[LAST_REVIEW_AT] as number));
  if (!isFirst && !isLastReview) return totals;
  const next = totals.slice();
  if (isFirst) next[FIRST_EVENT_AT] = at;
  if (isLastReview) next[LAST_REVIEW_AT] = at;
  return next;
}

/** The totals with one more attempt. */
export function withLifetimeAttempt(totals: LifetimeTotals, attempt: Attempt): LifetimeTotals {
  const next = totals.slice();
  next[attempt.succeeded ? COMPLETED : FAILED]! += 1;
  addAt(next, COST, attempt.cost ?? 0);
  addAt(next, TOKENS, attempt.tokens ?? 0);
  addAt(next, TOOL_CALLS, attempt.toolCalls ?? 0);
  return next;
}

export function lifetimeOf(totals: LifetimeTotals): Lifetime {
  return {
    tasksCompleted: totals[COMPLETED] as number,
    tasksFailed: totals[FAILED] as number,
    totalCost: totalOf(sumAt(totals, COST)),
    totalTokens: totalOf(sumAt(totals, TOKENS)),
    totalToolCalls: totalOf(sumAt(totals, TOOL_CALLS)),
    firstEventAt: firstEventAt(totals),
    lastReviewAt: timeAt(totals, LAST_REVIEW_AT),
  };
}

/** Epoch milliseconds; `null` before any event. */
export function firstEventAt(totals: LifetimeTotals): number | null {
  return timeAt(totals, FIRST_EVENT_AT);
}

/** The totals as they are stored, as plain JSON. Raise `STATE_FORMAT` with any change. */
export interface StoredLifetime {
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  readonly cost: CompensatedSum;
  readonly tokens: CompensatedSum;
  readonly toolCalls: CompensatedSum;
  readonly firstEventAt: number | null;
  readonly lastReviewAt: number | null;
}

export function storedLifetime(totals: LifetimeTotals): StoredLifetime {
  return {
    tasksCompleted: totals[COMPLETED] as number,
    tasksFailed: totals[FAILED] as number,
    cost: sumAt(totals, COST),
    tokens: sumAt(totals, TOKENS),
    toolCalls: sumAt(totals, TOOL_CALLS),
    firstEventAt: timeAt(totals, FIRST_EVENT_AT),
    lastReviewAt: timeAt(totals, LAST_REVIEW_AT),
  };
}

export function lifetimeFrom(stored: StoredLifetime): LifetimeTotals {
  const { tasksCompleted, tasksFailed, cost, tokens, toolCalls, firstEventAt, lastReviewAt } = stored;
  const totals = NO_LIFETIME.slice();
  totals[COMPLETED] = tasksCompleted;
  totals[FAILED] = tasksFailed;
  setSum(totals, COST, cost);
  setSum(totals, TOKENS, tokens);
  setSum(totals, TOOL_CALLS, toolCalls);
  totals[FIRST_EVENT_AT] = firstEventAt ?? Number.NaN;
  totals[LAST_REVIEW_AT] = lastReviewAt ?? Number.NaN;
  return totals;
}

function sumAt(totals: LifetimeTotals, at: number): CompensatedSum {
  return { high: totals[at] as number, low: totals[at + 1] as number };
}

function addAt(totals: number[], at: number, term: number): void {
  setSum(totals, at, addTo(sumAt(totals, at), term));
}

function setSum(totals: number[], at: number, { high, low }: CompensatedSum): void {
  totals[at] = high;
  totals[at + 1] = low;
}

function timeAt(totals: LifetimeTotals, at: number): number | null {
  const time = totals[at] as number;
  return Number.isNaN(time) ? null : time;
}
