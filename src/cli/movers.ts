import type { AgentPerformance } from '../agent/performance.js';
import { TREND_METRICS, type TrendMetric, type TrendResult } from '../trends/types.js';

/** An agent of which at least one trend goes somewhere, with what goes. */
export interface Mover {
  readonly performance: AgentPerformance;
  /** The trend that weighs most: quality before the others, the longer window before the shorter. */
  readonly lead: TrendResult;
  /** All that go somewhere, the one that weighs most first. */
  readonly moving: readonly TrendResult[];
}

/** `undefined` for an agent that goes nowhere, or of whom too little is known. */
export function asMover(performance: AgentPerformance): Mover | undefined {
  const windows = performance.windows.map(({ window }) => window);
  const moving = performance.trends
    .filter(({ direction }) => direction === 'improving' || direction === 'declining')
    .toSorted((a, b) => rank(a) - rank(b) || windows.indexOf(b.window) - windows.indexOf(a.window));
  const lead = moving[0];
  return lead && { performance, lead, moving };
}

/** Those of one direction: by what moves, then the surest first. */
export function going(movers: readonly Mover[], direction: 'improving' | 'declining'): Mover[] {
  return movers.filter(({ lead }) => lead.direction === direction).sort(bySureness);
}

/** All, by what moves, then the surest first. */
export function bySureness(a: Mover, b: Mover): number {
  return (
    rank(a.lead) - rank(b.lead) ||
    a.lead.adjustedPValue - b.lead.adjustedPValue ||
    (a.performance.agentId < b.performance.agentId ? -1 : 1)
  );
}

function rank({ metric }: TrendResult): number {
  const index = TREND_METRICS.indexOf(metric as TrendMetric);
  return index === -1 ? TREND_METRICS.length : index;
}
