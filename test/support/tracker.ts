import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLevel } from 'memory-level';
import { SimulatedClock } from 'xstate';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { TrackerOptions } from '../../src/options.js';
import type { LocalTracker } from '../../src/tracker/local-tracker.js';
import { openTracker, type Tracker } from '../../src/tracker.js';

export const DAY = 86_400_000;
export const HOUR = 3_600_000;
/** 2026-01-01T00:00:00Z: where the simulated clocks of the tests begin. */
export const START = Date.UTC(2026, 0, 1);

export function clockAt(ms = START): SimulatedClock {
  const clock = new SimulatedClock();
  clock.set(ms);
  return clock;
}

/** How {@link openInMemory} opens; a test that runs others in another mode puts something else there. */
export const opening: { open: (options: TrackerOptions) => Promise<Tracker> } = {
  open: (options) => openTracker({ db: new MemoryLevel(), ...options }),
};

/** A tracker in memory on a simulated clock that begins at {@link START}. */
export async function openInMemory(
  options: TrackerOptions = {},
): Promise<{ tracker: Tracker; clock: SimulatedClock }> {
  const clock = clockAt();
  const tracker = await opening.open({ clock, ...options });
  return { tracker, clock };
}

/** A directory for databases, removed at the end. */
export async function inDirectory<T>(work: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tenure-test-'));
  try {
    return await work(join(directory, 'db'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The n-th completed task of an agent, an hour apart from {@link START} on. */
export function task(n: number, more: Partial<Record<string, unknown>> = {}): PerformanceEventInput {
  return {
    id: `task-${n}`,
    type: 'task.completed',
    agentId: 'ada',
    at: START + n * HOUR,
    taskId: `t${n}`,
    ...more,
  } as PerformanceEventInput;
}

/** Tasks whose criteria met fall from 10 of 10 on, a day apart: a quality that fades. */
export function fading(count: number, agentId = 'ada'): PerformanceEventInput[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${agentId}-${n}`,
    type: 'task.completed',
    agentId,
    at: START + n * DAY,
    taskId: `t${n}`,
    signals: { criteriaMet: Math.max(0, 20 - n), criteriaTotal: 20 },
  }));
}

/** So many tasks of each, fading side by side in the order of time; ada is hired first and reviewed once. */
export function fadingTogether(tasks: Readonly<Record<string, number>>): PerformanceEventInput[] {
  const events: PerformanceEventInput[] = [
    { id: 'h', type: 'agent.hired', agentId: 'ada', at: START, department: 'red', level: 'mid' },
    ...Object.entries(tasks).flatMap(([agentId, count]) => fading(count, agentId)),
    {
      id: 'r',
      type: 'review.submitted',
      agentId: 'ada',
      at: START + 3 * DAY,
      taskId: 't1',
      kind: 'peer',
      reviewerId: 'bob',
      score: 3,
    },
  ];
  return events.sort((a, b) => Number(a.at) - Number(b.at));
}

/** Resolves once nothing more is to be dropped. */
export function idle(tracker: Tracker): Promise<void> {
  return (tracker as LocalTracker).idle();
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
