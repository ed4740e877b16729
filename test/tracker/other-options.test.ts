import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { TrackerOptions } from '../../src/options.js';
import { defaultPolicy } from '../../src/policy/default-policy.js';
import { layered } from '../../src/scoring/index.js';
import type { TaskFacts } from '../../src/scoring/types.js';
import type { Database } from '../../src/store/database.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { importJournal } from '../../src/transfer/import.js';
import { thresholdOnly } from '../../src/trends/index.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { deleteRaw, entriesOf, putRaw, type RawEntry } from '../store/support/raw.js';
import { live } from '../support/careers.js';
import { day, doings, horizonOf } from '../support/dropping.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect, HOUR, idle } from '../support/tracker.js';

reportFaults('Openings with other options, each write in turn');

/** Once something was dropped, nothing more is: that goes on in the background. */
const KEEP = { retention: '36500d' };
const FIRST = { windows: ['1d', '3d'], minDataPoints: 4, ...KEEP };
const SECOND = { windows: ['2d'], minDataPoints: 3, ...KEEP };
const THIRD = { windows: ['1d', '4d'], minDataPoints: 2, ...KEEP };

const LAYOUT = Buffer.from('!meta!layout');
const DAYS = 12;
const NOW = day(DAYS);

/**
 * What a company left behind that lived under the first options. Unless told otherwise something is said of the last
 * record: trends of records after the last output are said later, by whoever opens it.
 */
async function left({ days = DAYS, isKilled = false, isNoted = true, isSaid = true }): Promise<RawEntry[]> {
  const base = new MemoryLevel();
  const db = new FaultyDatabase(base);
  const clock = clockAt();
  const tracker = await openTracker({ db, clock, ...FIRST, retention: '5d' });
  await live({ tracker, clock }, DAYS - days, DAYS, doings);
  if (isSaid) {
    await tracker.record({ id: 'gone', type: 'agent.departed', agentId: 'zoë', at: clock.now() });
    expect((await collect(tracker.log())).at(-1)).toMatchObject({ agentId: 'zoë' });
  }
  await idle(tracker);
  // Nothing more is written: that is what is left when the process ends here.
  if (isKilled) db.failWrites({ times: Number.POSITIVE_INFINITY });
  await tracker.close().catch(() => undefined);
  await base.open();
  if (!isNoted) await deleteRaw(base, LAYOUT);
  return await entriesOf(base);
}

async function holding(entries: readonly RawEntry[]): Promise<MemoryLevel> {
  const db = new MemoryLevel();
  await db.open();
  for (const [key, value] of entries) await putRaw(db, key, value);
  return db;
}

/** Everything that a host can ask, before and after one more day. */
async function goneOn(db: MemoryLevel, options: TrackerOptions) {
  const clock = clockAt(NOW);
  const tracker = await openTracker({ db, clock, ...options });
  const before = await answers(tracker);
  const live: unknown[] = [];
  tracker.transitions$.subscribe((output) => live.push(output));
  tracker.standings$.subscribe((output) => live.push(output));
  tracker.recommendations$.subscribe((output) => live.push(output));
  clock.set(NOW + 13 * HOUR);
  expect((await tracker.recordAll(doings(DAYS))).rejected).toEqual([]);
  const after = await answers(tracker);
  await tracker.close();
  return { before, after, live };
}

async function answers(tracker: Tracker) {
  await tracker.flush();
  const agents = await tracker.agents();
  return {
    agents,
    performances: await Promise.all(agents.map(({ agentId }) => tracker.performance(agentId))),
    query: await tracker.query({ groupBy: 'agent' }),
    log: await collect(tracker.log()),
  };
}

/** Nothing is wrong, and all of it could be compared with a replay from nothing. */
async function expectSound(db: MemoryLevel, options: TrackerOptions, what: string): Promise<void> {
  const { findings, notes } = await verifyDatabase({ db, ...options });
  expect({ findings, notes }, what).toEqual({ findings: [], notes: [] });
}

/** Would have promoted everybody at once. */
const EAGER = defaultPolicy({
  promotion: { quality: 1, successRate: 0.1, tasksCompleted: 1, minTimeAtLevel: '0d' },
  sustain: '0d',
});
const OTHERS: [string, TrackerOptions][] = [
  ['windows', SECOND],
  ['strategies', { ...FIRST, minDataPoints: 3, strategies: { trend: thresholdOnly() } }],
  ['policy', { ...FIRST, policy: EAGER }],
];

describe('a database that is opened with other options', () => {
  it.each(OTHERS)(
    '(%s) says the same whether its process was closed, or killed before its first snapshots',
    async (_what, options) => {
      const closed = await holding(await left({ days: 4, isSaid: false }));
      const killed = await holding(await left({ days: 4, isSaid: false, isKilled: true }));
      expect(await entriesOf(killed, 'directory')).toEqual([]);
      const expected = await goneOn(closed, options);
      expect(await goneOn(killed, options)).toEqual(expected);
      await expectSound(killed, options, 'killed');
    },
  );
});

/** What an opening leaves behind that is broken off at each of its writes in turn: from there on nothing is written. */
async function* brokenOff(entries: readonly RawEntry[], options: TrackerOptions) {
  for (let after = 0; ; after++) {
    const base = await holding(entries);
    const db = counted(new FaultyDatabase(base));
    db.failWrites({ after, times: Number.POSITIVE_INFINITY });
    const opening = openTracker({ db, clock: clockAt(NOW), ...options });
    const tracker = await opening.catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'TENURE_STORAGE' });
    });
    if (tracker) {
      await tracker.close().catch(() => undefined);
      expect(after).toBeGreaterThan(10);
      return;
    }
    await base.open();
    yield { after, left: await entriesOf(base) };
  }
}

describe('an opening with other options that is broken off at any write', () => {
  it.each([
    ['with snapshots', { days: 4 }],
    ['that was killed before its first snapshots', { days: 4, isKilled: true }],
    ['of which records were dropped', {}],
    ['of an earlier version, of which records were dropped', { isNoted: false }],
  ])('of a database %s leaves it good for third options, and for the first', async (_what, past) => {
    const entries = await left(past);
    const never = await goneOn(await holding(entries), FIRST);
    const straight = await goneOn(await holding(entries), THIRD);
    expect(straight.live.length).toBeGreaterThan(0);
    for await (const { after, left } of brokenOff(entries, SECOND)) {
      expect(await goneOn(await holding(left), THIRD), `write ${after}`).toEqual(straight);
      if (after % 2 === 1) continue;
      const db = await holding(left);
      const { before } = await goneOn(db, FIRST);
      expect(before.query, `write ${after}`).toEqual(never.before.query);
      if (after % 6 === 0) await expectSound(db, FIRST, `write ${after}`);
    }
  });
});

describe('what was not said yet when other options came', () => {
  const sound = layered();
  const score = (task: TaskFacts) => {
    if (task.taskId === 'poison') throw new Error('poison');
    return sound.score(task);
  };
  const options = { clock: clockAt(NOW), strategies: { quality: { name: 'mine', score } }, ...KEEP };

  /** A database whose last record is in the journal, and its outputs are not. */
  async function unsaid(): Promise<MemoryLevel> {
    const base = new MemoryLevel();
    const db = counted(new FaultyDatabase(base));
    const tracker = await openTracker({ db, ...options, windows: ['7d'] });
    await tracker.record({ type: 'agent.hired', agentId: 'ada', at: NOW });
    db.failWrites({ after: 1, times: Number.POSITIVE_INFINITY });
    const poison = { type: 'task.completed', agentId: 'ada', taskId: 'poison', at: NOW } as const;
    await expect(tracker.record(poison)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    await tracker.close().catch(() => undefined);
    return base;
  }

  const logOf = async (db: Database, others: TrackerOptions) => {
    const tracker = await openTracker({ db, ...options, ...others });
    const log = await collect(tracker.log());
    await tracker.close().catch(() => undefined);
    return log;
  };

  it('is said by the same options, and by other rules of hiring', async () => {
    for (const others of [{}, { hiring: { window: '7d' } }]) {
      const log = await logOf(await unsaid(), { windows: ['7d'], ...others });
      expect(log).toMatchObject([{ seq: 2, type: 'agent.failed' }]);
    }
  });

  it('is never said, whoever opens it again, killed or imported', async () => {
    const base = await unsaid();
    const killed = counted(new FaultyDatabase(base));
    const tracker = await openTracker({ db: killed, ...options, windows: ['3d', '7d'] });
    expect(await collect(tracker.log())).toEqual([]);
    const copy = new MemoryLevel();
    await importJournal(await collect(tracker.export()), { db: copy });
    killed.failWrites({ times: Number.POSITIVE_INFINITY });
    await tracker.close().catch(() => undefined);
    for (const db of [base, copy]) expect(await logOf(db, { windows: ['3d', '7d'] })).toEqual([]);
  });
});

describe('a database of which records were dropped', () => {
  it.each([
    ['2d', '4d'],
    ['1d', '3d'],
  ])('takes what leaves a window of %s out of one of %s at its own time', async (before, after) => {
    const db = new MemoryLevel();
    const clock = clockAt();
    const options = { db, clock, minDataPoints: 2, retention: '5d' };
    let tracker = await openTracker({ ...options, windows: [before] });
    await live({ tracker, clock }, 0, 10, doings);
    await idle(tracker);
    const horizon = await horizonOf(tracker);
    expect(horizon).toBeGreaterThan(0);
    await tracker.close();
    tracker = await openTracker({ ...options, windows: [after] });
    for (let hour = 0; hour < 72; hour++) {
      clock.increment(HOUR);
      await tracker.flush();
      if (hour % 24 === 0) await idle(tracker);
    }
    await idle(tracker);
    expect(await horizonOf(tracker)).toBeGreaterThan(horizon);
    await tracker.close();
    await expectSound(db, { windows: [after], minDataPoints: 2 }, after);
  });
});
