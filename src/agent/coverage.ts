import type { EventOf, StoredEvent } from '../events/schema.js';
import { DAY_MS } from '../windows/duration.js';
import type { Timeline } from '../windows/timeline.js';
import { evidenceAt } from './attempt-layout.js';
import { attemptTotals } from './attempt-totals.js';
import type { Observed } from './collaboration.js';
import { kindAt } from './observed-layout.js';
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
import type { Attempt, AttemptFigure } from './task.js';
import type { TaskBook } from './task-book.js';

/** Coverage looks this far back, whatever the windows are. */
export const COVERAGE_MS = 30 * DAY_MS;

/** All that can be fed; a place in this list is a bit of a mask. */
const FEEDS = [...FED_METRICS, ...QUALITY_COMPONENTS, ...COLLABORATION_COMPONENTS] as const;
type Fed = FedMetric | QualityComponent | CollaborationComponentName;
const BIT = Object.fromEntries(FEEDS.map((name, i) => [name, 1 << i])) as Readonly<Record<Fed, number>>;

/** When each of {@link FEEDS} last came, epoch milliseconds, in its order; -1: never. */
export type LastFed = readonly number[];

export const NEVER_FED: LastFed = FEEDS.map(() => -1);

/** The components that an event feeds, as bits; 0 for none. */
export function feedMask(event: StoredEvent): number {
  switch (event.type) {
    case 'task.completed':
    case 'task.failed':
      return attemptMask(event);
    case 'review.submitted':
      if (event.score === undefined && event.verdict === 'commented') return 0;
      return reviewBit(event.kind);
    case 'collaboration.observed':
      return observationMask(event.kind, event.kind === 'delegation' && event.responseSeconds !== undefined);
    default:
      return 0;
  }
}

function attemptMask({ signals, usage, budget }: EventOf<'task.completed'> | EventOf<'task.failed'>): number {
  const { criteriaMet, criteriaTotal = 0, testsPassed = 0, testsFailed = 0 } = signals ?? {};
  const hasCriteria = criteriaTotal > 0 ? criteriaMet !== undefined : testsPassed + testsFailed > 0;
  const hasBudget = usage?.cost !== undefined && budget !== undefined;
  return ciMask({ hasCriteria, hasBudget });
}

function ciMask({ hasCriteria, hasBudget }: { hasCriteria: boolean; hasBudget: boolean }): number {
  return BIT.success | (hasCriteria ? BIT.criteria : 0) | (hasBudget ? BIT.costEfficiency : 0);
}

function reviewBit(kind: EventOf<'review.submitted'>['kind']): number {
  return kind === 'code' ? BIT.codeReview : BIT[kind];
}

const OBSERVATION_BIT: Readonly<Record<EventOf<'collaboration.observed'>['kind'], number>> = {
  delegation: BIT.delegationSuccess,
  conflict: BIT.conflictConstructiveness,
  meeting: BIT.meetingContribution,
  loop: BIT.loopPrevention,
  handoff: BIT.handoffCompleteness,
  message: BIT.messageQuality,
  helpfulness: BIT.helpfulness,
};

function observationMask(kind: EventOf<'collaboration.observed'>['kind'], isTimed: boolean): number {
  return OBSERVATION_BIT[kind] | (isTimed ? BIT.responseLatency : 0);
}

/** The metrics that an attempt's figures feed, as bits. */
export function figureMask(attempt: Attempt): number {
  return (
    (attempt.quality === null ? 0 : BIT.quality) |
    (attempt.cost === null ? 0 : BIT.cost) |
    (attempt.completionMs === null ? 0 : BIT.completionTime) |
    (attempt.tokens === null ? 0 : BIT.tokens) |
    (attempt.toolCalls === null ? 0 : BIT.toolCalls)
  );
}

/** What an observation feeds beside its component. */
export const COLLABORATION_MASK = BIT.collaboration;

/** The latest times after something at `at` fed what the mask says. */
export function withFed(last: LastFed, at: number, mask: number): LastFed {
  let next: number[] | undefined;
  for (let i = 0, bits = mask; bits !== 0; i++, bits >>>= 1) {
    if ((bits & 1) === 0 || at <= (last[i] as number)) continue;
    next ??= last.slice();
    next[i] = at;
  }
  return next ?? last;
}

/** The parts of an agent's state that tell what fed its scores. */
interface FedState {
  readonly attempts: Timeline<Attempt>;
  readonly observations: Timeline<Observed>;
  readonly tasks: TaskBook;
  readonly lastFed: LastFed;
}

const FIGURE_OF: Readonly<Record<Exclude<FedMetric, 'collaboration'>, AttemptFigure>> = {
  quality: 'quality',
  cost: 'cost',
  completionTime: 'completionMs',
  tokens: 'tokens',
  toolCalls: 'toolCalls',
};

/** What fed every metric and component in the 30 days up to `now`. */
export function coverageOf(state: FedState, now: number): Coverage {
  const from = now - COVERAGE_MS;
  const totals = attemptTotals(state.attempts, from, now);
  const counts = countFeeds(state, from, now);
  const feed = (name: Fed, count: number): Feed => {
    const lastAt = state.lastFed[FEEDS.indexOf(name)] as number;
    return { count, lastAt: lastAt < 0 ? null : lastAt };
  };
  const metric = (name: FedMetric): Feed =>
    feed(
      name,
      name === 'collaboration' ? state.observations.count(from, now) : totals.figure(FIGURE_OF[name]).count,
    );
  const component = (name: Fed): Feed => feed(name, counts[FEEDS.indexOf(name)] as number);
  return {
    metrics: record<FedMetric, Feed>(FED_METRICS, metric),
    quality: record<QualityComponent, Feed>(QUALITY_COMPONENTS, component),
    collaboration: record<CollaborationComponentName, Feed>(COLLABORATION_COMPONENTS, component),
  };
}

function countFeeds({ attempts, observations, tasks }: FedState, from: number, to: number): number[] {
  const counts = FEEDS.map(() => 0);
  const count = (mask: number): void => {
    for (let i = 0; i < counts.length; i++) if (mask & (1 << i)) counts[i] = (counts[i] as number) + 1;
  };
  attempts.scan(from, to, (table, row) => count(ciMask(evidenceAt(table, row))));
  observations.scan(from, to, (table, row) => {
    const { kind, isTimed } = kindAt(table, row);
    count(observationMask(kind, isTimed));
  });
  tasks.eachScoringReview(from, to, (kind) => count(reviewBit(kind)));
  return counts;
}

function record<Key extends string, Value>(
  keys: readonly Key[],
  read: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, read(key)])) as Record<Key, Value>;
}
