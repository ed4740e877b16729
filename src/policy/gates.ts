import type { Criterion } from '../agent/outputs.js';
import type { WindowMetrics } from '../agent/performance.js';
import type { TrendMetric } from '../trends/types.js';
import type { Measured } from '../windows/types.js';
import type { AgentFacts } from './types.js';

/** One condition: checked at every event, and put into words when something is proposed. */
export interface Gate {
  /** What it is about, as criteria are named in options. */
  readonly metric: string;
  isMet(agent: AgentFacts): boolean;
  criterion(agent: AgentFacts): Criterion;
}

/** Figures of a window that a gate can ask for. */
export type GateMetric = 'avgQualityScore' | 'successRate' | 'collaborationScore';

/** By name, because figures are looked up at every event. */
const FIGURES: Readonly<Record<GateMetric, (window: WindowMetrics) => Measured>> = {
  avgQualityScore: ({ avgQualityScore }) => avgQualityScore,
  successRate: ({ successRate }) => successRate,
  collaborationScore: ({ collaborationScore }) => collaborationScore,
};

/** A figure that must reach a threshold. Without enough data it is not met, and counts against nobody. */
export function atLeast(metric: GateMetric, window: string, threshold: number): Gate {
  return figure(metric, window, threshold, (value) => value >= threshold);
}

/** A figure that must lie below a threshold. Without enough data it is not met. */
export function below(metric: GateMetric, window: string, threshold: number): Gate {
  return figure(metric, window, threshold, (value) => value < threshold);
}

function figure(
  metric: GateMetric,
  window: string,
  threshold: number,
  reaches: (value: number) => boolean,
): Gate {
  const name = `${metric}(${window})`;
  const read = FIGURES[metric];
  const measured = (agent: AgentFacts): Measured => {
    const found = agent.window(window);
    return found ? read(found) : NO_DATA;
  };
  const isMet = (found: Measured): boolean => found.status === 'ok' && reaches(found.value);
  return {
    metric,
    isMet: (agent) => isMet(measured(agent)),
    criterion: (agent) => {
      const found = measured(agent);
      const value = found.status === 'ok' ? found.value : null;
      return { name, met: isMet(found), value, threshold, metric, window, count: found.count };
    },
  };
}

const NO_DATA: Measured = { status: 'insufficient_data', count: 0, required: 0 };

/** So many tasks completed in a window. */
export function completed(window: string, threshold: number): Gate {
  const metric = 'tasksCompleted';
  const name = `${metric}(${window})`;
  const found = (agent: AgentFacts): number => agent.window(window)?.tasksCompleted ?? 0;
  return {
    metric,
    isMet: (agent) => found(agent) >= threshold,
    criterion: (agent) => {
      const value = found(agent);
      return { name, met: value >= threshold, value, threshold, metric, window };
    },
  };
}

/** A metric's trend is declining in every one of some windows. */
export function decliningIn(metric: TrendMetric, windows: readonly string[]): Gate {
  const name = `${metric} declining`;
  const isMet = (agent: AgentFacts): boolean => {
    for (const window of windows) if (agent.direction(metric, window) !== 'declining') return false;
    return windows.length > 0;
  };
  return {
    metric,
    isMet,
    criterion: (agent) => {
      const declining = windows.filter((window) => agent.direction(metric, window) === 'declining');
      const value = declining.length === 0 ? 'none' : declining.join(', ');
      return { name, met: isMet(agent), value, threshold: windows.join(', ') };
    },
  };
}

/** Whether so many of some gates are met; those that cannot make the difference any more are not looked at. */
export function areMet(gates: readonly Gate[], agent: AgentFacts, needed: number): boolean {
  let missing = needed;
  for (let i = 0; i < gates.length && missing > 0 && missing <= gates.length - i; i++) {
    if (gates[i]?.isMet(agent)) missing--;
  }
  return missing <= 0;
}

/** Gates in words. */
export function criteriaOf(gates: readonly Gate[], agent: AgentFacts): Criterion[] {
  return gates.map((gate) => gate.criterion(agent));
}
