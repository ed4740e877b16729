import type { Criterion } from '../agent/outputs.js';
import type { TrendMetric } from '../trends/types.js';
import type { Measured } from '../windows/types.js';
import type { AgentFacts } from './types.js';

/** Figures of a window that a gate can ask for. */
export type GateMetric = 'avgQualityScore' | 'successRate' | 'collaborationScore';

/** A figure that must reach a threshold. Without enough data it is not met, and counts against nobody. */
export function atLeast(agent: AgentFacts, metric: GateMetric, window: string, threshold: number): Criterion {
  return figure(agent, metric, window, threshold, (value) => value >= threshold);
}

/** A figure that must lie below a threshold. Without enough data it is not met. */
export function below(agent: AgentFacts, metric: GateMetric, window: string, threshold: number): Criterion {
  return figure(agent, metric, window, threshold, (value) => value < threshold);
}

function figure(
  agent: AgentFacts,
  metric: GateMetric,
  window: string,
  threshold: number,
  isMet: (value: number) => boolean,
): Criterion {
  const measured = agent.window(window)?.[metric] ?? NO_DATA;
  const value = measured.status === 'ok' ? measured.value : null;
  return {
    name: `${metric}(${window})`,
    met: value !== null && isMet(value),
    value,
    threshold,
    metric,
    window,
    count: measured.count,
  };
}

const NO_DATA: Measured = { status: 'insufficient_data', count: 0, required: 0 };

/** So many tasks completed in a window. */
export function completed(agent: AgentFacts, window: string, threshold: number): Criterion {
  const value = agent.window(window)?.tasksCompleted ?? 0;
  return {
    name: `tasksCompleted(${window})`,
    met: value >= threshold,
    value,
    threshold,
    metric: 'tasksCompleted',
    window,
  };
}

/** A metric's trend is declining in every one of some windows. */
export function decliningIn(agent: AgentFacts, metric: TrendMetric, windows: readonly string[]): Criterion {
  const declining = windows.filter((window) => agent.direction(metric, window) === 'declining');
  return {
    name: `${metric} declining`,
    met: windows.length > 0 && declining.length === windows.length,
    value: declining.length === 0 ? 'none' : declining.join(', '),
    threshold: windows.join(', '),
  };
}
