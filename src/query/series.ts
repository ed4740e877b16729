import type { AgentModel } from '../agent/model.js';
import { FED_METRICS, type FedMetric } from '../agent/performance.js';
import type { Attempt } from '../agent/task.js';
import { TenureError } from '../errors.js';
import type { StoredEvent } from '../events/schema.js';
import { checkedTrend } from '../trends/checked.js';
import type { TrendDetectionStrategy } from '../trends/types.js';
import { addTo, type CompensatedSum, totalOf, ZERO_SUM } from '../windows/compensated-sum.js';
import { DAY_MS, parseDuration } from '../windows/duration.js';
import type { Series, SeriesBucket, SeriesQuery } from './types.js';

/** One value of the metric at its time. */
export interface SeriesPoint {
  readonly at: number;
  readonly value: number;
}

const FIGURES = {
  quality: ({ quality }: Attempt) => quality,
  cost: ({ cost }: Attempt) => cost,
  completionTime: ({ completionMs }: Attempt) => completionMs,
  tokens: ({ tokens }: Attempt) => tokens,
  toolCalls: ({ toolCalls }: Attempt) => toolCalls,
} as const;

/** Buckets more than this would be a mistake in `every` rather than a plot. */
const MAX_BUCKETS = 100_000;

/**
 * The points of one agent's metric in `[from, to]`, each with all that the agent's events up to `to` say of it, from
 * the events that match.
 */
export function agentPoints(
  model: AgentModel,
  agentId: string,
  events: readonly StoredEvent[],
  range: { readonly metric: FedMetric; readonly from: number; readonly to: number },
  matches: (event: StoredEvent) => boolean,
): SeriesPoint[] {
  const matching = new Set(events.filter(matches).map(({ seq }) => seq));
  const { attempts, observations } = model.figuresAsOf(agentId, events, range.to);
  const points: SeriesPoint[] = [];
  const add = (at: number, seq: number, value: number | null): void => {
    if (value !== null && matching.has(seq)) points.push({ at, value });
  };
  if (range.metric === 'collaboration') {
    for (const { at, seq, value } of observations.range(range.from, range.to)) add(at, seq, value);
  } else {
    const figure = FIGURES[range.metric];
    for (const attempt of attempts.range(range.from, range.to)) add(attempt.at, attempt.seq, figure(attempt));
  }
  return points;
}

/** The metric of a query, when it is one that a series can be made of. */
export function seriesMetric({ metric }: SeriesQuery): FedMetric {
  const known = FED_METRICS.find((name) => name === metric);
  if (known) return known;
  throw invalid('metric', `expected one of ${FED_METRICS.join(', ')}, got ${JSON.stringify(metric)}`);
}

/** Puts points into buckets that begin at `from`, and judges the trend over the buckets' means. */
export function seriesOf(
  query: {
    readonly metric: FedMetric;
    readonly every: string;
    readonly from: number;
    readonly to: number;
  },
  points: readonly SeriesPoint[],
  trend: TrendDetectionStrategy,
): Series {
  const { metric, every, from, to } = query;
  const ms = parseDuration(every, 'every');
  const size = Math.floor((to - from) / ms) + 1;
  if (size > MAX_BUCKETS)
    throw invalid('every', `expected at most ${MAX_BUCKETS} buckets, ${every} makes ${size}`);
  const sums: CompensatedSum[] = Array.from({ length: size }, () => ZERO_SUM);
  const counts: number[] = sums.map(() => 0);
  for (const { at, value } of points) {
    const i = Math.floor((at - from) / ms);
    sums[i] = addTo(sums[i] as CompensatedSum, value);
    counts[i] = (counts[i] as number) + 1;
  }
  const buckets = sums.map((sum, i): SeriesBucket => {
    const count = counts[i] as number;
    return { from: from + i * ms, value: count === 0 ? null : totalOf(sum) / count, count };
  });
  return { metric, every, from, to, buckets, trend: bucketTrend(metric, buckets, from, to, trend) };
}

function bucketTrend(
  metric: FedMetric,
  buckets: readonly SeriesBucket[],
  from: number,
  to: number,
  trend: TrendDetectionStrategy,
) {
  const points = buckets.flatMap(({ from: at, value }) => (value === null ? [] : [{ at, value }]));
  const days = Math.max(1, Math.ceil((to - from) / DAY_MS));
  const name = { metric, window: `${days}d` };
  return checkedTrend(trend.detect({ ...name, points }), name, trend.name);
}

function invalid(path: string, message: string): TenureError {
  return new TenureError('TENURE_INVALID_OPTIONS', `Invalid query: ${path}: ${message}`, {
    issues: [{ path, message }],
  });
}
