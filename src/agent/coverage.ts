import type { StoredEvent } from '../events/schema.js';
import { DAY_MS } from '../windows/duration.js';
import type { Row, Timeline } from '../windows/timeline.js';
import { type AttemptFigure, attemptTotals } from './attempt-totals.js';
import type { Observed } from './collaboration.js';
import {
  COLLABORATION_COMPONENTS,
  type CollaborationComponentName,
  type Coverage,
  FED_METRICS,
  type FedMetric,
  type Feed,
  QUALITY_COMPONENTS,
  type QualityComponent,
} from './performance.js';
import type { Attempt } from './task.js';

/** Coverage looks this far back, whatever the windows are. */
export const COVERAGE_MS = 30 * DAY_MS;

const COMPONENTS = [...QUALITY_COMPONENTS, ...COLLABORATION_COMPONENTS] as const;
type Component = (typeof COMPONENTS)[number];
const BIT = new Map<Component, number>(COMPONENTS.map((component, i) => [component, 1 << i]));

/** An event that fed some scoring components; `mask` has a bit for each of them. */
export interface FeedRow extends Row {
  readonly mask: number;
}

/** When something last came, by metric or component; absent: never. */
export type LastFed = Readonly<Partial<Record<FedMetric | Component, number>>>;

/** The components that an event feeds, as bits; 0 for none. */
export function feedMask(event: StoredEvent): number {
  let mask = 0;
  for (const component of componentsOf(event)) mask |= BIT.get(component) as number;
  return mask;
}

function componentsOf(event: StoredEvent): readonly Component[] {
  switch (event.type) {
    case 'task.completed':
    case 'task.failed': {
      const { criteriaMet, criteriaTotal = 0, testsPassed = 0, testsFailed = 0 } = event.signals ?? {};
      const hasCriteria = (criteriaMet !== undefined && criteriaTotal > 0) || testsPassed + testsFailed > 0;
      const hasBudget = event.usage?.cost !== undefined && event.budget !== undefined;
      return [
        'success',
        ...(hasCriteria ? (['criteria'] as const) : []),
        ...(hasBudget ? (['costEfficiency'] as const) : []),
      ];
    }
    case 'review.submitted':
      if (event.score === undefined && event.verdict === 'commented') return [];
      return [event.kind === 'code' ? 'codeReview' : event.kind];
    case 'collaboration.observed':
      return COLLABORATION_FEEDS[event.kind](event);
    default:
      return [];
  }
}

type Observation = Extract<StoredEvent, { type: 'collaboration.observed' }>;
const COLLABORATION_FEEDS: Record<
  Observation['kind'],
  (event: Observation) => readonly CollaborationComponentName[]
> = {
  delegation: (event) =>
    'responseSeconds' in event && event.responseSeconds !== undefined
      ? ['delegationSuccess', 'responseLatency']
      : ['delegationSuccess'],
  conflict: () => ['conflictConstructiveness'],
  meeting: () => ['meetingContribution'],
  loop: () => ['loopPrevention'],
  handoff: () => ['handoffCompleteness'],
  message: () => ['messageQuality'],
  helpfulness: () => ['helpfulness'],
};

/** The latest times after an event that fed the components of a mask. */
export function withFeed(last: LastFed, at: number, mask: number): LastFed {
  return withLatest(
    last,
    at,
    COMPONENTS.filter((_, i) => mask & (1 << i)),
  );
}

/** The latest times after an attempt got its figures. */
export function withFedFigures(last: LastFed, attempt: Attempt): LastFed {
  const fed: FedMetric[] = [];
  for (const [metric, figure] of Object.entries(FIGURE_OF)) {
    if (attempt[figure] !== null) fed.push(metric as FedMetric);
  }
  return withLatest(last, attempt.at, fed);
}

/** The latest times after something fed the given metrics. */
export function withLatest(last: LastFed, at: number, fed: readonly (FedMetric | Component)[]): LastFed {
  let next: Partial<Record<FedMetric | Component, number>> | undefined;
  for (const name of fed) {
    if (at <= (last[name] ?? -1)) continue;
    next ??= { ...last };
    next[name] = at;
  }
  return next ?? last;
}

const FIGURE_OF: Readonly<Record<Exclude<FedMetric, 'collaboration'>, AttemptFigure>> = {
  quality: 'quality',
  cost: 'cost',
  completionTime: 'completionMs',
  tokens: 'tokens',
  toolCalls: 'toolCalls',
};

/** The parts of an agent's state that tell what fed its scores. */
interface Fed {
  readonly attempts: Timeline<Attempt>;
  readonly observations: Timeline<Observed>;
  readonly feeds: Timeline<FeedRow>;
  readonly lastFed: LastFed;
}

/** What fed every metric and component in the 30 days up to `now`. */
export function coverageOf(state: Fed, now: number): Coverage {
  const from = now - COVERAGE_MS;
  const { figures } = attemptTotals(state.attempts, from, now);
  const counts = countComponents(state.feeds, from, now);
  const feed = (name: FedMetric | Component, count: number): Feed => ({
    count,
    lastAt: state.lastFed[name] ?? null,
  });
  const metric = (name: FedMetric): Feed =>
    feed(
      name,
      name === 'collaboration' ? countRows(state.observations, from, now) : figures[FIGURE_OF[name]].count,
    );
  const component = (name: Component): Feed => feed(name, counts[COMPONENTS.indexOf(name)] as number);
  return {
    metrics: record<FedMetric, Feed>(FED_METRICS, metric),
    quality: record<QualityComponent, Feed>(QUALITY_COMPONENTS, component),
    collaboration: record<CollaborationComponentName, Feed>(COLLABORATION_COMPONENTS, component),
  };
}

function countComponents(feeds: Timeline<FeedRow>, from: number, to: number): number[] {
  const counts = COMPONENTS.map(() => 0);
  for (const { mask } of feeds.range(from, to)) {
    for (let i = 0; i < counts.length; i++) if (mask & (1 << i)) counts[i] = (counts[i] as number) + 1;
  }
  return counts;
}

function countRows(rows: Timeline<Row>, from: number, to: number): number {
  let count = 0;
  rows.visit(
    from,
    to,
    (chunk) => {
      count += chunk.rows.length;
    },
    () => {
      count++;
    },
  );
  return count;
}

function record<Key extends string, Value>(
  keys: readonly Key[],
  read: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, read(key)])) as Record<Key, Value>;
}
