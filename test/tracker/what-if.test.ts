import { MemoryLevel } from 'memory-level';
import { expect, it } from 'vitest';
import { defaultPolicy, proposeNothing, type StandingPolicy } from '../../src/policy/index.js';
import { openTracker } from '../../src/tracker.js';
import { testPolicy } from '../../src/what-if.js';
import { decision, hired, live, recommendations, slacking, work } from '../support/careers.js';
import { clockAt, DAY, HOUR, idle, START } from '../support/tracker.js';

/** Two months of a good, a middling and a bad agent, with what was decided about them. */
async function company() {
  const db = new MemoryLevel<string, string>();
  const clock = clockAt();
  const tracker = await openTracker({ db, clock });
  await tracker.recordAll([hired('ada', 'junior'), hired('bob', 'mid'), hired('eve', 'mid')]);
  const day = (day: number) => [...work('ada', day, 9), ...work('bob', day, 6), ...slacking('eve', day)];
  await live({ tracker, clock }, 0, 20, day);
  const [first] = await recommendations(tracker);
  await tracker.record(decision(first!, 'approved', clock.now()));
  await live({ tracker, clock }, 20, 60, day);
  clock.increment(5 * DAY + HOUR);
  await tracker.flush();
  return { db, clock, tracker };
}

async function contents(db: MemoryLevel<string, string>): Promise<[string, string][]> {
  if (db.status !== 'open') await db.open();
  return await db.iterator().all();
}

it('the policy of now would have recommended what it did, and another something else', async () => {
  const { tracker } = await company();
  const announced = await recommendations(tracker);
  expect(announced.length).toBeGreaterThan(2);
  const same = await tracker.whatIf(defaultPolicy());
  expect(same.announced).toEqual(announced);
  expect(same.failures).toEqual([]);
  expect(same.recommendations).toEqual(announced.map(({ type: _, position: __, ...rest }) => rest));
  for (const { announced, whatIf } of same.rows) expect(whatIf).toEqual(announced);

  const lax = await tracker.whatIf(
    defaultPolicy({ promotion: { quality: 5, minCriteriaMet: 2 }, sustain: '1d' }),
  );
  expect(lax.recommendations.some(({ agentId }) => agentId === 'bob')).toBe(true);
  expect(lax.rows.filter(({ agentId }) => agentId === 'bob')).toEqual([
    {
      agentId: 'bob',
      kind: 'promotion',
      announced: undefined,
      whatIf: { id: expect.any(String), at: expect.any(Number) },
    },
  ]);
  expect(lax.recommendations[0]!.at).toBeLessThan(announced[0]!.at);

  const nothing = await tracker.whatIf(proposeNothing());
  expect(nothing.recommendations).toEqual([]);
  expect(nothing.standings).toEqual({ steady: 3 });
  await expect(tracker.whatIf({} as never)).rejects.toMatchObject({ code: 'TENURE_INVALID_OPTIONS' });
  await expect(tracker.whatIf(defaultPolicy({ window: '14d' }))).rejects.toMatchObject({
    path: 'policy.needs.windows',
  });
  await tracker.close();
});

it('nothing of the database is touched, open or closed', async () => {
  const { db, tracker, clock } = await company();
  const before = await contents(db);
  const log = await recommendations(tracker);
  await tracker.whatIf(defaultPolicy({ sustain: '0d' }));
  expect(await contents(db)).toEqual(before);
  expect(await recommendations(tracker)).toEqual(log);
  await tracker.close();
  const closed = await contents(db);
  await db.close();
  const found = await testPolicy(defaultPolicy({ sustain: '0d' }), { db });
  expect(found.announced).toEqual(log);
  expect(found.recommendations.length).toBeGreaterThan(0);
  expect(await contents(db)).toEqual(closed);
  await db.close();
  const again = await openTracker({ db, clock });
  expect(await recommendations(again)).toEqual(log);
  await again.close();
});

it('a policy that fails is not taken for one that has nothing to say', async () => {
  const { db, tracker } = await company();
  const failing: StandingPolicy = {
    ...proposeNothing(),
    name: 'failing',
    assess: ({ agentId, now }) => {
      if (agentId === 'bob' && now > START + 30 * DAY) throw new Error('no idea');
      return agentId === 'eve' ? { met: ['knighthood' as never] } : { met: [] };
    },
  };
  const { failures, recommendations } = await tracker.whatIf(failing);
  expect(recommendations).toEqual([]);
  expect(failures).toEqual([
    {
      agentId: 'eve',
      seq: expect.any(Number),
      at: expect.any(Number),
      message: expect.stringMatching(/met/),
    },
    { agentId: 'bob', seq: expect.any(Number), at: expect.any(Number), message: 'Error: no idea' },
  ]);
  const [, { at, seq }] = failures as [unknown, { at: number; seq: number }];
  expect(at).toBeGreaterThan(START + 30 * DAY);
  expect(at).toBeLessThan(START + 32 * DAY);
  expect(seq).toBeGreaterThan(0);
  await tracker.close();
  expect((await testPolicy(failing, { db })).failures).toEqual(failures);
});

it('what another policy failed on, and was dropped since, is not held against the one that is tried', async () => {
  const db = new MemoryLevel<string, string>();
  const clock = clockAt();
  const failing = (reason: string): StandingPolicy => ({
    ...proposeNothing(),
    assess: () => {
      throw new Error(reason);
    },
  });
  const options = { db, clock, policy: failing('then'), windows: ['1d', '3d'], retention: '10d' };
  const tracker = await openTracker(options);
  await live({ tracker, clock }, 0, 40, (day) => work('ada', day, 9));
  await idle(tracker);
  const sound = await tracker.whatIf(proposeNothing());
  expect(sound).toMatchObject({ after: expect.any(Number), failures: [] });
  expect(sound.after).toBeGreaterThan(0);
  const { failures } = await tracker.whatIf(failing('tried'));
  expect(failures).toMatchObject([{ agentId: 'ada', message: 'Error: tried' }]);
  await tracker.close();
});
