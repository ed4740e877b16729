import { stepTrend } from '../../machines/trend.js';
import { stepTrust } from '../../machines/trust.js';
import { AgentModel } from '../../src/agent/model.js';
import { defaultPolicy, type StandingPolicy } from '../../src/policy/index.js';
import { behavioral, layered } from '../../src/scoring/index.js';
import type { TrendDetectionStrategy } from '../../src/trends/types.js';
import type { TrustPolicy } from '../../src/trust/types.js';
import { multiWindow } from '../../src/windows/index.js';
import { LEVELS } from './history.js';
import { firstToLast } from './trend-strategies.js';

export interface ModelOptions {
  readonly windows?: readonly string[];
  readonly minDataPoints?: number;
  readonly trend?: TrendDetectionStrategy;
  readonly policy?: StandingPolicy;
  readonly trust?: TrustPolicy;
}

/** A model with the default scores, and a simple trend unless another is given. */
export function modelOf({
  windows,
  minDataPoints,
  trend = firstToLast(),
  policy = defaultPolicy(),
  trust,
}: ModelOptions = {}): AgentModel {
  return new AgentModel({
    quality: layered(),
    collaboration: behavioral(),
    window: multiWindow({ windows, minDataPoints }),
    trend,
    stepTrend,
    stepTrust,
    trust,
    policy,
    levels: LEVELS,
  });
}
