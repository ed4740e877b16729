import type { StoredEvent } from '../../src/events/schema.js';
import type { Query, QueryGroup, QueryResult, SeriesBucket, SeriesQuery } from '../../src/query/types.js';
import type { Measured } from '../../src/windows/types.js';
import { attemptsOf, inOrder, ofType, overridesInForce } from './twin-history.js';
import {
  behavioralScore,
  layeredQuality,
  mean,
  type ObservationEvent,
  type TwinAttempt,
} from './twin-scores.js';

type Point = TwinAttempt & { readonly quality: number };

interface Known {
  readonly attempts: readonly Point[];
  readonly observations: readonly ObservationEvent[];
}

const known = new WeakMap<readonly StoredEvent[], Map<number, Known>>();

/** {@link recount}, once for each list and moment. */
function knownAt(all: readonly StoredEvent[], now: number): Known {
  const byMoment = known.get(all) ?? new Map<number, Known>();
  known.set(all, byMoment);
  const counted = byMoment.get(now) ?? recount(all, now);
  byMoment.set(now, counted);
  return counted;
}

/** What is known at a moment of everything that has happened by then, from nothing but the list of all events. */
function recount(all: readonly StoredEvent[], now: number): Known {
  const attempts: Point[] = [];
  const observations: ObservationEvent[] = [];
  const byAgent = new Map<string, StoredEvent[]>();
  for (const event of all) byAgent.set(event.agentId, []);
  for (const event of all) byAgent.get(event.agentId)?.push(event);
  for (const own of byAgent.values()) {
    const events = own.filter(({ at }) => at <= now).sort(inOrder);
    const overrides = overridesInForce(events, now);
    for (const attempt of attemptsOf(events)) {
      const override = overrides.find(({ taskId }) => taskId === attempt.event.taskId);
      attempts.push({ ...attempt, quality: override?.score ?? layeredQuality(attempt) });
    }
    observations.push(...ofType(events, 'collaboration.observed'));
  }
  return { attempts, observations };
}

type Scope = Pick<Query, 'agentId' | 'department' | 'projectId'> & {
  readonly from: number;
  readonly to: number;
};

function isIn({ agentId, department, projectId, from, to }: Scope): (event: StoredEvent) => boolean {
  return (event) =>
    (agentId === undefined || event.agentId === agentId) &&
    (department === undefined || event.department === department) &&
    (projectId === undefined || event.projectId === projectId) &&
    event.at >= from &&
    event.at <= to;
}

/** The answer to a query, in the simplest way there is. Its times are numbers, and it names no metrics. */
export function twinQuery(
  all: readonly StoredEvent[],
  query: Scope & Pick<Query, 'groupBy'>,
  now: number,
  minDataPoints: number,
): QueryResult {
  const matches = isIn(query);
  const known = knownAt(all, now);
  const attempts = known.attempts.filter(({ event }) => matches(event));
  const observations = known.observations.filter(matches);
  const { from, to, groupBy } = query;
  if (groupBy === undefined) {
    return { from, to, groups: [figures(attempts, observations, minDataPoints)] };
  }
  const field = { agent: 'agentId', department: 'department', project: 'projectId' }[groupBy] as
    | 'agentId'
    | 'department'
    | 'projectId';
  const names = new Set(
    [...attempts.map(({ event }) => event), ...observations].map((event) => event[field]),
  );
  const sorted = [...names].sort((a, b) => {
    if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
    return a < b ? -1 : 1;
  });
  const groups = sorted.map((name) => ({
    [field]: name,
    ...figures(
      attempts.filter(({ event }) => event[field] === name),
      observations.filter((event) => event[field] === name),
      minDataPoints,
    ),
  }));
  return { from, to, groups };
}

function figures(
  attempts: readonly Point[],
  observations: readonly ObservationEvent[],
  required: number,
): QueryGroup {
  const measured = (values: readonly number[], value = mean(values)): Measured =>
    values.length < required
      ? { status: 'insufficient_data', count: values.length, required }
      : { status: 'ok', value, count: values.length };
  const average = (figure: keyof typeof FIGURES) => measured(present(attempts.map(FIGURES[figure])));
  return {
    tasksCompleted: attempts.filter(({ event }) => event.type === 'task.completed').length,
    tasksFailed: attempts.filter(({ event }) => event.type === 'task.failed').length,
    successRate: average('successRate'),
    avgQualityScore: average('quality'),
    avgCostPerTask: average('cost'),
    totalCost: present(attempts.map(FIGURES.cost)).reduce((sum, cost) => sum + cost, 0),
    avgTokensPerTask: average('tokens'),
    avgToolCallsPerTask: average('toolCalls'),
    avgCompletionTimeMs: average('completionTime'),
    collaborationScore: measured(
      observations.map(() => 0),
      observations.length === 0 ? 0 : behavioralScore(observations),
    ),
  };
}

const FIGURES = {
  successRate: ({ event }) => (event.type === 'task.completed' ? 1 : 0),
  quality: ({ quality }) => quality,
  cost: ({ event }) => event.usage?.cost,
  tokens: ({ event: { usage } }) =>
    usage?.inputTokens === undefined && usage?.outputTokens === undefined
      ? undefined
      : (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0),
  toolCalls: ({ event }) => event.usage?.toolCalls,
  completionTime: ({ event, assignedAt }) => (assignedAt === undefined ? undefined : event.at - assignedAt),
} satisfies Record<string, (point: Point) => number | undefined>;

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}

/** The buckets of a series that has a beginning. */
export function twinBuckets(
  all: readonly StoredEvent[],
  query: Scope & Pick<SeriesQuery, 'metric'> & { readonly ms: number },
  now: number,
): SeriesBucket[] {
  const { from, to, ms, metric } = query;
  const known = knownAt(all, now);
  const bucket = (start: number): SeriesBucket => {
    const matches = isIn({ ...query, from: start, to: Math.min(to, start + ms - 1) });
    const attempts = known.attempts.filter(({ event }) => matches(event));
    if (metric === 'throughput') return { from: start, value: attempts.length, count: attempts.length };
    const values =
      metric === 'collaboration'
        ? known.observations.filter(matches).map((seen) => behavioralScore([seen]))
        : present(attempts.map(FIGURES[metric]));
    return { from: start, value: values.length === 0 ? null : mean(values), count: values.length };
  };
  return Array.from({ length: Math.floor((to - from) / ms) + 1 }, (_, i) => bucket(from + i * ms));
}
