import type { StandingPolicy } from '../policy/types.js';
import type { CollaborationScoringStrategy, QualityScoringStrategy } from '../scoring/types.js';
import type { TrendDetectionStrategy, TrendDirection } from '../trends/types.js';
import type { StepTrust } from '../trust/judge.js';
import type { TrustPolicy } from '../trust/types.js';
import type { MetricsWindowStrategy } from '../windows/types.js';
import type { TrendStatus } from './state.js';

/** What an agent is judged by; shared by all agents of a tracker. */
export interface ModelConfig {
  readonly quality: QualityScoringStrategy;
  readonly collaboration: CollaborationScoringStrategy;
  readonly window: MetricsWindowStrategy;
  readonly trend: TrendDetectionStrategy;
  /** The statechart of a trend: its status after evidence for a direction at a moment (epoch ms). */
  readonly stepTrend: (status: TrendStatus, direction: TrendDirection, at: number) => TrendStatus;
  readonly policy: StandingPolicy;
  /** Absent: nobody's trust is followed. */
  readonly trust: TrustPolicy | undefined;
  /** The statechart of trust. */
  readonly stepTrust: StepTrust;
  /** All levels, lowest first. */
  readonly levels: readonly string[];
}
