import { expect } from 'vitest';
import type { SimulatedClock } from 'xstate';
import type { Recommendation } from '../../src/agent/outputs.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { Tracker } from '../../src/tracker.js';
import { collect, DAY, HOUR, START } from './tracker.js';

/** A day's work at a quality: so many tasks, spread over the day. */
export function work(agentId: string, day: number, quality: number, tasks = 2): PerformanceEventInput[] {
  return Array.from({ length: tasks }, (_, n) => ({
    id: `${agentId}-${day}-${n}`,
    type: quality >= 5 ? 'task.completed' : 'task.failed',
    agentId,
    at: START + day * DAY + n * HOUR,
    taskId: `${agentId}-${day}-${n}`,
    signals: { criteriaMet: Math.round(quality * 10), criteriaTotal: 100 },
  }));
}

export function hired(agentId: string, level: string, department = 'research'): PerformanceEventInput {
  return { id: `hired-${agentId}`, type: 'agent.hired', agentId, at: START, department, level };
}

interface Company {
  readonly tracker: Tracker;
  readonly clock: SimulatedClock;
}

/** Lets days pass, each with the work that is given. */
export async function live(
  { tracker, clock }: Company,
  from: number,
  to: number,
  doings: (day: number) => PerformanceEventInput[],
): Promise<void> {
  for (let day = from; day < to; day++) {
    clock.increment(START + day * DAY + 12 * HOUR - clock.now());
    const { rejected } = await tracker.recordAll(doings(day));
    expect(rejected).toEqual([]);
  }
}

export async function recommendations(tracker: Tracker): Promise<Recommendation[]> {
  return (await collect(tracker.log())).filter((output) => output.type === 'recommendation.made');
}

export function decision(
  { id: recommendationId, agentId }: Recommendation,
  outcome: 'approved' | 'rejected' | 'deferred',
  at: number,
): PerformanceEventInput {
  return { type: 'decision.recorded', agentId, at, recommendationId, outcome, by: 'grace' };
}

/** A day of an agent that fails at everything, alone and with others. */
export function slacking(agentId: string, day: number): PerformanceEventInput[] {
  const loop = { type: 'collaboration.observed', kind: 'loop', agentId, at: START + day * DAY } as const;
  return [...work(agentId, day, 1), loop];
}
