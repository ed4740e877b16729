import { TREND_METRICS, type TrendMetric } from '../trends/types.js';
import type { RowTable } from '../windows/row-table.js';
import type { Row, Timeline } from '../windows/timeline.js';
import { figureAt } from './attempt-layout.js';
import type { Observed } from './collaboration.js';
import { valueAt } from './observed-layout.js';
import type { Attempt, AttemptFigure } from './task.js';

/** The trend points that one row is worth: of metrics that follow each other in `TREND_METRICS`. */
export type TrendValues<R extends Row> = readonly {
  readonly metric: number;
  readonly pointOf: (row: R) => number | null;
  /** The same where the row lies in its timeline, `NaN` for none. */
  readonly pointAt: (table: RowTable, row: number) => number;
}[];

const METRIC = Object.fromEntries(TREND_METRICS.map((metric, i) => [metric, i])) as Record<
  TrendMetric,
  number
>;

/** The trend points that one finished attempt is worth. */
export const ATTEMPT_TRENDS: TrendValues<Attempt> = [
  ofFigure(METRIC.quality, 'quality'),
  ofFigure(METRIC.cost, 'cost'),
  ofFigure(METRIC.completionTime, 'completionMs'),
  ofFigure(METRIC.tokens, 'tokens'),
];

function ofFigure(metric: number, figure: AttemptFigure): TrendValues<Attempt>[number] {
  return {
    metric,
    pointOf: (attempt) => attempt[figure],
    pointAt: (table, row) => figureAt(table, row, figure),
  };
}

/** The trend point that one observation is worth. */
export const OBSERVED_TRENDS: TrendValues<Observed> = [
  { metric: METRIC.collaboration, pointOf: ({ value }) => value, pointAt: valueAt },
];

/** Place of a trend in `AgentState.trends`. */
export function trendIndex(metric: number, window: number, windowCount: number): number {
  return metric * windowCount + window;
}

/** Visits the points of a trend in `[from, to]`, in order. */
export function eachPointOf<R extends Row>(
  timeline: Timeline<R>,
  pointAt: TrendValues<R>[number]['pointAt'],
  from: number,
  to: number,
  onPoint: (at: number, value: number) => void,
): void {
  timeline.scan(from, to, (table, row) => {
    const value = pointAt(table, row);
    if (!Number.isNaN(value)) onPoint(table.number(row, 0), value);
  });
}
