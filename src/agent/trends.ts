import { checkedTrend } from '../trends/checked.js';
import { TREND_METRICS, type TrendMetric, type TrendPoint, type TrendResult } from '../trends/types.js';
import type { Window } from '../windows/types.js';
import type { ModelConfig } from './config.js';
import type { AgentState, TrendStatus } from './state.js';
import { pointsOf } from './tracker-bank.js';
import type { TrendBank } from './trend-bank.js';
import { ATTEMPT_TRENDS, OBSERVED_TRENDS } from './trend-values.js';

/** Which metric and window a place in `AgentState.trends` stands for. */
export function trendName(
  index: number,
  { window: { windows } }: ModelConfig,
): { metric: TrendMetric; window: string } {
  return {
    metric: TREND_METRICS[Math.floor(index / windows.length)] as TrendMetric,
    window: (windows[index % windows.length] as Window).label,
  };
}

/** All trends that are kept, each with its place in `AgentState.trends`. */
export function trendNames(config: ModelConfig): { metric: TrendMetric; window: string; index: number }[] {
  const count = TREND_METRICS.length * config.window.windows.length;
  return Array.from({ length: count }, (_, index) => ({ ...trendName(index, config), index }));
}

/**
 * The figures of one trend at the state's moment, with the direction that its statechart is in; from the trackers
 * that follow the state where there are any.
 */
export function trendResult(
  state: AgentState,
  index: number,
  config: ModelConfig,
  bank?: TrendBank,
): TrendResult {
  const status = state.trends[index] as TrendStatus;
  const result = bank?.result(index, status.direction) ?? detect(state, index, config);
  return { ...result, ...status, evaluatedAt: state.now };
}

/** The status that a trend would take if it were judged on the points of the state's moment. */
export function judgedAnew(state: AgentState, index: number, config: ModelConfig): TrendStatus {
  const status = state.trends[index] as TrendStatus;
  const { direction, dataPointCount } = detect(state, index, config);
  const decided = dataPointCount < config.window.minDataPoints ? 'insufficient_data' : direction;
  return decided === status.direction ? status : config.stepTrend(status, decided, state.now);
}

/** Whether two states of an agent hold the same points of a trend, so that there is nothing to judge anew. */
export function samePoints(a: AgentState, b: AgentState, index: number, config: ModelConfig): boolean {
  const before = trendPoints(a, index, config);
  const after = trendPoints(b, index, config);
  return (
    before.length === after.length &&
    before.every(({ at, value }, i) => at === after[i]?.at && value === after[i]?.value)
  );
}

function detect(state: AgentState, index: number, config: ModelConfig): TrendResult {
  const { direction: previous } = state.trends[index] as TrendStatus;
  const points = trendPoints(state, index, config);
  const { trend } = config;
  const name = trendName(index, config);
  return checkedTrend(trend.detect({ ...name, points, previous }), name, trend.name);
}

function trendPoints(state: AgentState, index: number, { window: { windows } }: ModelConfig): TrendPoint[] {
  const metric = Math.floor(index / windows.length);
  const from = state.now - (windows[index % windows.length] as Window).ms;
  const ofAttempt = ATTEMPT_TRENDS.find((trend) => trend.metric === metric);
  if (ofAttempt) return pointsOf(state.attempts, ofAttempt.pointAt, from, state.now);
  const ofObserved = OBSERVED_TRENDS.find((trend) => trend.metric === metric);
  return ofObserved ? pointsOf(state.observations, ofObserved.pointAt, from, state.now) : [];
}
