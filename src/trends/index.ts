export { DEFAULT_FALSE_ALARMS_PER_YEAR, entryZ, falseTransitionsPerYear } from './alarm-budget.js';
export { exactKendallPValue } from './kendall-s.js';
export { type LeastSquaresOptions, ordinaryLeastSquares } from './least-squares.js';
export { type MannKendall, mannKendall, theilSenInterval } from './mann-kendall.js';
export type { DirectionThresholds, MetricOptions } from './metric-options.js';
export { type PeriodOverPeriodOptions, periodOverPeriod } from './period-over-period.js';
export type { MetricKind, MetricScale, Polarity } from './polarity.js';
export { theilSenSlope } from './theil-sen.js';
export { type TheilSenOptions, theilSen } from './theil-sen-strategy.js';
export { type ThresholdOnlyOptions, thresholdOnly } from './threshold-only.js';
export {
  TREND_METRICS,
  type TrendDetectionStrategy,
  type TrendDirection,
  type TrendInput,
  type TrendMetric,
  type TrendPoint,
  type TrendResult,
  type TrendTracker,
} from './types.js';
