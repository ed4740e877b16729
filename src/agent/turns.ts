import type { ModelConfig } from './config.js';
import { type AgentState, knownStatus, NONE, type StateDraft, type TrendStatus } from './state.js';
import type { TrendTurn } from './step.js';
import type { TrendBank } from './trend-bank.js';
import { trendResult } from './trends.js';

/** Has the trends of a state in the making take the directions that their points say now, and tells which turned. */
export function turnTrends(
  before: AgentState,
  state: StateDraft,
  bank: TrendBank,
  config: ModelConfig,
): readonly TrendTurn[] {
  const crossings = bank.crossings(state.trends);
  if (crossings.length === 0) return NONE;
  const turns: TrendTurn[] = [];
  const trends = state.trends.slice();
  state.trends = trends;
  for (const { index, direction } of crossings) {
    const status = config.stepTrend(trends[index] as TrendStatus, direction, state.now);
    trends[index] = knownStatus(status, trends);
    turns.push({
      before: trendResult(before, index, config),
      after: trendResult(state, index, config, bank),
    });
  }
  return turns;
}
