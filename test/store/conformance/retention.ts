import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/store/types.js';
import type { Home } from '../support/opening.js';
import { damage, entriesOf } from '../support/raw.js';
import { collect, eventRecord, NOON, range, snapshot, tickRecord } from '../support/records.js';

const DAY = 86_400_000;
const HORIZON = NOON + 10 * DAY;
const numbers = (items: readonly { readonly seq: number }[]): number[] => items.map(({ seq }) => seq);

/** An event of agent 1 or 2, a commit of its own, a day after the other. */
const daily = (seq: number) => eventRecord(seq, { agentNo: 1 + (seq % 2), at: day(seq), now: day(seq) });
const day = (seq: number): number => NOON + seq * DAY;

/** Twenty days, with two agents in snapshots that reflect them. */
async function furnished(store: Store): Promise<void> {
  for (const seq of range(1, 20)) await store.append([daily(seq)]);
  await store.saveAgents([
    snapshot(
      1,
      20,
      range(1, 10).map((n) => 2 * n),
    ),
    snapshot(
      2,
      19,
      range(1, 10).map((n) => 2 * n - 1),
    ),
  ]);
  await store.saveCheckpoint(20);
}

/** Drops what is before {@link HORIZON}: records 1 to 9. */
async function drop(store: Store): Promise<void> {
  const point = await store.dropPoint(HORIZON);
  await store.foundations.begin();
  await store.foundations.saveAgents([snapshot(1, 8), snapshot(2, 9)]);
  await store.foundations.savePasts([1, 2].map((no) => ({ no, state: { of: no } })));
  await store.foundations.saveProjection({ seq: point.seq, state: { of: 'all' } });
  await store.dropRecords({
    seq: point.seq,
    horizon: HORIZON,
    events: point.events,
    agents: 2,
    known: 2,
    pointsFrom: 0,
  });
}

export function retention(home: Home): void {
  test('the drop point is the last block of which everything is of before, by its time and by when it came', async () => {
    const store = await home.open();
    await store.append([eventRecord(1, { at: NOON, now: NOON }), eventRecord(2, { at: NOON, now: NOON })]);
    await store.append([eventRecord(3, { at: NOON + DAY, now: NOON, agentNo: 3 })]);
    await store.append([tickRecord(4, NOON + DAY)]);
    await store.append([eventRecord(5, { at: NOON, now: NOON + 2 * DAY })]);
    await store.append([eventRecord(6, { at: NOON, now: NOON + 3 * DAY }), eventRecord(7, { at: HORIZON })]);
    const dropped = { seq: 0, events: 0, agents: 0 };
    // Nothing beyond the checkpoint: snapshots have to reflect it.
    expect(await store.dropPoint(HORIZON)).toEqual(dropped);
    await store.saveCheckpoint(7);
    expect(await store.dropPoint(NOON)).toEqual(dropped);
    expect(await store.dropPoint(NOON + 1)).toEqual({ seq: 2, events: 2, agents: 0 });
    expect(await store.dropPoint(NOON + DAY + 1)).toEqual({ seq: 4, events: 3, agents: 3 });
    expect(await store.dropPoint(HORIZON)).toEqual({ seq: 5, events: 4, agents: 3 });
    expect(await store.dropPoint(HORIZON + 1)).toEqual({ seq: 7, events: 6, agents: 3 });
    await store.saveCheckpoint(6);
    expect(await store.dropPoint(HORIZON + 1)).toEqual({ seq: 5, events: 4, agents: 3 });
  });

  test.each(['before', 'after'])(
    'dropped records are gone for every reader %s they are removed, and after a restart',
    async (when) => {
      let store = await home.open();
      await furnished(store);
      await drop(store);
      if (when === 'after') await store.sweep(() => false);
      for (const _opening of ['as it is', 'reopened']) {
        expect(numbers(await collect(store.replay(0)))).toEqual(range(10, 20));
        expect(numbers(await collect(store.timeline({})))).toEqual(range(10, 20));
        expect(numbers(await collect(store.timeline({ from: HORIZON, reverse: true })))).toEqual(
          range(10, 20).reverse(),
        );
        expect(numbers(await collect(store.eventsOf(1, [])))).toEqual([10, 12, 14, 16, 18, 20]);
        expect(await store.seqsOf(['event-9', 'event-10'])).toEqual([undefined, 10]);
        await expect(store.read(9)).rejects.toMatchObject({
          code: 'TENURE_CORRUPT',
          seq: 9,
          message: expect.stringContaining('was dropped'),
        });
        await expect(collect(store.timeline({ from: HORIZON - 1 }))).rejects.toMatchObject({ path: 'from' });
        expect(store.lastSeq).toBe(20);
        store = await home.reopen();
      }
      await store.append([daily(21)]);
      expect(numbers(await collect(store.replay(18)))).toEqual([19, 20, 21]);
    },
  );

  test('removing them can be broken off anywhere, and is gone on with after a restart', async () => {
    let store = await home.open();
    await furnished(store);
    await drop(store);
    let looks = 0;
    for (let round = 1; round <= 30; round++) {
      await store.sweep(() => ++looks % 5 === 0);
      store = await home.reopen();
      expect(numbers(await collect(store.timeline({})))).toEqual(range(10, 20));
    }
    await home.behind(async (db) => {
      expect(await entriesOf(db, 'journal')).toHaveLength(11);
      expect(await entriesOf(db, 'ids')).toHaveLength(11);
      expect(await entriesOf(db, 'timeline')).toHaveLength(11);
    });
    expect(numbers(await collect((await home.open()).eventsOf(2, [])))).toEqual([11, 13, 15, 17, 19]);
    expect(home.repairs).toEqual([]);
  });

  test('an id that is recorded anew while its record is being removed leads to the new one', async () => {
    const store = await home.open();
    await furnished(store);
    await drop(store);
    const sweeping = store.sweep(() => false);
    for (const seq of range(21, 29))
      await store.append([eventRecord(seq, { id: `event-${seq - 20}`, at: day(20), now: day(20) })]);
    await sweeping;
    expect(await store.seqsOf(range(1, 9).map((n) => `event-${n}`))).toEqual(range(21, 29));
  });

  test('a journal of which everything was dropped goes on', async () => {
    let store = await home.open();
    await furnished(store);
    await store.foundations.saveProjection({ seq: 20, state: {} });
    await store.dropRecords({ seq: 20, horizon: day(30), events: 20, agents: 0, known: 0, pointsFrom: 0 });
    await store.sweep(() => false);
    store = await home.reopen();
    expect(await collect(store.replay(0))).toEqual([]);
    expect(await store.dropPoint(day(40))).toEqual({ seq: 20, events: 0, agents: 0 });
    await store.saveCheckpoint(20);
    await store.append([eventRecord(21, { at: day(31), now: day(31) })]);
    expect(numbers(await collect((await home.reopen()).replay(0)))).toEqual([21]);
  });

  test('records after the checkpoint, or dropped already, are not dropped', async () => {
    const store = await home.open();
    await furnished(store);
    await store.append([daily(21)]);
    await drop(store);
    const dropped = { horizon: HORIZON, events: 9, agents: 0, known: 0, pointsFrom: 0 };
    for (const seq of [21, 9, 1]) {
      await expect(store.dropRecords({ ...dropped, seq })).rejects.toMatchObject({
        code: 'TENURE_STORAGE',
        message: `Nothing was written: expected records after 9 up to the checkpoint 20, got ${seq}`,
      });
    }
  });

  test('reading that runs into what is dropped meanwhile is broken off, and says why', async () => {
    const store = await home.open();
    const hour = (seq: number): number => NOON + seq * 3_600_000;
    // More than are handed on at once.
    for (const seq of range(1, 200))
      await store.append([eventRecord(seq, { at: hour(seq), now: hour(seq) })]);
    await store.saveCheckpoint(200);
    const events = store.timeline({ from: NOON })[Symbol.asyncIterator]();
    await events.next();
    const late = store.timeline({ from: hour(190) })[Symbol.asyncIterator]();
    await late.next();
    const { seq } = await store.dropPoint(hour(190));
    const counts = { events: seq, agents: 0, known: 0, pointsFrom: 0 };
    await store.dropRecords({ seq, horizon: hour(190), ...counts });
    const rest = async () => {
      for (let step = await events.next(); !step.done; step = await events.next());
    };
    const refusal = { code: 'TENURE_INVALID_OPTIONS', path: 'from' };
    await expect(rest()).rejects.toMatchObject(refusal);
    expect((await late.next()).value).toMatchObject({ seq: 191 });
    await expect(collect(store.timeline({ from: NOON }))).rejects.toMatchObject(refusal);
  });

  test('a reset leaves the agents as of the last record that was dropped', async () => {
    const store = await home.open();
    await furnished(store);
    await drop(store);
    await store.sweep(() => false);
    await store.resetSnapshots();
    const again = await home.reopen();
    expect(again.checkpoint).toBe(9);
    expect(await collect(again.directory())).toEqual([snapshot(1, 8).entry, snapshot(2, 9).entry]);
    expect(await again.loadAgent(2)).toMatchObject({
      status: 'ok',
      snapshot: { seq: 9, state: snapshot(2, 9).state },
    });
    expect(await collect(again.eventsOf(1, []))).toEqual([]);
  });

  describe('the foundations', () => {
    test("are those of the last drop: what a later one wrote before it was broken off is nobody's", async () => {
      let store = await home.open();
      await furnished(store);
      await drop(store);
      await store.foundations.begin();
      await store.foundations.saveAgents([snapshot(1, 12)]);
      await store.foundations.saveProjection({ seq: 12, state: {} });
      store = await home.reopen();
      expect(await store.foundations.load(1)).toMatchObject({ snapshot: { seq: 8 } });
      expect(await store.foundations.load(3)).toEqual({ status: 'missing' });
      expect(await store.foundations.loadPast(2)).toMatchObject({ snapshot: { state: { of: 2 } } });
      expect(await store.foundations.projection()).toEqual({ seq: 9, state: { of: 'all' } });
      expect(await store.foundations.event(3)).toBeUndefined();
      await expect(store.foundations.neededEvent(3)).rejects.toMatchObject({
        code: 'TENURE_CORRUPT',
        seq: 3,
      });
      expect(await collect(store.foundations.entries())).toHaveLength(2);
    });

    test('that are damaged or gone are TENURE_CORRUPT, and nothing that is left is given up for them', async () => {
      for (const how of [(value: Buffer) => value.subarray(1), () => undefined]) {
        for (const at of [0, 2, -1]) {
          const store = await home.open();
          if (store.lastSeq === 0) await furnished(store);
          if (store.foundations.dropped.seq === 0) await drop(store);
          const before = await collect(store.directory());
          let kept: Buffer | undefined;
          let key: Buffer = Buffer.alloc(0);
          await home.behind(async (db) => {
            [key, kept] = (await entriesOf(db, 'foundations')).at(at)!;
            await damage(db, 'foundations', at, how);
          });
          const harmed = await home.open();
          if (at !== -1)
            await expect(harmed.resetSnapshots()).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
          else
            await expect(harmed.foundations.projection()).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
          expect(await collect(harmed.directory())).toEqual(before);
          await home.behind((db) =>
            db.batch([{ type: 'put', key, value: kept!, keyEncoding: 'buffer', valueEncoding: 'buffer' }], {
              keyEncoding: 'buffer',
              valueEncoding: 'buffer',
              sync: false,
            }),
          );
        }
      }
    });

    test('without knowing how much was dropped the store does not open', async () => {
      const store = await home.open();
      await furnished(store);
      await drop(store);
      await home.behind((db) =>
        db.batch(
          [{ type: 'put', key: '!meta!dropped', value: 'torn', keyEncoding: 'utf8', valueEncoding: 'utf8' }],
          { keyEncoding: 'utf8', valueEncoding: 'utf8', sync: false },
        ),
      );
      await expect(home.open()).rejects.toMatchObject({
        code: 'TENURE_CORRUPT',
        message: expect.stringContaining('How much was dropped from the journal is not known any more'),
      });
    });
  });
}
