import {
  type AgentPerformance,
  COLLABORATION_COMPONENTS,
  type Coverage,
  FED_METRICS,
  type FedMetric,
  type Feed,
  type OverallScore,
  QUALITY_COMPONENTS,
  type WindowMetrics,
} from '../../src/agent/performance.js';
import type { StoredEvent } from '../../src/events/schema.js';
import type { TrendMetric, TrendPoint } from '../../src/trends/types.js';
import type { Measured, Window } from '../../src/windows/types.js';
import { attemptsOf, departmentOf, inOrder, ofType, overridesInForce } from './twin-history.js';
import {
  behavioralScore,
  componentsFedBy,
  layeredQuality,
  mean,
  qualityFedBy,
  scoreOfReview,
  type TwinAttempt,
} from './twin-scores.js';

const DAY = 86_400_000;

export interface TwinOptions {
  readonly windows: readonly Window[];
  readonly minDataPoints: number;
}

export type TwinPerformance = Omit<AgentPerformance, 'standing' | 'trends'> & {
  readonly departed: boolean;
  /** All points there ever were of each trend, in time order. */
  readonly points: Readonly<Record<TrendMetric, readonly TrendPoint[]>>;
};

/**
 * The performance of one agent at a moment, computed from nothing but the list of all events, in the simplest way
 * there is: the reference that every clever way must agree with. Undefined before an agent's first event.
 */
export function twin(
  all: readonly StoredEvent[],
  agentId: string,
  at: number,
  { windows, minDataPoints }: TwinOptions,
): TwinPerformance | undefined {
  const events = all.filter((event) => event.agentId === agentId && event.at <= at).sort(inOrder);
  if (events.length === 0) return undefined;

  const overrides = overridesInForce(events, at);
  const attempts = attemptsOf(events);
  const observations = ofType(events, 'collaboration.observed');
  const reviews = ofType(events, 'review.submitted');
  const qualityOf = (attempt: TwinAttempt): number =>
    overrides.find(({ taskId }) => taskId === attempt.event.taskId)?.score ?? layeredQuality(attempt);
  const figures: Record<Exclude<FedMetric, 'collaboration'>, (attempt: TwinAttempt) => number | undefined> = {
    quality: qualityOf,
    cost: ({ event }) => event.usage?.cost,
    completionTime: ({ event, assignedAt }) => (assignedAt === undefined ? undefined : event.at - assignedAt),
    tokens: tokensOf,
    toolCalls: ({ event }) => event.usage?.toolCalls,
  };
  const pointsOf = (metric: keyof typeof figures): TrendPoint[] =>
    attempts.flatMap((attempt) => {
      const value = figures[metric](attempt);
      return value === undefined ? [] : [{ at: attempt.event.at, value }];
    });
  const measured = (values: readonly number[], value = mean(values)): Measured =>
    values.length < minDataPoints
      ? { status: 'insufficient_data', count: values.length, required: minDataPoints }
      : { status: 'ok', value, count: values.length };

  const windowOf = ({ label, ms }: Window): WindowMetrics => {
    const inside = (point: { at: number }) => point.at >= at - ms;
    const average = (metric: keyof typeof figures) =>
      measured(
        pointsOf(metric)
          .filter(inside)
          .map(({ value }) => value),
      );
    const finished = attempts.filter(({ event }) => inside(event));
    const seen = observations.filter(inside);
    return {
      window: label,
      from: at - ms,
      to: at,
      tasksCompleted: countOf(finished, 'task.completed'),
      tasksFailed: countOf(finished, 'task.failed'),
      successRate: measured(finished.map(({ event }) => (event.type === 'task.completed' ? 1 : 0))),
      avgQualityScore: average('quality'),
      avgCostPerTask: average('cost'),
      avgTokensPerTask: average('tokens'),
      avgToolCallsPerTask: average('toolCalls'),
      avgCompletionTimeMs: average('completionTime'),
      collaborationScore: measured(
        seen.map(({ at }) => at),
        seen.length === 0 ? 0 : behavioralScore(seen),
      ),
    };
  };
  const byLength = [...windows].sort((a, b) => a.ms - b.ms);
  const metrics = byLength.map(windowOf);
  const longest = metrics.at(-1) as WindowMetrics;
  const overall = (target: 'quality' | 'collaboration', computed: Measured): OverallScore => {
    const found = overrides.find((one) => one.target === target && one.taskId === undefined);
    if (!found) return { ...computed, window: longest.window, overridden: false };
    const { target: _, ...override } = found;
    const { score: value } = override;
    return { status: 'ok', value, count: computed.count, window: longest.window, overridden: true, override };
  };

  const hired = ofType(events, 'agent.hired');
  const feeds: Record<string, number[]> = {};
  const feed = (name: string, time: number) => {
    feeds[name] ??= [];
    feeds[name].push(time);
  };
  for (const metric of Object.keys(figures) as (keyof typeof figures)[]) {
    for (const point of pointsOf(metric)) feed(`metrics ${metric}`, point.at);
  }
  for (const { event } of attempts) {
    for (const name of qualityFedBy(event)) feed(`quality ${name}`, event.at);
  }
  for (const review of reviews) {
    const layer = review.kind === 'code' ? 'codeReview' : review.kind;
    if (scoreOfReview(review) !== undefined) feed(`quality ${layer}`, review.at);
  }
  for (const seen of observations) {
    feed('metrics collaboration', seen.at);
    if (seen.kind === 'loop') feed('collaboration loopPrevention', seen.at);
    for (const [name] of componentsFedBy(seen)) feed(`collaboration ${name}`, seen.at);
  }
  const fed = (group: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, feedOf(feeds[`${group} ${name}`] ?? [], at)]));

  return {
    agentId,
    name: hired.findLast(({ name }) => name !== undefined)?.name,
    role: hired.findLast(({ role }) => role !== undefined)?.role,
    department: departmentOf(events),
    level: [...hired, ...ofType(events, 'agent.level_changed')].sort(inOrder).findLast(({ level }) => level)
      ?.level,
    asOf: at,
    departed:
      events.findLast(({ type }) => type === 'agent.hired' || type === 'agent.departed')?.type ===
      'agent.departed',
    lifetime: {
      tasksCompleted: countOf(attempts, 'task.completed'),
      tasksFailed: countOf(attempts, 'task.failed'),
      totalCost: total(pointsOf('cost')),
      totalTokens: total(pointsOf('tokens')),
      totalToolCalls: total(pointsOf('toolCalls')),
      firstEventAt: events[0]?.at ?? null,
      lastReviewAt: reviews.at(-1)?.at ?? null,
    },
    windows: metrics,
    overallQualityScore: overall('quality', longest.avgQualityScore),
    overallCollaborationScore: overall('collaboration', longest.collaborationScore),
    overrides,
    coverage: {
      metrics: fed('metrics', FED_METRICS),
      quality: fed('quality', QUALITY_COMPONENTS),
      collaboration: fed('collaboration', COLLABORATION_COMPONENTS),
    } as Coverage,
    points: {
      quality: pointsOf('quality'),
      cost: pointsOf('cost'),
      completionTime: pointsOf('completionTime'),
      tokens: pointsOf('tokens'),
      collaboration: observations.map((seen) => ({ at: seen.at, value: behavioralScore([seen]) })),
    },
  };
}

function countOf(attempts: readonly TwinAttempt[], type: string): number {
  return attempts.filter(({ event }) => event.type === type).length;
}

function total(points: readonly TrendPoint[]): number {
  return points.reduce((sum, { value }) => sum + value, 0);
}

function tokensOf({ event: { usage } }: TwinAttempt): number | undefined {
  if (usage?.inputTokens === undefined && usage?.outputTokens === undefined) return undefined;
  return (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
}

function feedOf(times: readonly number[], at: number): Feed {
  const recent = times.filter((time) => time >= at - 30 * DAY);
  return { count: recent.length, lastAt: times.length === 0 ? null : Math.max(...times) };
}
