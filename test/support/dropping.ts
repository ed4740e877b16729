import { MemoryLevel } from 'memory-level';
import type { SimulatedClock } from 'xstate';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { TrackerOptions } from '../../src/options.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { entriesOf, type Part } from '../store/support/raw.js';
import { hired, live, work } from './careers.js';
import { clockAt, collect, DAY, HOUR, idle, START } from './tracker.js';

const OPTIONS = { windows: ['1d', '3d'], minDataPoints: 2 } as const;
export const SHORT = { ...OPTIONS, retention: '5d' } as const;
export const FOREVER = { ...OPTIONS, retention: '36500d' } as const;
export const day = (n: number): number => START + n * DAY;

/** A day of a company: ada works and is reviewed, bob comes every third day, eve leaves on the third. */
export function doings(n: number): PerformanceEventInput[] {
  const review = { type: 'review.submitted', kind: 'code', reviewerId: 'rae', score: n % 11 } as const;
  return [
    ...work('ada', n, 5 + (n % 5)),
    { ...review, id: `review-${n}`, agentId: 'ada', at: day(n) + 2 * HOUR, taskId: `ada-${n}-0` },
    { id: `assigned-${n}`, type: 'task.assigned', agentId: 'ada', at: day(n) + HOUR, taskId: `open-${n}` },
    ...(n % 3 === 0 ? work('bob', n, 7) : []),
    ...(n === 0 ? [hired('eve', 'mid')] : []),
    ...(n < 3 ? work('eve', n, 8) : []),
    ...(n === 3 ? [{ id: 'left', type: 'agent.departed', agentId: 'eve', at: day(3) } as const] : []),
  ];
}

interface Life {
  readonly tracker: Tracker;
  readonly clock: SimulatedClock;
  readonly db: MemoryLevel;
}

/** A tracker that has lived through so many days, each settled before the next. */
export async function lived(
  days: number,
  options: TrackerOptions = SHORT,
  db = new MemoryLevel(),
): Promise<Life> {
  const clock = clockAt();
  const tracker = await openTracker({ db, clock, ...options });
  await liveOn({ tracker, clock }, 0, days);
  return { tracker, clock, db };
}

export async function liveOn({ tracker, clock }: Pick<Life, 'tracker' | 'clock'>, from: number, to: number) {
  for (let n = from; n < to; n++) {
    await live({ tracker, clock }, n, n + 1, doings);
    await idle(tracker);
  }
}

/** The earliest time of which anything is kept. */
export const horizonOf = async (tracker: Tracker): Promise<number> => (await tracker.query({})).from;
export const countOf = async (db: MemoryLevel, part: Part): Promise<number> =>
  (await entriesOf(db, part)).length;

/** What is known now, and from a moment on. */
export async function known(tracker: Tracker, from: number) {
  await tracker.flush();
  return {
    agents: await tracker.agents(),
    performances: await Promise.all(['ada', 'bob', 'eve'].map((id) => tracker.performance(id))),
    past: await Promise.all(['ada', 'bob', 'eve'].map((id) => tracker.performance(id, from + HOUR))),
    query: await tracker.query({ from, groupBy: 'agent' }),
    events: await collect(tracker.events({ from })),
    log: await collect(tracker.log()),
    letters: await collect(tracker.deadLetters()),
  };
}
