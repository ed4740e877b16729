import type { TimeInput } from '../events/fields.js';
import type { PerformanceEventType } from '../events/schema.js';
import type { TrendResult } from '../trends/types.js';

/** Whose events, and when: every part that is given must match. Both ends of the range are included. */
export interface Scope {
  readonly agentId?: string;
  readonly department?: string;
  readonly projectId?: string;
  readonly from?: TimeInput;
  readonly to?: TimeInput;
}

export interface EventQuery extends Scope {
  readonly types?: readonly PerformanceEventType[];
  /** At most so many events. */
  readonly limit?: number;
  /** Latest first. */
  readonly reverse?: boolean;
}

export interface SeriesQuery extends Scope {
  readonly metric: string;
  /** Length of a bucket, such as `'1h'`, `'1d'` or `'7d'`. */
  readonly every: string;
}

/** One bucket `[from, from + every)`; `value` is `null` when nothing fell into it. */
export interface SeriesBucket {
  readonly from: number;
  readonly value: number | null;
  readonly count: number;
}

export interface Series {
  readonly metric: string;
  readonly every: string;
  readonly from: number;
  readonly to: number;
  readonly buckets: readonly SeriesBucket[];
  /** The trend over the buckets that have data. */
  readonly trend: TrendResult;
}
