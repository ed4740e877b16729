import { collaborationScoreOf } from '../agent/collaboration.js';
import type { ModelConfig } from '../agent/config.js';
import { scoreIn } from '../scoring/answer.js';
import {
  completedOf,
  failedOf,
  figureOf,
  observationsOf,
  partsOf,
  type Summed,
  type Totals,
} from '../store/rollups/totals.js';
import type { Measured } from '../windows/types.js';
import type { Group } from './collector.js';
import type { QueryFigures, QueryMetric } from './types.js';

/** Whose observations a group's are: one agent's, or (an empty id) those of several. */
export interface Who {
  readonly agentId: string;
  readonly role: string | undefined;
}

/** The figures that are asked for of a group. */
export function figuresOf<M extends QueryMetric>(
  metrics: readonly M[],
  group: Group,
  who: Who,
  config: ModelConfig,
): Pick<QueryFigures, M> {
  const figures: Partial<Record<QueryMetric, number | Measured>> = {};
  for (const metric of metrics) figures[metric] = figureFor(metric, group, who, config);
  return figures as Pick<QueryFigures, M>;
}

const AVERAGES = {
  avgQualityScore: 'quality',
  avgCostPerTask: 'cost',
  avgTokensPerTask: 'tokens',
  avgToolCallsPerTask: 'toolCalls',
  avgCompletionTimeMs: 'completionMs',
} as const satisfies Partial<Record<QueryMetric, Summed>>;

function figureFor(metric: QueryMetric, group: Group, who: Who, config: ModelConfig): number | Measured {
  const { totals } = group;
  const required = config.window.minDataPoints;
  switch (metric) {
    case 'tasksCompleted':
      return completedOf(totals);
    case 'tasksFailed':
      return failedOf(totals);
    case 'totalCost':
      return figureOf(totals, 'cost').sum;
    case 'successRate':
      return measured(finishedOf(totals), completedOf(totals), required);
    case 'collaborationScore':
      return collaborationOf(group, who, config);
    default: {
      const { count, sum } = figureOf(totals, AVERAGES[metric]);
      return measured(count, sum, required);
    }
  }
}

export function finishedOf(totals: Totals): number {
  return completedOf(totals) + failedOf(totals);
}

function measured(count: number, sum: number, required: number): Measured {
  return count < required
    ? { status: 'insufficient_data', count, required }
    : { status: 'ok', value: sum / count, count };
}

/** A strategy that fails on what it took one by one has nothing to say: the answer is that there is no data. */
function collaborationOf(group: Group, who: Who, { collaboration, window }: ModelConfig): Measured {
  const required = window.minDataPoints;
  const count = observationsOf(group.totals);
  if (count < required) return { status: 'insufficient_data', count, required };
  try {
    const { agentId, role } = who;
    const value = collaboration.additive
      ? scoreIn(
          collaboration.additive.score({ agentId, role, sums: partsOf(group.totals), count }),
          () => `Collaboration strategy ${collaboration.name}`,
        )
      : collaborationScoreOf(collaboration, agentId, role, group.observations);
    if (value !== null) return { status: 'ok', value, count };
  } catch {
    // As for an agent's windows.
  }
  return { status: 'insufficient_data', count: 0, required };
}
