import { paced, pause } from '../store/breathe.js';
import { completedOf, figureOf, type Summed, type Totals } from '../store/rollups/totals.js';
import { checkedPieces, checkedTrend } from '../trends/checked.js';
import type { TrendDetectionStrategy, TrendPoint, TrendResult } from '../trends/types.js';
import { DAY_MS, parseDuration } from '../windows/duration.js';
import { type AnswerParts, collect } from './answer.js';
import type { Group } from './collector.js';
import { finishedOf } from './result.js';
import { invalidQuery } from './schemas.js';
import type { GroupKey, Selection } from './selection.js';
import type { Series, SeriesBucket, SeriesMetric } from './types.js';

/** Buckets more than this would be a mistake in `every` rather than a plot. */
const MAX_BUCKETS = 100_000;

/** What a series is asked for, its range aside. */
export interface SeriesOrder {
  readonly metric: SeriesMetric;
  readonly every: string;
  /** Whether the range begins where the data does: with the UTC day of the first of them. */
  readonly isOpen: boolean;
  readonly now: number;
}

/**
 * One metric in buckets that begin with the range, and the trend over the buckets' means. Buckets that lie on UTC
 * days come from stored totals, others from single data points.
 */
export async function seriesOf(
  parts: AnswerParts,
  selection: Selection,
  order: SeriesOrder,
): Promise<Series> {
  const { metric, every, isOpen, now } = order;
  const ms = parseDuration(every, 'every');
  const { to } = selection;
  const from = isOpen ? await firstDay(parts, selection, order) : selection.from;
  const size = Math.floor((to - from) / ms) + 1;
  if (size > MAX_BUCKETS) {
    const message = `expected at most ${MAX_BUCKETS} buckets, ${every} makes ${size}`;
    throw invalidQuery([{ path: ['every'], message }]);
  }
  const ranged = { ...selection, from, buckets: { start: from, ms } };
  const groups = await collect(parts, ranged, { now, needsObservations: false });
  const buckets: SeriesBucket[] = [];
  for (let i = 0; i < size; i++) {
    buckets.push(bucketOf(metric, from + i * ms, groups.get(i)));
    const due = pause();
    if (due) await due;
  }
  const trend = await trendOf(metric, buckets, { from, to }, parts.config.trend);
  return { metric, every, from, to, buckets, trend };
}

/** Where a series begins that nobody gave a beginning. */
async function firstDay(parts: AnswerParts, selection: Selection, order: SeriesOrder): Promise<number> {
  const days: Selection = { ...selection, buckets: { start: 0, ms: DAY_MS } };
  const groups = await collect(parts, days, { now: order.now, needsObservations: false });
  let first: number = Math.floor(selection.to / DAY_MS);
  for (const [day, group] of groups as Map<GroupKey & number, Group>) {
    if (day < first && bucketOf(order.metric, 0, group).count > 0) first = day;
    const due = pause();
    if (due) await due;
  }
  return first * DAY_MS;
}

function bucketOf(metric: SeriesMetric, from: number, group: Group | undefined): SeriesBucket {
  if (!group) return { from, value: metric === 'throughput' ? 0 : null, count: 0 };
  const { count, value } = meanOf(metric, group.totals);
  return { from, value, count };
}

const FIGURES = {
  quality: 'quality',
  cost: 'cost',
  completionTime: 'completionMs',
  tokens: 'tokens',
  toolCalls: 'toolCalls',
  collaboration: 'collaboration',
} as const satisfies Record<Exclude<SeriesMetric, 'successRate' | 'throughput'>, Summed>;

function meanOf(metric: SeriesMetric, totals: Totals): { count: number; value: number | null } {
  if (metric === 'throughput') return { count: finishedOf(totals), value: finishedOf(totals) };
  const { count, sum } =
    metric === 'successRate'
      ? { count: finishedOf(totals), sum: completedOf(totals) }
      : figureOf(totals, FIGURES[metric]);
  return { count, value: count === 0 ? null : sum / count };
}

async function trendOf(
  metric: SeriesMetric,
  buckets: readonly SeriesBucket[],
  { from, to }: { readonly from: number; readonly to: number },
  trend: TrendDetectionStrategy,
): Promise<TrendResult> {
  const points: TrendPoint[] = [];
  for (const { from: at, value } of buckets) {
    if (value !== null) points.push({ at, value });
    const due = pause();
    if (due) await due;
  }
  const days = Math.max(1, Math.ceil((to - from) / DAY_MS));
  const name = { metric, window: `${days}d` };
  const input = { ...name, points };
  const found = trend.detectInPieces
    ? await paced(checkedPieces(trend.detectInPieces(input), trend.name))
    : trend.detect(input);
  return checkedTrend(found, name, trend.name);
}
