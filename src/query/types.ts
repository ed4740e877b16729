import type { z } from 'zod';
import type { FedMetric } from '../agent/performance.js';
import type { TrendResult } from '../trends/types.js';
import type { Measured } from '../windows/types.js';
import type {
  eventQuerySchema,
  QUERY_METRICS,
  querySchema,
  SERIES_EXTRAS,
  seriesQuerySchema,
} from './schemas.js';

/** Figures of a group: {@link QueryGroup}. */
export type QueryMetric = (typeof QUERY_METRICS)[number];

/**
 * A question about the past: the attempts and observations of a time range, as they are known now, that match every
 * part that is given. Both ends of the range are included.
 */
export type Query<M extends QueryMetric = QueryMetric> = Omit<z.input<typeof querySchema>, 'metrics'> & {
  /** Which figures to work out; all of them when left out. */
  readonly metrics?: readonly M[] | undefined;
};

export type EventQuery = z.input<typeof eventQuerySchema>;

/** One metric over time, of what matches every part that is given. */
export type SeriesQuery = z.input<typeof seriesQuerySchema>;

/** What a series can be made of: the averages of {@link QueryFigures}, and the tasks finished in each bucket. */
export type SeriesMetric = FedMetric | (typeof SERIES_EXTRAS)[number];

/** What some attempts and observations come to. */
export interface QueryFigures {
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  /** 0–1, over finished attempts. */
  readonly successRate: Measured;
  /** 0–10. */
  readonly avgQualityScore: Measured;
  /** In the tracker's currency, over the attempts that have a cost. */
  readonly avgCostPerTask: Measured;
  /** In the tracker's currency; attempts without a cost add nothing. */
  readonly totalCost: number;
  readonly avgTokensPerTask: Measured;
  readonly avgToolCallsPerTask: Measured;
  /** From assignment to completion or failure. */
  readonly avgCompletionTimeMs: Measured;
  /** 0–10, of all observations of the group together; `count` is their number. */
  readonly collaborationScore: Measured;
}

/** One group: the key that `groupBy` names, and the figures that `metrics` names. */
export type QueryGroup<M extends QueryMetric = QueryMetric> = Pick<QueryFigures, M> & {
  /** With `groupBy: 'agent'`. */
  readonly agentId?: string;
  /** With `groupBy: 'department'`; without one there, the group is of what has no department. */
  readonly department?: string | undefined;
  /** With `groupBy: 'project'`; likewise. */
  readonly projectId?: string | undefined;
};

export interface QueryResult<M extends QueryMetric = QueryMetric> {
  /** Epoch milliseconds, included; 0 when the query has no beginning. */
  readonly from: number;
  /** Epoch milliseconds, included; now when the query has no end. */
  readonly to: number;
  /** One without `groupBy`; else one for every agent, department or project with data, by name, the nameless last. */
  readonly groups: readonly QueryGroup<M>[];
}

/** One bucket `[from, from + every)`; `value` is `null` when nothing fell into it. */
export interface SeriesBucket {
  readonly from: number;
  readonly value: number | null;
  readonly count: number;
}

export interface Series {
  readonly metric: SeriesMetric;
  readonly every: string;
  /** Where the first bucket begins, epoch milliseconds; the UTC day of the first data when the query has no beginning. */
  readonly from: number;
  readonly to: number;
  readonly buckets: readonly SeriesBucket[];
  /** The trend over the buckets that have data. */
  readonly trend: TrendResult;
}
