import type { CollaborationScoringStrategy, QualityScoringStrategy } from '../scoring/types.js';
import type { TrendDetectionStrategy, TrendDirection } from '../trends/types.js';
import type { MetricsWindowStrategy } from '../windows/types.js';
import type { Standing } from './performance.js';
import type { AgentState, TrendStatus } from './state.js';

/** Where an agent ought to stand, and why in one plain sentence. */
export interface Assessment {
  readonly standing: Standing;
  readonly because: string;
}

/** What an agent is judged by; shared by all agents of a tracker. */
export interface ModelConfig {
  readonly quality: QualityScoringStrategy;
  readonly collaboration: CollaborationScoringStrategy;
  readonly window: MetricsWindowStrategy;
  readonly trend: TrendDetectionStrategy;
  /** The statechart of a trend: its status after evidence for a direction at a moment (epoch ms). */
  readonly stepTrend: (status: TrendStatus, direction: TrendDirection, at: number) => TrendStatus;
  /** Where the agent ought to stand after an event or a tick. */
  readonly assess: (state: AgentState, config: ModelConfig) => Assessment;
}
