import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewEventRecord, NewRecord, TimeRange } from '../../../src/store/types.js';
import type { Home } from '../support/opening.js';
import { collect, eventRecord, NOON, range, storedEvent, tickRecord } from '../support/records.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Mostly in order, some minutes, days or years late, some at the very same time. */
const lateness = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 50 * 365 * DAY }) },
);
const step = fc.record({ lateness, tick: fc.integer({ min: 0, max: 9 }).map((n) => n === 0) });
const commits = fc.array(fc.array(step, { minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 4 });

export function timeline(home: Home): void {
  // Runs share a database: what the earlier ones left there only makes it harder.
  test('any range of any events is in time order, forwards and backwards', async () => {
    const pace = fc.integer({ min: 1, max: 6 * MINUTE });
    const bound = fc.record({ of: fc.nat(), offset: fc.integer({ min: -1, max: 1 }) });
    const ranges = fc.array(fc.tuple(bound, bound), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(commits, pace, ranges, async (batches, every, pairs) => {
        const store = await home.open();
        const first = store.lastSeq + 1;
        const events = await appendCommits(store, batches, every);
        const seqs = async (bounds: TimeRange) =>
          (await collect(store.timeline(bounds))).map(({ seq }) => seq).filter((seq) => seq >= first);
        const near = ({ of, offset }: { of: number; offset: number }) =>
          events.length === 0 ? NOON : events[of % events.length]!.at + offset;
        for (const [a, b] of pairs) {
          const [from, to] = [Math.min(near(a), near(b)), Math.max(near(a), near(b))];
          const expected = events.filter(({ at }) => at >= from && at <= to).map(({ seq }) => seq);
          expect(await seqs({ from, to })).toEqual(expected);
          expect(await seqs({ from, to, reverse: true })).toEqual(expected.toReversed());
        }
        const all = events.map(({ seq }) => seq);
        expect(await seqs({})).toEqual(all);
        expect(await seqs({ reverse: true })).toEqual(all.toReversed());
        await store.close();
      }),
      { numRuns: 25 },
    );
  });

  test('a short range reads few blocks, though one event in twenty came up to 40 days late', async () => {
    const { store, faulty } = await home.openFaulty();
    const total = 60 * 128;
    for (const start of range(0, 59).map((block) => block * 128)) {
      const late = (seq: number) => (seq % 20 === 0 ? ((seq * 7919) % 40) * DAY : 0);
      const records = range(start + 1, start + 128);
      await store.append(records.map((seq) => eventRecord(seq, { at: NOON + seq * 1000 - late(seq) })));
    }
    const middle = NOON + (total / 2) * 1000;
    const before = faulty.lookups;
    const found = await collect(store.timeline({ from: middle, to: middle + MINUTE }));
    expect(found.length).toBeGreaterThan(50);
    expect(faulty.lookups - before).toBeLessThanOrEqual(3);
  });

  test('bounds are inclusive, may be open, may be fractions, and may leave nothing', async () => {
    const store = await home.open();
    await store.append(range(1, 5).map((seq) => eventRecord(seq, { at: NOON + seq * 10 })));
    const seqs = async (bounds: Parameters<typeof store.timeline>[0]) =>
      (await collect(store.timeline(bounds))).map(({ seq }) => seq);
    expect(await seqs({ from: NOON + 20, to: NOON + 40 })).toEqual([2, 3, 4]);
    expect(await seqs({ from: NOON + 40 })).toEqual([4, 5]);
    expect(await seqs({ to: NOON + 20, reverse: true })).toEqual([2, 1]);
    expect(await seqs({ reverse: true })).toEqual([5, 4, 3, 2, 1]);
    expect(await seqs({ from: NOON + 19.5, to: NOON + 20.5 })).toEqual([2]);
    expect(await seqs({ from: NOON + 21, to: NOON + 29 })).toEqual([]);
    expect(await seqs({ from: NOON + 40, to: NOON + 20 })).toEqual([]);
    expect(await seqs({ to: -1 })).toEqual([]);
    expect(await seqs({ from: -5, to: Number.POSITIVE_INFINITY })).toEqual([1, 2, 3, 4, 5]);
    expect(await seqs({ from: Number.NEGATIVE_INFINITY, to: NOON + 10 })).toEqual([1]);
  });

  test('events of the same time are in the order of their sequence numbers, across commits', async () => {
    const store = await home.open();
    for (const [first, last] of [
      [1, 200],
      [201, 230],
    ] as const) {
      await store.append(range(first, last).map((seq) => eventRecord(seq, { at: NOON })));
    }
    expect((await collect(store.timeline({}))).map(({ seq }) => seq)).toEqual(range(1, 230));
    const backwards = await collect(store.timeline({ from: NOON, to: NOON, reverse: true }));
    expect(backwards.map(({ seq }) => seq)).toEqual(range(1, 230).toReversed());
  });

  test('the first and the last time that can be stored are in it', async () => {
    const store = await home.open();
    const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    const records = [eventRecord(1, { at: last }), eventRecord(2, { at: 0 }), eventRecord(3, { at: NOON })];
    await store.append(records);
    const inOrder = [records[1]!, records[2]!, records[0]!].map(storedEvent);
    expect(await collect(store.timeline({}))).toEqual(inOrder);
    expect(await collect(store.timeline({ reverse: true }))).toEqual(inOrder.toReversed());
    expect(await collect(store.timeline({ from: last, to: last }))).toEqual([storedEvent(records[0]!)]);
  });

  test('an event that came early in the journal is not overtaken by one of the same time in a longer block', async () => {
    const store = await home.open();
    await store.append([eventRecord(1, { at: NOON + 10 })]);
    await store.append([eventRecord(2, { at: NOON }), eventRecord(3, { at: NOON + 10 })]);
    expect((await collect(store.timeline({}))).map(({ seq }) => seq)).toEqual([2, 1, 3]);
    expect((await collect(store.timeline({ reverse: true }))).map(({ seq }) => seq)).toEqual([3, 1, 2]);
  });

  test('what is appended after it was asked for is not in it', async () => {
    const store = await home.open();
    await store.append(range(1, 200).map((seq) => eventRecord(seq)));
    const reading = store.timeline({})[Symbol.asyncIterator]();
    const notBegun = store.timeline({});
    await reading.next();
    await store.append(range(201, 210).map((seq) => eventRecord(seq)));
    expect(await collect({ [Symbol.asyncIterator]: () => reading })).toHaveLength(199);
    expect(await collect(notBegun)).toHaveLength(200);
  });

  async function appendCommits(
    store: Awaited<ReturnType<Home['open']>>,
    batches: { lateness: number; tick: boolean }[][],
    pace: number,
  ): Promise<NewEventRecord[]> {
    const events: NewEventRecord[] = [];
    let clock = NOON;
    for (const steps of batches) {
      const first = store.lastSeq + 1;
      const records: NewRecord[] = steps.map(({ lateness: late, tick }, index) => {
        clock += pace;
        if (tick) return tickRecord(first + index, clock);
        return eventRecord(first + index, { at: clock - late });
      });
      await store.append(records);
      for (const record of records) if (record.kind === 'event') events.push(record);
    }
    return events.sort((a, b) => a.at - b.at || a.seq - b.seq);
  }
}
