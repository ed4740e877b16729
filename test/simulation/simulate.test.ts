import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { createCompany, resume, simulate } from '../../src/simulation/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';

const DAYS = 40;
const OPTIONS = { seed: 3, agents: 5, departments: 2, days: 90 };

async function open(
  db = new MemoryLevel<Buffer, Buffer>(),
): Promise<{ tracker: Tracker; clock: SimulatedClock }> {
  const clock = new SimulatedClock();
  return { tracker: await openTracker({ db, clock }), clock };
}

async function everything(tracker: Tracker): Promise<unknown[]> {
  const agents = await tracker.agents();
  return Promise.all(agents.map(({ agentId }) => tracker.performance(agentId)));
}

describe('simulate', () => {
  it('has every event of every day accepted', async () => {
    const { tracker, clock } = await open();
    const company = createCompany(OPTIONS);
    const days: number[] = [];
    const summary = await simulate(tracker, clock, company, {
      fromDay: 0,
      days: DAYS,
      onDay: (day) => days.push(day),
    });
    const expected = Array.from({ length: DAYS }, (_, day) => company.day(day).length).reduce(
      (a, b) => a + b,
    );
    expect(summary).toEqual({ accepted: expected, duplicates: 0, rejected: [] });
    for await (const { type } of tracker.log()) expect(type).not.toBe('agent.failed');
    expect(days).toEqual(Array.from({ length: DAYS }, (_, day) => day));
    await tracker.close();
  });

  it('comes to the same record when it was broken off in the middle of a day and goes on later', async () => {
    const company = createCompany(OPTIONS);
    const whole = await open();
    await simulate(whole.tracker, whole.clock, company, { fromDay: 0, days: DAYS });

    const db = new MemoryLevel<Buffer, Buffer>();
    const broken = await open(db);
    const half = [...company.day(0), ...company.day(1), ...company.day(2).slice(0, 7)];
    for (const { deliveredAt, event } of half) {
      if (deliveredAt > broken.clock.now()) broken.clock.set(deliveredAt);
      await broken.tracker.record(event);
    }
    await broken.tracker.close();

    const again = await open(db);
    const found = await resume(again.tracker);
    expect(found?.lastDay).toBe(2);
    expect(found?.company.options).toEqual(OPTIONS);
    const fromDay = found?.lastDay ?? 0;
    const summary = await simulate(again.tracker, again.clock, company, { fromDay, days: DAYS - fromDay });
    expect(summary.rejected).toEqual([]);
    expect(summary.duplicates).toBe(7);
    expect(await everything(again.tracker)).toEqual(await everything(whole.tracker));
    await again.tracker.close();
    await whole.tracker.close();
  });

  it('stops between two events when it is told to', async () => {
    const { tracker, clock } = await open();
    const company = createCompany(OPTIONS);
    const controller = new AbortController();
    const onDay = (day: number) => day === 4 && controller.abort();
    const { accepted } = await simulate(tracker, clock, company, {
      fromDay: 0,
      days: DAYS,
      onDay,
      signal: controller.signal,
    });
    expect(accepted).toBe([0, 1, 2, 3, 4].reduce((sum, day) => sum + company.day(day).length, 0));
    expect((await resume(tracker))?.lastDay).toBe(4);
    await tracker.close();
  });
});

describe('resume', () => {
  it('finds nothing in an empty database', async () => {
    const { tracker } = await open();
    expect(await resume(tracker)).toBeUndefined();
    await tracker.close();
  });

  it('refuses a database of other events, and a company of another seed', async () => {
    const { tracker, clock } = await open();
    const refusal = { code: 'TENURE_INVALID_OPTIONS' };
    await simulate(tracker, clock, createCompany(OPTIONS), { fromDay: 0, days: 1 });
    await expect(resume(tracker, { seed: 4 })).rejects.toMatchObject(refusal);
    await expect(resume(tracker, { seed: 3 })).resolves.toMatchObject({ lastDay: 0 });
    await tracker.close();

    const other = await open();
    other.clock.set(1_000_000);
    await other.tracker.record({
      type: 'agent.hired',
      agentId: 'ada',
      at: 1_000_000,
      metadata: { simulation: true },
    });
    await expect(resume(other.tracker)).rejects.toMatchObject(refusal);
    await other.tracker.close();
  });
});
