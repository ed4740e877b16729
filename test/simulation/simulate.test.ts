import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { createCompany, judge, resume, simulate } from '../../src/simulation/index.js';
import { Office } from '../../src/simulation/office.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { collect } from '../support/tracker.js';

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
    const outcome = await simulate(tracker, clock, company, {
      fromDay: 0,
      days: DAYS,
      onDay: (day) => days.push(day),
    });
    expect(outcome).toMatchObject({ duplicates: 0, rejected: [] });
    expect(outcome.accepted).toBeGreaterThan(DAYS * OPTIONS.agents);
    for await (const { type } of tracker.log()) expect(type).not.toBe('agent.failed');
    expect(days).toEqual(Array.from({ length: DAYS }, (_, day) => day));
    await tracker.close();
  });

  it('is the very same again with the same seed, record for record', async () => {
    const journals = [];
    for (let run = 0; run < 2; run++) {
      const db = new MemoryLevel<Buffer, Buffer>();
      const { tracker, clock } = await open(db);
      await simulate(tracker, clock, createCompany(OPTIONS), { fromDay: 0, days: 60 });
      const log = await collect(tracker.log());
      await tracker.close();
      journals.push({ log, lines: await collect(exportJournal({ db })) });
    }
    expect(journals[0]).toEqual(journals[1]);
  });

  it('comes to the same record when it was broken off in the middle of a day and goes on later', async () => {
    const company = createCompany(OPTIONS);
    const whole = await open();
    await simulate(whole.tracker, whole.clock, company, { fromDay: 0, days: DAYS });

    const db = new MemoryLevel<Buffer, Buffer>();
    const broken = await open(db);
    const office = new Office(company);
    const half = [...office.nextDay(), ...office.nextDay(), ...office.nextDay().slice(0, 7)];
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
    const outcome = await simulate(again.tracker, again.clock, company, { fromDay, days: DAYS - fromDay });
    expect(outcome.rejected).toEqual([]);
    expect(outcome.duplicates).toBe(7);
    expect(await everything(again.tracker)).toEqual(await everything(whole.tracker));
    await again.tracker.close();
    await whole.tracker.close();
  });

  it('acts on what Tenure says: it decides, promotes, dismisses, hires and transfers, and can be traced', async () => {
    const { tracker, clock } = await open();
    const company = createCompany({ seed: 10, agents: 8, departments: 4, days: 90 });
    const { people, rejected, staff } = await simulate(tracker, clock, company, { fromDay: 0, days: 130 });
    expect(rejected).toEqual([]);
    const made = (await collect(tracker.log())).filter(({ type }) => type === 'recommendation.made');
    const decisions = await collect(tracker.events({ types: ['decision.recorded'] }));
    expect(decisions).toHaveLength(people.approved + people.rejected + people.deferred);
    expect(people.approved).toBeGreaterThan(0);
    expect(people.hired).toBeGreaterThan(0);
    const gone = staff.filter(({ leftAt }) => leftAt !== undefined).map(({ agent }) => agent.id);
    expect(gone.length).toBeGreaterThan(0);
    expect((await tracker.agents({ standing: 'departed' })).map(({ agentId }) => agentId)).toEqual(
      gone.sort(),
    );
    const { terminations, constantlyGood, fades } = await judge(tracker, company, 129, staff);
    expect(terminations.right).toBeGreaterThan(0);
    expect(constantlyGood).toMatchObject({ proposedForDismissal: 0 });
    expect(fades.noticed).toBeGreaterThanOrEqual(0.8 * (fades.all - fades.open));
    expect(staff).toHaveLength(8 + people.hired);
    expect((await tracker.agents()).map(({ agentId }) => agentId)).toEqual(
      staff.map(({ agent }) => agent.id).sort(),
    );
    for (const one of made.slice(-12)) {
      if (one.type !== 'recommendation.made') continue;
      for (const { from, to, tasksCompleted, tasksFailed } of one.windows) {
        const types = ['task.completed', 'task.failed'] as const;
        const { agentId } = one;
        const events = await collect(tracker.events({ agentId, from, to, types: [...types] }));
        const known = events.filter(({ seq }) => seq <= one.seq);
        expect(known).toHaveLength(tasksCompleted + tasksFailed);
      }
    }
    await tracker.close();
  });

  it('stops between two days when it is told to', async () => {
    const { tracker, clock } = await open();
    const company = createCompany(OPTIONS);
    const controller = new AbortController();
    const onDay = (day: number) => day === 4 && controller.abort();
    const days = { fromDay: 0, days: DAYS, onDay, signal: controller.signal };
    await simulate(tracker, clock, company, days);
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
