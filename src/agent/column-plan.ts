import type { NestedShape } from '../trends/nested-windows.js';
import type { MetricKind } from '../trends/polarity.js';
import type { TheilSenSettings } from '../trends/theil-sen-rule.js';
import { theilSenSettings } from '../trends/theil-sen-strategy.js';
import { TREND_METRICS, type TrendDetectionStrategy } from '../trends/types.js';
import { isDuration } from '../windows/duration.js';
import type { Row } from '../windows/timeline.js';
import type { MetricsWindowStrategy } from '../windows/types.js';
import type { Observed } from './collaboration.js';
import type { Attempt } from './task.js';
import { ATTEMPT_TRENDS, OBSERVED_TRENDS, type TrendValues, trendIndex } from './trend-values.js';

/** How the trends of rows of one kind are followed together. */
export interface ColumnGroup<R extends Row> {
  readonly values: TrendValues<R>;
  /** By place in `values`. */
  readonly kinds: readonly MetricKind[];
  readonly shape: NestedShape;
  /** Place in `AgentState.trends` of its first trend; the others follow. */
  readonly firstTrend: number;
}

/** What the column banks of all agents have in common. */
export interface ColumnPlan {
  readonly attempts: ColumnGroup<Attempt>;
  readonly observations: ColumnGroup<Observed>;
  /** By place in `AgentState.trends`. */
  readonly settings: readonly TheilSenSettings[];
  /** In milliseconds, ascending. */
  readonly windows: readonly number[];
  readonly minDataPoints: number;
}

/**
 * `undefined` unless the strategy is the default one, and the windows are as it knows them: durations by their labels,
 * ascending.
 */
export function columnPlan(
  strategy: TrendDetectionStrategy,
  { windows, minDataPoints }: MetricsWindowStrategy,
): ColumnPlan | undefined {
  const settingsFor = theilSenSettings(strategy);
  if (!settingsFor || !windows.every(({ label }) => isDuration(label))) return undefined;
  const lengths = windows.map(({ ms }) => ms);
  if (lengths.some((ms, w) => ms < (lengths[w - 1] ?? 0))) return undefined;
  const settings = TREND_METRICS.flatMap((metric) => windows.map(({ label }) => settingsFor(metric, label)));
  const group = <R extends Row>(values: TrendValues<R>): ColumnGroup<R> => {
    const firstTrend = trendIndex(values[0]?.metric ?? 0, 0, windows.length);
    const own = settings.slice(firstTrend, firstTrend + values.length * windows.length);
    return {
      values,
      kinds: values.map((_, m) => (own[m * windows.length] as TheilSenSettings).kind),
      shape: { metrics: values.length, windows: lengths, lines: own.map(({ counted }) => counted) },
      firstTrend,
    };
  };
  return {
    attempts: group(ATTEMPT_TRENDS),
    observations: group(OBSERVED_TRENDS),
    settings,
    windows: lengths,
    minDataPoints,
  };
}
