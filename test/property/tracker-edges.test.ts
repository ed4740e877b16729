import { describe, expect, test } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { behavioral, type CollaborationScoringStrategy, layered } from '../../src/scoring/index.js';
import type { QualityScoringStrategy } from '../../src/scoring/types.js';
import type { Tracker } from '../../src/tracker.js';
import { collect, DAY, openInMemory, START, task } from '../support/tracker.js';

const MINUTE = 60_000;

async function departmentOf(tracker: Tracker, id: string): Promise<string | undefined> {
  return (await collect(tracker.events())).find((event) => event.id === id)?.department;
}

describe('the department stamped on an event', () => {
  const hired = { type: 'agent.hired', agentId: 'ada', at: START, department: 'sales' } as const;
  const transferred = {
    type: 'agent.transferred',
    agentId: 'ada',
    at: START + 5 * MINUTE,
    department: 'research',
  } as const;

  test('is not one that the agent is yet to come to, though it was told so in the same breath', async () => {
    const { tracker } = await openInMemory();
    await tracker.record(hired);
    await Promise.all([tracker.record(transferred), tracker.record(task(0))]);
    expect(await departmentOf(tracker, 'task-0')).toBe('sales');
    await tracker.close();
  });

  test('is the one that the agent has come to since it was told so', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.record(hired);
    await tracker.record(transferred);
    await tracker.record(task(0));
    clock.increment(10 * MINUTE);
    await tracker.record(task(1, { at: START + 10 * MINUTE }));
    expect(await departmentOf(tracker, 'task-0')).toBe('sales');
    expect(await departmentOf(tracker, 'task-1')).toBe('research');
    await tracker.close();
  });
});

describe('an event told again', () => {
  const told = task(0, { metadata: { model: 'm-1', run: { try: 1, of: 3 } } });

  test('is the same in whatever order its fields come, those of its metadata too', async () => {
    const { tracker } = await openInMemory();
    const { seq } = await tracker.record(told);
    const reversed = Object.fromEntries(Object.entries(told).reverse()) as unknown as PerformanceEventInput;
    expect(await tracker.record(reversed)).toEqual({ seq, duplicate: true });
    const metadata = { run: { of: 3, try: 1 }, model: 'm-1' };
    expect(await tracker.record({ ...told, metadata } as PerformanceEventInput)).toEqual({
      seq,
      duplicate: true,
    });
    await tracker.close();
  });

  test('is the same in whatever way it says when', async () => {
    const { tracker } = await openInMemory();
    const { seq } = await tracker.record(told);
    for (const at of [new Date(START), new Date(START).toISOString(), '2026-01-01T02:00:00+02:00']) {
      expect(await tracker.record({ ...told, at } as PerformanceEventInput)).toEqual({
        seq,
        duplicate: true,
      });
    }
    await tracker.close();
  });
});

describe('a strategy that throws', () => {
  const sound = layered();
  const fragile: QualityScoringStrategy = {
    name: 'fragile',
    score: (facts) => {
      if (facts.taskId === 'cursed') throw new Error('cannot score this');
      return sound.score(facts);
    },
  };

  test('on an event whose time came after its arrival costs that event alone', async () => {
    const { tracker, clock } = await openInMemory({ strategies: { quality: fragile } });
    await tracker.record(task(0, { taskId: 'cursed', at: START + MINUTE }));
    await tracker.record(task(0, { id: 'of bob', agentId: 'bob' }));
    clock.increment(2 * MINUTE);
    expect((await tracker.agents()).map(({ agentId }) => agentId)).toEqual(['ada', 'bob']);
    for (let n = 1; n <= 5; n++) await tracker.record(task(n, { at: START + 2 * MINUTE }));
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(5);
    const failed = (await collect(tracker.log())).filter(({ type }) => type === 'agent.failed');
    expect(failed).toMatchObject([{ agentId: 'ada', eventId: 'task-0' }]);
    await tracker.close();
  });

  test('on what one agent did leaves the list and the scoreboard of all agents whole', async () => {
    const single = behavioral();
    const collaboration: CollaborationScoringStrategy = {
      name: 'single',
      score: (input) => {
        if (input.observations.length > 1) throw new Error('one at a time');
        return single.score(input);
      },
    };
    const { tracker, clock } = await openInMemory({ minDataPoints: 2, strategies: { collaboration } });
    const loop = { type: 'collaboration.observed', kind: 'loop', agentId: 'ada', at: START } as const;
    await tracker.recordAll([loop, loop, task(0, { agentId: 'bob' })]);
    expect(() => clock.increment(1000)).not.toThrow();
    await expect(tracker.flush()).resolves.toBeUndefined();
    expect((await tracker.agents()).map(({ agentId }) => agentId)).toContain('bob');
    await tracker.close();
  });
});

describe('figures', () => {
  test('are given from the first point on where one point is enough', async () => {
    const { tracker } = await openInMemory({ minDataPoints: 1 });
    await tracker.record(task(0, { usage: { cost: 3 } }));
    const [week] = (await tracker.performance('ada'))?.windows ?? [];
    expect(week?.avgCostPerTask).toEqual({ status: 'ok', value: 3, count: 1 });
    await tracker.close();
  });

  test('are numbers, whatever finite numbers they are made of', async () => {
    const { tracker, clock } = await openInMemory({ minDataPoints: 2 });
    clock.increment(DAY);
    // Three costs that are finite and have no finite sum: refused, or figured out all the same.
    await tracker.recordAll([1e308, 1e308, 1e308].map((cost, n) => task(n, { usage: { cost } })));
    const ada = await tracker.performance('ada');
    const { avgCostPerTask } = ada?.windows[0] ?? {};
    expect(ada?.lifetime.totalCost).not.toBeNaN();
    expect(avgCostPerTask?.status === 'ok' && avgCostPerTask.value).not.toBeNaN();
    await tracker.close();
  });
});
