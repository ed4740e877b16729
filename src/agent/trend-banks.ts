import type { TrendDetectionStrategy } from '../trends/types.js';
import type { MetricsWindowStrategy } from '../windows/types.js';
import { ColumnBank } from './column-bank.js';
import { type ColumnPlan, columnPlan } from './column-plan.js';
import type { AgentState } from './state.js';
import { TrackerBank } from './tracker-bank.js';
import type { TrendBank } from './trend-bank.js';

/** Makes the banks of all agents: columns where the strategy is the default and the points are few, else trackers. */
export class TrendBanks {
  private readonly plan: ColumnPlan | undefined;

  constructor(
    private readonly strategy: TrendDetectionStrategy,
    private readonly windows: MetricsWindowStrategy,
  ) {
    this.plan = columnPlan(strategy, windows);
  }

  /** Holding what the state holds, with nothing to judge. */
  of(state: AgentState): TrendBank {
    return this.plan && ColumnBank.suits(state, this.plan)
      ? new ColumnBank(state, this.plan)
      : new TrackerBank(state, this.strategy, this.windows);
  }
}
