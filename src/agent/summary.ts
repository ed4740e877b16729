import type { CollaborationObservation } from '../scoring/types.js';
import type { Trust } from '../trust/types.js';
import { ScoreSum } from '../windows/score-sum.js';
import type { Measured, Window } from '../windows/types.js';
import { figureAt } from './attempt-layout.js';
import { attemptTotals, type FigureTotal } from './attempt-totals.js';
import { collaborationScoreOf } from './collaboration.js';
import type { ModelConfig } from './config.js';
import { coverageOf } from './coverage.js';
import { lifetimeOf } from './lifetime.js';
import { observationAt } from './observed-layout.js';
import { activeOverride, type OverrideSlot } from './override.js';
import type {
  ActiveOverride,
  AgentOutline,
  AgentPerformance,
  AgentSummary,
  OverallScore,
  WindowMetrics,
} from './performance.js';
import { departmentOf, levelOf } from './profile.js';
import type { RollingTotals } from './rolling-totals.js';
import type { AgentState } from './state.js';
import { type TrendName, trendResult } from './trends.js';
import { trustOf } from './trust.js';

/** Everything known of an agent at its state's own moment. */
export function performanceOf(state: AgentState, config: ModelConfig): AgentPerformance {
  return {
    ...whoOf(state),
    windows: config.window.windows.map((window) => windowMetrics(state, window, config)),
    trends: state.trends.map((_, index) => trendResult(state, index, config)),
    ...overallScores(state, config),
    overrides: activeOverrides(state),
    ...(config.trust && { trust: trustOf(state, config) as Trust }),
    coverage: coverageOf(state, state.now),
  };
}

/**
 * What a list shows of an agent; its trends as last announced.
 *
 * @param rolling the totals that follow the state, where there are any
 */
export function outlineOf(
  state: AgentState,
  config: ModelConfig,
  rolling: RollingTotals | undefined,
): AgentOutline {
  // Objects that are spread out of others would each bring a hidden class of their own.
  const quality = rolling?.quality(config.window.windows.length - 1) ?? qualityAtOnce(state, config);
  const outline = Object.assign(whoOf(state), overallScores(state, config, quality), {
    trends: state.trends,
  });
  const trust = trustOf(state, config);
  return trust
    ? Object.assign(outline, { trust: { level: trust.level, score: trust.score, since: trust.since } })
    : outline;
}

/** What a list shows, with the names of the trends. */
export function briefOf(outline: AgentOutline, names: readonly TrendName[]): AgentSummary {
  const trends = outline.trends.map(({ direction, since }, index) => {
    const { metric, window } = names[index] as TrendName;
    return { metric, window, direction, since };
  });
  return Object.assign(outline, { trends });
}

function whoOf(state: AgentState) {
  const { agentId, profile, standing, now, lifetime } = state;
  return {
    agentId,
    name: profile.name?.value,
    role: profile.role?.value,
    department: departmentOf(profile),
    level: levelOf(profile),
    standing,
    asOf: now,
    lifetime: lifetimeOf(lifetime),
  };
}

export function windowMetrics(state: AgentState, { label, ms }: Window, config: ModelConfig): WindowMetrics {
  const to = state.now;
  const from = to - ms;
  const required = config.window.minDataPoints;
  const totals = attemptTotals(state.attempts, from, to);
  const { completed, failed } = totals;
  const mean = ({ count, sum }: FigureTotal): Measured => measured(count, sum / count, required);
  return {
    window: label,
    from,
    to,
    tasksCompleted: completed,
    tasksFailed: failed,
    successRate: mean({ count: completed + failed, sum: completed }),
    avgQualityScore: mean(totals.figure('quality')),
    avgCostPerTask: mean(totals.figure('cost')),
    avgTokensPerTask: mean(totals.figure('tokens')),
    avgToolCallsPerTask: mean(totals.figure('toolCalls')),
    avgCompletionTimeMs: mean(totals.figure('completionMs')),
    collaborationScore: collaborationScore(state, from, config),
  };
}

export function measured(count: number, value: number, required: number): Measured {
  return count < required ? { status: 'insufficient_data', count, required } : { status: 'ok', value, count };
}

/**
 * The score of the observations from a moment on; what was worked out for the same ones is not worked out again. A
 * strategy that fails on what it took one by one has nothing to say: the answer is that there is no data.
 */
export function collaborationScore(state: AgentState, from: number, config: ModelConfig): Measured {
  const { observations, now } = state;
  const required = config.window.minDataPoints;
  const count = observations.count(from, now);
  if (count < required) return measured(count, 0, required);
  const scores = observations.lastAt > now ? undefined : rememberedScores(state, config);
  const first = observations.firstAtOrAfter(from);
  const score = scores?.get(first) ?? scoreOrNull(state, observationsFrom(state, from), config);
  if (score === null) return measured(0, 0, required);
  if (scores && scores.size >= REMEMBERED) scores.clear();
  scores?.set(first, score);
  return measured(count, score, required);
}

/** The windows of a tracker look at as many spans of one timeline. */
const REMEMBERED = 4;

interface RememberedScores {
  readonly strategy: ModelConfig['collaboration'];
  readonly role: string | undefined;
  /** By the time of the first observation; all up to the timeline's end. */
  readonly scores: Map<number, number>;
}

function rememberedScores({ observations, profile }: AgentState, config: ModelConfig): Map<number, number> {
  const { collaboration: strategy } = config;
  const role = profile.role?.value;
  const memo = observations.memo as RememberedScores | undefined;
  if (memo?.strategy === strategy && memo.role === role) return memo.scores;
  const scores = new Map<number, number>();
  observations.memo = { strategy, role, scores } satisfies RememberedScores;
  return scores;
}

function observationsFrom({ observations, now }: AgentState, from: number): CollaborationObservation[] {
  const found: CollaborationObservation[] = [];
  observations.scan(from, now, (table, row) => found.push(observationAt(table, row)));
  return found;
}

function scoreOrNull(
  { agentId, profile }: AgentState,
  observations: readonly CollaborationObservation[],
  { collaboration }: ModelConfig,
): number | null {
  try {
    return collaborationScoreOf(collaboration, agentId, profile.role?.value, observations);
  } catch {
    return null;
  }
}

/** @param quality what the longest window holds of it, where that is known */
export function overallScores(state: AgentState, config: ModelConfig, quality = qualityOf(state, config)) {
  const longest = config.window.windows.at(-1) as Window;
  const from = state.now - longest.ms;
  const computed = measured(quality.count, quality.sum / quality.count, config.window.minDataPoints);
  const collaboration = collaborationScore(state, from, config);
  return {
    overallQualityScore: overall(computed, longest.label, state.overrides.quality, state.now),
    overallCollaborationScore: overall(
      collaboration,
      longest.label,
      state.overrides.collaboration,
      state.now,
    ),
  };
}

function qualityOf({ attempts, now }: AgentState, { window: { windows } }: ModelConfig): FigureTotal {
  return attemptTotals(attempts, now - (windows.at(-1) as Window).ms, now).figure('quality');
}

/**
 * The same, and nothing of it remembered with the attempts: where a company is opened, each of thousands of agents is
 * looked at once.
 */
function qualityAtOnce({ attempts, now }: AgentState, { window: { windows } }: ModelConfig): FigureTotal {
  const total = new ScoreSum();
  const from = now - (windows.at(-1) as Window).ms;
  attempts.scan(from, now, (table, row) => total.add(figureAt(table, row, 'quality')));
  return total;
}

/** A person's word takes the place of the computed score while it is in force; the count beneath still shows. */
function overall(
  computed: Measured,
  window: string,
  slot: OverrideSlot | undefined,
  now: number,
): OverallScore {
  const override = activeOverride(slot, now);
  if (!override) return Object.assign(computed, { window, overridden: false });
  const { score: value } = override;
  return { status: 'ok', value, count: computed.count, window, overridden: true, override: { ...override } };
}

/** Every override in force, the oldest first. */
export function activeOverrides(state: AgentState): ActiveOverride[] {
  const active: ActiveOverride[] = [];
  for (const target of ['quality', 'collaboration'] as const) {
    const override = activeOverride(state.overrides[target], state.now);
    if (override) active.push({ target, ...override });
  }
  for (const { taskId, slot } of state.tasks.overrides()) {
    const override = activeOverride(slot, state.now);
    if (override) active.push({ target: 'quality', taskId, ...override });
  }
  return active.sort((a, b) => a.at - b.at);
}
