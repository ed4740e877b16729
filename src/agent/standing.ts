import { reasonOf } from '../errors.js';
import { type Career, NO_CAREER } from '../policy/career.js';
import { checkedAssessment, checkedEvidence } from '../policy/checked.js';
import { sentence } from '../policy/explain.js';
import { judge, type Proposal, unjudged } from '../policy/judge.js';
import type { ModelConfig } from './config.js';
import { StateFacts } from './facts.js';
import type { Standing } from './performance.js';
import { isDeparted } from './profile.js';
import { type ProposedRecommendation, recommendationId } from './recommendation.js';
import type { RollingTotals } from './rolling-totals.js';
import type { AgentState } from './state.js';
import { activeOverrides, windowMetrics } from './summary.js';
import type { TrendBank } from './trend-bank.js';
import { trendNames, trendResult } from './trends.js';

/** Where an agent stands after an event or a tick. */
export interface Settlement {
  readonly career: Career;
  readonly standing: Standing;
  /** One plain sentence; empty when the agent stands as before. */
  readonly because: string;
  readonly recommendation: ProposedRecommendation | undefined;
  /** What the policy failed with, when it was well before. */
  readonly error: unknown;
}

/** What follows a state step by step, so that nothing of it has to be worked out anew. */
export interface Followers {
  readonly bank: TrendBank;
  readonly rolling: RollingTotals;
}

/**
 * Where an agent stands: departed as the last word on employment says; unproven until the longest window once held
 * enough finished attempts; from then on as the policy says. When the policy fails, the agent stands as before.
 */
export function settled(
  state: AgentState,
  config: ModelConfig,
  followers: Followers | undefined,
): Settlement {
  const employment = employmentOf(state, config);
  if (employment !== 'proven') {
    const career = unjudged(state.career, employment === 'departed');
    const because = employment === state.standing ? '' : employedBecause(employment, state, config);
    return { career, standing: employment, because, recommendation: undefined, error: undefined };
  }
  try {
    return judged(state, config, followers);
  } catch (error) {
    return standingAsBefore(state, config, error);
  }
}

function employmentOf(state: AgentState, config: ModelConfig): 'departed' | 'unproven' | 'proven' {
  if (isDeparted(state.profile)) return 'departed';
  if (state.standing !== 'unproven' && state.standing !== 'departed') return 'proven';
  return finished(state, config) < config.window.minDataPoints ? 'unproven' : 'proven';
}

function employedBecause(to: 'departed' | 'unproven', state: AgentState, config: ModelConfig): string {
  if (to === 'departed') return 'The agent departed.';
  return `${finished(state, config)} finished tasks, ${config.window.minDataPoints} needed to be judged.`;
}

function finished(state: AgentState, { window: { windows } }: ModelConfig): number {
  return state.attempts.count(state.now - (windows.at(-1)?.ms ?? 0), state.now);
}

function judged(state: AgentState, config: ModelConfig, followers: Followers | undefined): Settlement {
  const { policy } = config;
  const facts = new StateFacts(state, config, followers?.rolling);
  const { career, standing, proposal } = judge(state.career, facts, checkedAssessment(policy, facts), policy);
  const recommendation = proposal && recommended(proposal, state, facts, config, followers?.bank);
  return {
    career: career.failing === null ? career : { ...career, failing: null },
    standing,
    because: standing === state.standing ? '' : reasonFor(standing, state, facts, config),
    recommendation,
    error: undefined,
  };
}

function recommended(
  { kind, fromLevel, toLevel, since }: Proposal,
  state: AgentState,
  facts: StateFacts,
  config: ModelConfig,
  bank: TrendBank | undefined,
): ProposedRecommendation {
  const { criteria, windows, trends, requiresApproval } = checkedEvidence(config.policy, facts, kind);
  return {
    id: recommendationId(kind, state),
    kind,
    fromLevel,
    ...(toLevel !== undefined && { toLevel }),
    since,
    policy: config.policy.name,
    requiresApproval,
    criteria,
    windows: config.window.windows
      .filter(({ label }) => windows.includes(label))
      .map((window) => windowMetrics(state, window, config)),
    trends: trendNames(config)
      .filter((name) => trends.some(({ metric, window }) => metric === name.metric && window === name.window))
      .filter(({ metric }) => !facts.isOverridden(metric))
      .map(({ index }) => trendResult(state, index, config, bank)),
    overrides: activeOverrides(state).filter(({ taskId }) => taskId === undefined),
  };
}

const KIND_OF = { promotable: 'promotion', at_risk: 'demotion', terminable: 'termination' } as const;

function reasonFor(to: Standing, state: AgentState, facts: StateFacts, config: ModelConfig): string {
  if (to === 'promotable' || to === 'at_risk' || to === 'terminable') {
    const { criteria } = checkedEvidence(config.policy, facts, KIND_OF[to]);
    const met = criteria.filter((criterion) => criterion.met).map(sentence);
    return `Everything for a ${KIND_OF[to]} holds: ${met.join('; ')}.`;
  }
  const { standing } = state;
  if (standing === 'promotable' || standing === 'at_risk' || standing === 'terminable') {
    if (facts.level !== state.career.level) return `The agent came to level ${facts.level}.`;
    return `The criteria for a ${KIND_OF[standing]} do not hold any more.`;
  }
  return `${finished(state, config)} finished tasks, enough to be judged.`;
}

/** Said when the policy begins to fail, and not again at every event before it has been well. */
function standingAsBefore(state: AgentState, config: ModelConfig, error: unknown): Settlement {
  const failing = reasonOf(error);
  const isNew = state.career.failing === null;
  const isFirst = state.standing === 'unproven' || state.standing === 'departed';
  return {
    career: isNew ? { ...state.career, failing, dueAt: NO_CAREER.dueAt } : state.career,
    standing: isFirst ? 'steady' : state.standing,
    because: `${finished(state, config)} finished tasks, enough to be judged.`,
    recommendation: undefined,
    error: isNew ? error : undefined,
  };
}
