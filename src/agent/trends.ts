import { checkedTrend } from '../trends/checked.js';
import { onTrendScale } from '../trends/polarity.js';
import { SeriesBuffer } from '../trends/series-buffer.js';
import { directionFrom, resultFrom, type TheilSenSettings } from '../trends/theil-sen-rule.js';
import { theilSenSettings } from '../trends/theil-sen-strategy.js';
import { SeriesEvidence } from '../trends/trend-evidence.js';
import {
  TREND_METRICS,
  type TrendDirection,
  type TrendMetric,
  type TrendPoint,
  type TrendResult,
} from '../trends/types.js';
import type { Window } from '../windows/types.js';
import type { ModelConfig } from './config.js';
import type { AgentState, TrendStatus } from './state.js';
import type { TrendBank } from './trend-bank.js';
import { ATTEMPT_TRENDS, eachPointOf, OBSERVED_TRENDS } from './trend-values.js';

export interface TrendName {
  readonly metric: TrendMetric;
  readonly window: string;
}

/** Which metric and window a place in `AgentState.trends` stands for. */
export function trendName(index: number, { window: { windows } }: ModelConfig): TrendName {
  return {
    metric: TREND_METRICS[Math.floor(index / windows.length)] as TrendMetric,
    window: (windows[index % windows.length] as Window).label,
  };
}

/** All trends that are kept, each with its place in `AgentState.trends`. */
export function trendNames(config: ModelConfig): (TrendName & { readonly index: number })[] {
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
  const { direction, since } = state.trends[index] as TrendStatus;
  const result = bank?.result(index, direction) ?? figuresOf(state, index, config);
  return resultAs(direction, since, state.now, result);
}

/** Field by field: spread, every one of them would be an object of a hidden class of its own once it is frozen. */
function resultAs(
  direction: TrendDirection,
  since: number | null,
  evaluatedAt: number,
  { metric, window, slope, slopeInterval, pValue, adjustedPValue, threshold, dataPointCount }: TrendResult,
): TrendResult {
  return {
    metric,
    window,
    direction,
    slope,
    slopeInterval,
    pValue,
    adjustedPValue,
    threshold,
    dataPointCount,
    since,
    evaluatedAt,
  };
}

/** The status that a trend would take if it were judged on the points of the state's moment. */
export function judgedAnew(state: AgentState, index: number, config: ModelConfig): TrendStatus {
  const status = state.trends[index] as TrendStatus;
  const { direction, size } = decided(state, index, config);
  const known = size < config.window.minDataPoints ? 'insufficient_data' : direction;
  return known === status.direction ? status : config.stepTrend(status, known, state.now);
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

function decided(state: AgentState, index: number, config: ModelConfig) {
  const { direction: previous } = state.trends[index] as TrendStatus;
  const settings = settingsOf(index, config);
  if (!settings) {
    const { direction, dataPointCount } = detect(state, index, config);
    return { direction, size: dataPointCount };
  }
  const evidence = evidenceOf(state, index, config, settings);
  return { direction: directionFrom(evidence, settings, previous), size: evidence.size };
}

/** Under the default strategy without deciding on a direction, which is known. */
function figuresOf(state: AgentState, index: number, config: ModelConfig): TrendResult {
  const settings = settingsOf(index, config);
  if (!settings) return detect(state, index, config);
  const { direction } = state.trends[index] as TrendStatus;
  return resultFrom(evidenceOf(state, index, config, settings), settings, direction);
}

function settingsOf(index: number, config: ModelConfig): TheilSenSettings | undefined {
  const { metric, window } = trendName(index, config);
  return theilSenSettings(config.trend)?.(metric, window);
}

const buffer = new SeriesBuffer();

/** Good until the next one. */
function evidenceOf(
  state: AgentState,
  index: number,
  config: ModelConfig,
  { kind, counted }: TheilSenSettings,
): SeriesEvidence {
  buffer.clear();
  eachPoint(state, index, config, (at, value) => buffer.add(at, onTrendScale(value, kind)));
  return new SeriesEvidence(buffer.series, counted);
}

function detect(state: AgentState, index: number, config: ModelConfig): TrendResult {
  const { direction: previous } = state.trends[index] as TrendStatus;
  const points = trendPoints(state, index, config);
  const { trend } = config;
  const name = trendName(index, config);
  return checkedTrend(trend.detect({ ...name, points, previous }), name, trend.name);
}

function trendPoints(state: AgentState, index: number, config: ModelConfig): TrendPoint[] {
  const points: TrendPoint[] = [];
  eachPoint(state, index, config, (at, value) => points.push({ at, value }));
  return points;
}

type OnPoint = (at: number, value: number) => void;

/** The points of a trend, in order. */
function eachPoint(
  state: AgentState,
  index: number,
  { window: { windows } }: ModelConfig,
  onPoint: OnPoint,
): void {
  const metric = Math.floor(index / windows.length);
  const from = state.now - (windows[index % windows.length] as Window).ms;
  const ofAttempt = ATTEMPT_TRENDS.find((trend) => trend.metric === metric);
  if (ofAttempt) {
    eachPointOf(state.attempts, ofAttempt.pointAt, from, state.now, onPoint);
    return;
  }
  const ofObserved = OBSERVED_TRENDS.find((trend) => trend.metric === metric);
  if (ofObserved) eachPointOf(state.observations, ofObserved.pointAt, from, state.now, onPoint);
}
