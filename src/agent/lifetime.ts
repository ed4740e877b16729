import type { StoredEvent } from '../events/schema.js';
import { addTo, type CompensatedSum, totalOf, ZERO_SUM } from '../windows/compensated-sum.js';
import type { Lifetime } from './performance.js';
import type { Attempt } from './task.js';

/** Running totals over everything the agent ever did; sums are kept compensated. */
export interface LifetimeTotals {
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  readonly cost: CompensatedSum;
  readonly tokens: CompensatedSum;
  readonly toolCalls: CompensatedSum;
  readonly firstEventAt: number | null;
  readonly lastReviewAt: number | null;
}

export const NO_LIFETIME: LifetimeTotals = {
  tasksCompleted: 0,
  tasksFailed: 0,
  cost: ZERO_SUM,
  tokens: ZERO_SUM,
  toolCalls: ZERO_SUM,
  firstEventAt: null,
  lastReviewAt: null,
};

/** The totals with one more event: when it was, and whether it was a review. */
export function withLifetimeEvent(totals: LifetimeTotals, event: StoredEvent): LifetimeTotals {
  const isFirst = totals.firstEventAt === null || event.at < totals.firstEventAt;
  const isLastReview = event.type === 'review.submitted' && !(event.at <= (totals.lastReviewAt ?? -1));
  if (!isFirst && !isLastReview) return totals;
  return {
    ...totals,
    firstEventAt: isFirst ? event.at : totals.firstEventAt,
    lastReviewAt: isLastReview ? event.at : totals.lastReviewAt,
  };
}

/** The totals with one more attempt. */
export function withLifetimeAttempt(totals: LifetimeTotals, attempt: Attempt): LifetimeTotals {
  const { succeeded, cost, tokens, toolCalls } = attempt;
  return {
    ...totals,
    tasksCompleted: totals.tasksCompleted + (succeeded ? 1 : 0),
    tasksFailed: totals.tasksFailed + (succeeded ? 0 : 1),
    cost: addTo(totals.cost, cost ?? 0),
    tokens: addTo(totals.tokens, tokens ?? 0),
    toolCalls: addTo(totals.toolCalls, toolCalls ?? 0),
  };
}

export function lifetimeOf(totals: LifetimeTotals): Lifetime {
  const { tasksCompleted, tasksFailed, firstEventAt, lastReviewAt } = totals;
  return {
    tasksCompleted,
    tasksFailed,
    totalCost: totalOf(totals.cost),
    totalTokens: totalOf(totals.tokens),
    totalToolCalls: totalOf(totals.toolCalls),
    firstEventAt,
    lastReviewAt,
  };
}
