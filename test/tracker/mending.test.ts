import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { deleteRaw, entriesOf, harmRaw, type Part, putRaw } from '../store/support/raw.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect, DAY, fadingTogether, START } from '../support/tracker.js';

reportFaults('What is damaged while a tracker is open');

const EVENTS = fadingTogether({ ada: 16, bob: 9, zoë: 7 });
const NOW = START + 20 * DAY;

/** A small company whose figures are folded, and open. */
async function lived(): Promise<{ db: MemoryLevel; faulty: FaultyDatabase; open: () => Promise<Tracker> }> {
  const db = new MemoryLevel();
  const faulty = counted(new FaultyDatabase(db));
  const open = () => openTracker({ db: faulty, clock: clockAt(NOW), maxActiveAgents: 2 });
  const tracker = await open();
  // Each in a block of its own: who read one lately has it in memory.
  for (const event of EVENTS) await tracker.record(event);
  await tracker.close();
  return { db, faulty, open };
}

async function answers(tracker: Tracker) {
  return {
    company: await tracker.query(),
    byAgent: await tracker.query({ groupBy: 'agent' }),
    ofEach: await Promise.all(['ada', 'bob', 'zoë'].map((agentId) => tracker.query({ agentId }))),
    series: await tracker.series({ metric: 'quality', every: '1d' }),
    hours: await tracker.query({ department: 'red', from: START + 3 * DAY + 1, to: START + 9 * DAY - 1 }),
    parts: await tracker.query({ department: 'red', groupBy: 'project' }),
    projects: await tracker.query({ groupBy: 'project' }),
  };
}

const NO_ENTRY = [Buffer.alloc(0), Buffer.alloc(0)] as const;

/** Takes all entries of a part away, and says how to put them back. */
async function takeAway(db: MemoryLevel, part: Part): Promise<() => Promise<void>> {
  const entries = await entriesOf(db, part);
  for (const [key] of entries) await deleteRaw(db, key);
  return async () => {
    for (const [key, value] of entries) await putRaw(db, key, value);
  };
}

describe('roll-ups that are damaged while a tracker is open', () => {
  it('are made anew by the first question, for all that ask meanwhile, and it is said once', async () => {
    const { db, open } = await lived();
    const tracker = await open();
    const sound = await answers(tracker);
    const told: { agentId: string; reason: string }[] = [];
    tracker.actor.on('snapshot.rebuilt', ({ agentId, reason }) => told.push({ agentId, reason }));
    for (const [key, value] of await entriesOf(db, 'rollups')) await harmRaw(db, key, value.subarray(1));
    const asked = Array.from({ length: 5 }, () => answers(tracker));
    await tracker.record({ id: 'late', type: 'task.assigned', agentId: 'bob', taskId: 'more', at: NOW });
    expect(await Promise.all(asked)).toEqual(asked.map(() => sound));
    expect(told).toEqual([{ agentId: '*', reason: expect.stringContaining('of the roll-ups are damaged') }]);
    await tracker.close();
    const again = await open();
    again.actor.on('snapshot.rebuilt', ({ agentId, reason }) => told.push({ agentId, reason }));
    expect(await answers(again)).toEqual(sound);
    expect(told).toHaveLength(1);
    await again.close();
  });

  it('are refused with the record of the journal that keeps them from being made, and made once it is there again', async () => {
    const { db, open } = await lived();
    const tracker = await open();
    const sound = await answers(tracker);
    const putBack = await takeAway(db, 'journal');
    await takeAway(db, 'rollups');
    for (const _time of [1, 2]) {
      await expect(answers(tracker)).rejects.toMatchObject({
        code: 'TENURE_CORRUPT',
        seq: expect.any(Number),
      });
    }
    expect(await tracker.performance('ada')).toMatchObject({ lifetime: { tasksCompleted: 16 } });
    await putBack();
    expect(await answers(tracker)).toEqual(sound);
    await tracker.close();
  });

  it('are made of one another where single entries are damaged or gone, without the journal', async () => {
    const { db, faulty, open } = await lived();
    const tracker = await open();
    const sound = await answers(tracker);
    const told = rebuilt(tracker);
    const entries = await entriesOf(db, 'rollups');
    const putBack = await takeAway(db, 'journal');
    faulty.written.length = 0;
    for (const [i, [key, value]] of entries.toReversed().entries()) {
      if (i % 2 === 0) await deleteRaw(db, key);
      else await harmRaw(db, key, value.subarray(1));
      expect(await answers(tracker), key.toString('latin1')).toEqual(sound);
    }
    // Most are met by some question at once, and are a write; those that no question reads are made with the next.
    expect(told.length).toBeGreaterThan(entries.length / 2);
    expect(new Set(faulty.written.map(({ kind }) => kind))).toEqual(new Set(['batch']));
    expect(faulty.written.length).toBeLessThanOrEqual(entries.length);
    await putBack();
    await tracker.close();
    expect((await verifyDatabase({ db })).findings).toEqual([]);
  });

  it('are made anew from the journal where an entry is damaged and all that it could be made of', async () => {
    const { db, open } = await lived();
    const tracker = await open();
    const sound = await answers(tracker);
    for (const family of [3, 4]) {
      const entries = await entriesOf(db, 'rollups');
      const [[key] = NO_ENTRY] = entries.filter(([key]) => key['!rollups!'.length] === family);
      await deleteRaw(db, key);
    }
    expect(await answers(tracker)).toEqual(sound);
    await tracker.close();
  });

  it('are not asked for without end on a disk that damages whatever is written', async () => {
    const { faulty, open } = await lived();
    const tracker = await open();
    faulty.corrupt('rollups');
    await expect(tracker.query()).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
    await tracker.close();
  });

  it('are made at the next opening when it is closed meanwhile, and whoever waits is told', async () => {
    const { db, faulty, open } = await lived();
    const tracker = await open();
    const sound = await answers(tracker);
    await takeAway(db, 'rollups');
    const release = faulty.holdWrites();
    const asked = expect(tracker.query()).rejects.toMatchObject({
      code: expect.stringMatching(/^TENURE_(CLOSED|CORRUPT)$/),
    });
    await new Promise((resolve) => setImmediate(resolve));
    const closing = tracker.close();
    release();
    await Promise.all([asked, closing]);
    const again = await open();
    expect(await answers(again)).toEqual(sound);
    await again.close();
  });

  it('lose and double nothing when any write of it fails, stored or not', async () => {
    let writes = 1;
    for (let after = -1; after < writes; after++) {
      for (const stored of after < 0 ? [false] : [false, true]) {
        const { db, faulty, open } = await lived();
        const tracker = await open();
        const sound = await answers(tracker);
        await takeAway(db, 'rollups');
        faulty.written.length = 0;
        if (after >= 0) faulty.failWrites({ after, stored });
        await answers(tracker).then(
          (found) => expect(found, `write ${after}`).toEqual(sound),
          (error) => expect(error, `write ${after}`).toMatchObject({ code: 'TENURE_STORAGE' }),
        );
        if (after < 0) writes = faulty.written.length;
        await tracker.close().catch(() => undefined);
        const again = await open();
        expect(await answers(again), `write ${after}, ${stored}`).toEqual(sound);
        await again.close();
      }
    }
    expect(writes).toBeGreaterThan(4);
  });
});

/** What a part is told of while a tracker is open. */
function rebuilt(tracker: Tracker): string[] {
  const reasons: string[] = [];
  tracker.actor.on('snapshot.rebuilt', ({ agentId, reason }) => reasons.push(`${agentId}: ${reason}`));
  return reasons;
}

describe('what finds events, damaged while a tracker is open', () => {
  it('is made again by the first who needs it, for all that ask meanwhile, and it is said once', async () => {
    const { db, open } = await lived();
    const tracker = await open();
    const sound = await collect(tracker.events());
    const told = rebuilt(tracker);
    for (const part of ['timeline', 'ids'] as const) {
      for (const [key, value] of await entriesOf(db, part)) await harmRaw(db, key, value.subarray(1));
    }
    const asked = Array.from({ length: 5 }, () => collect(tracker.events()));
    const receipts = EVENTS.map((event) => tracker.record(event));
    expect(await Promise.all(asked)).toEqual(asked.map(() => sound));
    expect(await Promise.all(receipts)).toEqual(EVENTS.map((_, i) => ({ seq: i + 1, duplicate: true })));
    expect(told.length).toBeGreaterThan(0);
    const { length } = told;
    expect(await collect(tracker.events({ reverse: true }))).toEqual(sound.toReversed());
    expect(await tracker.record(EVENTS[3]!)).toEqual({ seq: 4, duplicate: true });
    expect(told).toHaveLength(length);
    await tracker.close();
    expect((await verifyDatabase({ db })).findings).toEqual([]);
  });

  it('is refused to whoever needs a damaged record, who alone is refused', async () => {
    const { db, open } = await lived();
    const tracker = await open();
    const putBack = await takeAway(db, 'journal');
    await expect(tracker.record(EVENTS[4]!)).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq: 5 });
    const putIdsBack = await takeAway(db, 'ids');
    for (const [key] of await entriesOf(db, 'timeline')) await deleteRaw(db, key);
    await expect(collect(tracker.events())).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq: 1 });
    await putIdsBack();
    for (const [key, value] of await entriesOf(db, 'ids')) await harmRaw(db, key, value.subarray(1));
    const more = { type: 'task.assigned', agentId: 'bob', taskId: 'more', at: NOW } as const;
    const [known, fresh] = await Promise.allSettled([
      tracker.record(EVENTS[4]!),
      tracker.record({ id: 'fresh', ...more }),
    ]);
    expect(known).toMatchObject({ status: 'rejected', reason: { code: 'TENURE_CORRUPT', seq: 1 } });
    expect(fresh).toMatchObject({ status: 'fulfilled', value: { duplicate: false } });
    await putBack();
    expect(await tracker.record(EVENTS[4]!)).toEqual({ seq: 5, duplicate: true });
    expect(await collect(tracker.events())).toHaveLength(EVENTS.length + 1);
    await tracker.close();
    expect((await verifyDatabase({ db })).findings).toEqual([]);
  });

  it('does not keep others from being recorded when an agent cannot be woken', async () => {
    const { db, open } = await lived();
    const tracker = await open();
    const resting = ['ada', 'bob', 'zoë'].find((agentId) => !tracker.agentActor(agentId)) as string;
    const putBack = [await takeAway(db, 'journal'), await takeAway(db, 'states')];
    const record = (id: string, agentId: string) =>
      tracker.record({ id, type: 'task.assigned', agentId, taskId: id, at: NOW });
    await expect(record('one', resting)).rejects.toMatchObject({
      code: 'TENURE_CORRUPT',
      seq: expect.any(Number),
    });
    expect(await record('two', 'new')).toEqual({ seq: EVENTS.length + 1, duplicate: false });
    for (const put of putBack) await put();
    expect(await record('one', resting)).toEqual({ seq: EVENTS.length + 2, duplicate: false });
    await tracker.close();
  });
});

describe('events whose entries by id are gone', () => {
  const receipts = EVENTS.map((_, i) => ({ seq: i + 1, duplicate: true }));
  const recordAgain = (tracker: Tracker) => Promise.all(EVENTS.map((event) => tracker.record(event)));
  const fresh = (n: number) =>
    ({ id: `fresh ${n}`, type: 'task.assigned', agentId: 'bob', taskId: `more ${n}`, at: NOW - n }) as const;

  it('are not counted twice by the process that recorded them, and are found again from then on', async () => {
    const db = new MemoryLevel();
    const tracker = await openTracker({ db, clock: clockAt(NOW) });
    for (const event of EVENTS) await tracker.record(event);
    const sound = await answers(tracker);
    const told = rebuilt(tracker);
    const some = (await entriesOf(db, 'ids')).filter((_, i) => i % 3 === 0);
    for (const [key] of some) await deleteRaw(db, key);
    expect(await recordAgain(tracker)).toEqual(receipts);
    expect(await tracker.record(fresh(0))).toMatchObject({ duplicate: false });
    expect(told).toHaveLength(some.length);
    expect(await recordAgain(tracker)).toEqual(receipts);
    const place = EVENTS.findIndex(({ type }) => type === 'task.completed');
    const other = { ...EVENTS[place]!, taskId: 'another' } as PerformanceEventInput;
    await takeAway(db, 'ids');
    await expect(tracker.record(other)).rejects.toMatchObject({
      code: 'TENURE_EVENT_CONFLICT',
      seq: place + 1,
    });
    expect(await answers(tracker)).toEqual(sound);
    await tracker.close();
    expect((await verifyDatabase({ db })).ok).toBe(false);
    expect((await verifyDatabase({ db, repair: true })).ok).toBe(true);
  });

  it.each([0, 3, 30])(
    'are not counted twice after an opening, when %d new ones came before',
    async (before) => {
      for (const part of [1, 5, EVENTS.length]) {
        const { db, open } = await lived();
        await db.open();
        const ids = await entriesOf(db, 'ids');
        for (const [key] of ids.slice(0, part)) await deleteRaw(db, key);
        const tracker = await open();
        for (let n = 0; n < before; n++) {
          expect(await tracker.record(fresh(n))).toEqual({ seq: EVENTS.length + n + 1, duplicate: false });
        }
        expect(await recordAgain(tracker)).toEqual(receipts);
        for (const [key] of ids) await deleteRaw(db, key);
        expect(await recordAgain(tracker)).toEqual(receipts);
        await tracker.close();
        expect((await verifyDatabase({ db })).findings).toEqual([]);
      }
    },
  );

  it('are refused when it cannot be known whether they are stored, and all others are taken', async () => {
    const { db, open } = await lived();
    await db.open();
    await takeAway(db, 'ids');
    const [, , block] = await entriesOf(db, 'journal');
    await deleteRaw(db, block![0]);
    const tracker = await open();
    const again = await Promise.allSettled([...EVENTS, fresh(1)].map((event) => tracker.record(event)));
    expect(again[2]).toMatchObject({ status: 'rejected', reason: { code: 'TENURE_CORRUPT', seq: 3 } });
    expect(again.filter((_, i) => i !== 2)).toEqual(
      [...receipts, { seq: EVENTS.length + 1, duplicate: false }]
        .filter((_, i) => i !== 2)
        .map((value) => ({ status: 'fulfilled', value })),
    );
    await putRaw(db, ...block!);
    expect(await recordAgain(tracker)).toEqual(receipts);
    await tracker.close();
    expect((await verifyDatabase({ db })).findings).toEqual([]);
  });
});
