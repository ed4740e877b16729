import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.js';
import type { Store } from '../../../src/store/types.js';
import { FaultyDatabase } from '../../../src/testing/index.js';
import { counted } from '../../support/faults.js';
import { clockAt } from '../../support/tracker.js';
import type { Home } from '../support/opening.js';
import { entriesOf, putRaw } from '../support/raw.js';
import { appendEvents, collect, eventRecord, NOON, output, rowChange, snapshot } from '../support/records.js';

type Property =
  | 'foundations'
  | 'settled'
  | 'lastSeq'
  | 'watermark'
  | 'checkpoint'
  | 'lastOutput'
  | 'hiring'
  | 'layout';

/** Those that write, and so are refused once a write has failed. */
const WRITES = [
  'dropPoint',
  'dropRecords',
  'sweep',
  'append',
  'appendOutputs',
  'settleOutputs',
  'saveAgents',
  'foldFigures',
  'mendRollups',
  'saveProjection',
  'saveCheckpoint',
  'saveLayout',
  'resetSnapshots',
];

async function* nothing() {}

/** Every operation of a store, on one event of agent 0 that is there. */
const OPERATIONS: Record<Exclude<keyof Store, Property | 'close'>, (store: Store) => Promise<unknown>> = {
  append: (store) => store.append([eventRecord(store.lastSeq + 1)]),
  seqsOf: (store) => store.seqsOf(['event-1']),
  read: (store) => store.read(1),
  canonical: (store) => store.canonical(1),
  replay: (store) => collect(store.replay(0)),
  eventsOf: (store) => collect(store.eventsOf(0, [1])),
  timeline: (store) => collect(store.timeline({})),
  appendOutputs: (store) => store.appendOutputs([output(1)]),
  settleOutputs: (store) => store.settleOutputs(),
  saveLayout: (store) => store.saveLayout('7d'),
  hasOutput: (store) => store.hasOutput({ seq: 1, position: 0 }),
  outputs: (store) => collect(store.outputs(0)),
  soundOutputs: (store) => collect(store.soundOutputs(0)),
  mendOutputs: (store) => store.mendOutputs([output(1)], [{ from: 1, to: 1 }]),
  saveAgents: (store) => store.saveAgents([snapshot(0, 1, [1])]),
  foldFigures: (store) => store.foldFigures([rowChange(store)], 1, async (write) => void (await write())),
  mendRollups: (store) => store.mendRollups(nothing(), { alone: (work) => work(), isStopped: () => false }),
  rollups: (store) => collect(store.rollups.rowsByAgent(0, { from: 0, to: 1 })),
  saveProjection: (store) => store.saveProjection('departments', { seq: 1, state: {} }),
  loadProjection: (store) => store.loadProjection('departments'),
  saveCheckpoint: (store) => store.saveCheckpoint(1),
  directory: (store) => collect(store.directory()),
  loadAgent: (store) => store.loadAgent(0),
  loadAgents: (store) => store.loadAgents([0, 1]),
  dropPoint: async (store) => {
    if (store.checkpoint === 0) await store.saveCheckpoint(1);
    await store.dropPoint(0);
  },
  dropRecords: async (store) => {
    const seq = store.foundations.dropped.seq + 1;
    if (seq > store.lastSeq) await store.append([eventRecord(seq)]);
    await store.saveCheckpoint(seq);
    await store.dropRecords({ seq, horizon: NOON, events: seq, agents: 0, known: 0, pointsFrom: 0 });
  },
  sweep: async (store) => {
    await OPERATIONS.dropRecords(store);
    await store.sweep(() => false);
  },
  resetSnapshots: (store) => store.resetSnapshots(),
  frozen: async (store) => {
    const past = await openStore(store.frozen(), { durability: 'process' });
    await collect(past.replay(0));
    await past.close();
  },
};

export function lifecycle(home: Home): void {
  describe.each(Object.entries(OPERATIONS))('%s', (name, operate) => {
    test('is there only once opening has succeeded: a database that cannot be opened gives no store', async () => {
      const faulty = counted(new FaultyDatabase(home.database()));
      faulty.failOpening();
      await expect(openStore(faulty, { durability: 'process' })).rejects.toMatchObject({
        code: 'TENURE_STORAGE',
      });
      faulty.failReads();
      await expect(openStore(faulty, { durability: 'process' })).rejects.toMatchObject({
        code: 'TENURE_STORAGE',
      });
      expect(faulty.status).toBe('closed');
      const store = await home.open(faulty);
      await appendEvents(store, 1);
      await expect(operate(store)).resolves.not.toThrow();
    });

    test('waits for an opening that is under way, and answers then', async () => {
      const clock = clockAt();
      const faulty = counted(new FaultyDatabase(home.database(), { clock }));
      faulty.slowDown(1_000);
      let isOpen = false;
      const opening = home.open(faulty).then((store) => {
        isOpen = true;
        return store;
      });
      await new Promise((resolve) => setImmediate(resolve));
      expect(isOpen).toBe(false);
      while (!isOpen) {
        clock.increment(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      faulty.heal();
      const store = await opening;
      await appendEvents(store, 1);
      await expect(operate(store)).resolves.not.toThrow();
    });

    test('after a write has failed answers if it reads, and writes nothing any more', async () => {
      const { store, faulty } = await home.openFaulty();
      await appendEvents(store, 1);
      faulty.failWrites({ error: new Error('disk') });
      await expect(store.saveProjection('other', { seq: 1, state: {} })).rejects.toMatchObject({
        code: 'TENURE_STORAGE',
      });
      const before = await entriesOf(faulty);
      if (WRITES.includes(name)) {
        await expect(operate(store)).rejects.toMatchObject({
          code: 'TENURE_STORAGE',
          message: expect.stringContaining(
            'was not tried: an earlier write failed, and it is not known what the database holds until it is opened again (Saving a projection failed: disk)',
          ),
        });
      } else await expect(operate(store)).resolves.not.toThrow();
      expect(await entriesOf(faulty)).toEqual(before);
      const again = await home.reopen();
      await expect(operate(again)).resolves.not.toThrow();
    });

    test('over a disk that is gone fails with TENURE_STORAGE and what was being done', async () => {
      const { store, faulty } = await home.openFaulty();
      await appendEvents(store, 1);
      const again = { after: 0, times: Number.POSITIVE_INFINITY, error: new Error('no such device') };
      faulty.failReads(again);
      faulty.failWrites(again);
      await expect(operate(store)).rejects.toMatchObject({
        code: 'TENURE_STORAGE',
        message: expect.stringMatching(/^[A-Z].* failed: no such device$/),
      });
      faulty.heal();
      if (WRITES.includes(name)) return;
      await expect(operate(store)).resolves.not.toThrow();
    });

    test('answers while the store is open', async () => {
      const store = await home.open();
      await appendEvents(store, 1);
      await expect(operate(store)).resolves.not.toThrow();
    });

    test('is refused with TENURE_CLOSED once the store is closed', async () => {
      const store = await home.open();
      await appendEvents(store, 1);
      await store.close();
      await expect(operate(store)).rejects.toMatchObject({ name: 'TenureError', code: 'TENURE_CLOSED' });
    });

    test('is refused with TENURE_CLOSED while the store is closing, and what was running is finished', async () => {
      const { store, faulty } = await home.openFaulty();
      await appendEvents(store, 1);
      const release = faulty.holdWrites();
      const running = store.append([eventRecord(2)]);
      const closing = store.close();
      await expect(operate(store)).rejects.toMatchObject({ code: 'TENURE_CLOSED' });
      release();
      await expect(Promise.all([running, closing])).resolves.toBeDefined();
      expect((await home.reopen()).lastSeq).toBe(2);
    });
  });

  test('a new store is empty', async () => {
    const store = await home.open();
    expect(store).toMatchObject({ lastSeq: 0, watermark: 0, checkpoint: 0, lastOutput: undefined });
    expect(await collect(store.replay(0))).toEqual([]);
    expect(await collect(store.timeline({}))).toEqual([]);
    expect(await collect(store.directory())).toEqual([]);
    expect(await collect(store.outputs(0))).toEqual([]);
    expect(await collect(store.eventsOf(0, []))).toEqual([]);
    expect(await store.loadAgent(0)).toEqual({ status: 'missing' });
  });

  test('closing twice, or twice at once, is closing once', async () => {
    const store = await home.open();
    await Promise.all([store.close(), store.close()]);
    await expect(store.close()).resolves.toBeUndefined();
  });

  test('a database that is open already is taken over, and closed with the store', async () => {
    const db = home.database();
    await db.open();
    const store = await home.open(db);
    await appendEvents(store, 1);
    await store.close();
    expect(db.status).toBe('closed');
  });

  test('reopening keeps everything', async () => {
    const store = await home.open();
    await appendEvents(store, 3);
    await store.appendOutputs([output(2, 1)]);
    await store.saveAgents([snapshot(0, 3, [1, 2, 3])]);
    await store.saveCheckpoint(3);
    const before = await everything(store);
    const again = await home.reopen();
    expect(await everything(again)).toEqual(before);
    expect(again).toMatchObject({ lastSeq: 3, checkpoint: 3, lastOutput: { seq: 2, position: 1 } });
    expect(again.watermark).toBe(store.watermark);
  });

  test('a stream that was abandoned does not keep the store from closing', async () => {
    const store = await home.open();
    await appendEvents(store, 300);
    const records = store.replay(0)[Symbol.asyncIterator]();
    await records.next();
    await store.close();
    const rest = collect({ [Symbol.asyncIterator]: () => records });
    await expect(rest).rejects.toMatchObject({ code: 'TENURE_CLOSED' });
  });

  test('a database of somebody else is refused, left as it is, and closed', async () => {
    await home.behind((db) => putRaw(db, Buffer.from('theirs'), Buffer.from('precious')));
    const db = home.database();
    await expect(openStore(db, { durability: 'process' })).rejects.toMatchObject({
      code: 'TENURE_CORRUPT',
      message: expect.stringContaining('not in a format of Tenure'),
    });
    expect(db.status).toBe('closed');
    await home.behind(async (raw) => expect(await entriesOf(raw)).toHaveLength(1));
  });

  test.each([
    [
      '{"format":4}',
      'The database is of format 4, this version of Tenure reads formats 1 to 3: open it with the version that wrote it, or a later one',
    ],
    ['{"format":0}', 'The format of the database cannot be read'],
    ['{"form', 'The format of the database cannot be read'],
    ['', 'The format of the database cannot be read'],
  ])('a database whose format reads %s is refused', async (format, message) => {
    await (await home.open()).close();
    await home.behind((db) => putRaw(db, Buffer.from('!meta!format'), Buffer.from(format)));
    await expect(home.open()).rejects.toMatchObject({
      code: 'TENURE_CORRUPT',
      message: expect.stringContaining(message),
    });
  });
}

async function everything(store: Store) {
  return {
    records: await collect(store.replay(0)),
    timeline: await collect(store.timeline({})),
    events: await collect(store.eventsOf(0, [])),
    outputs: await collect(store.outputs(0)),
    directory: await collect(store.directory()),
    state: await store.loadAgent(0),
    ids: await store.seqsOf(['event-1', 'event-2', 'event-3', 'event-4']),
  };
}
