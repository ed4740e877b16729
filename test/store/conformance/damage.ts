import { describe, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import type { Gap, Output, Store } from '../../../src/store/types.js';
import type { Home } from '../support/opening.js';
import { DAMAGES, damage, deleteRaw, entriesOf, harmRaw, type RawEntry } from '../support/raw.js';
import { appendEvents, collect, eventRecord, NOON, output, range, snapshot } from '../support/records.js';

const EACH = Object.entries(DAMAGES);
const CORRUPT = { name: 'TenureError', code: 'TENURE_CORRUPT' };

/** Three full blocks of the journal, two agents with two chunks each, two outputs. */
async function furnish(store: Store): Promise<void> {
  await store.append(range(1, 384).map((seq) => eventRecord(seq, { agentNo: seq % 2 })));
  const seqs = [0, 1].map((no) => range(1, 300).filter((seq) => seq % 2 === no));
  await store.saveAgents([0, 1].map((no) => snapshot(no, 200, seqs[no]!.slice(0, 100))));
  await store.saveAgents([0, 1].map((no) => snapshot(no, 300, seqs[no]!.slice(100))));
  await store.saveCheckpoint(300);
  await store.appendOutputs([output(10), output(20)]);
}

export function damages(home: Home): void {
  async function damaged(...[part, index, how]: DamageArguments): Promise<Store> {
    await furnish(await home.open());
    await home.behind((db) => damage(db, part, index, how));
    return await home.open();
  }

  describe.each(EACH)('a block of the journal with %s', (_what, how) => {
    test('is reported with the sequence number that could not be read, and all before it comes', async () => {
      const store = await damaged('journal', 1, how);
      const seqs: number[] = [];
      const replay = async () => {
        for await (const { seq } of store.replay(0)) seqs.push(seq);
      };
      await expect(replay()).rejects.toMatchObject({ ...CORRUPT, seq: 129 });
      expect(seqs).toEqual(range(1, 128));
      await expect(collect(store.replay(199))).rejects.toMatchObject({ ...CORRUPT, seq: 200 });
      await expect(store.read(130)).rejects.toMatchObject({ ...CORRUPT, seq: 130 });
      await expect(store.canonical(256)).rejects.toMatchObject({ ...CORRUPT, seq: 256 });
      await expect(collect(store.timeline({}))).rejects.toMatchObject({ ...CORRUPT, seq: 129 });
      await expect(collect(store.eventsOf(0, []))).rejects.toMatchObject({ ...CORRUPT, seq: 130 });
      expect(await collect(store.replay(256))).toHaveLength(128);
    });

    test('is reported at opening when it is the last', async () => {
      await expect(damaged('journal', -1, how)).rejects.toMatchObject({ ...CORRUPT, seq: 257 });
    });
  });

  test('a block of the journal that is gone is reported with its first sequence number', async () => {
    const store = await damaged('journal', 1, () => undefined);
    await expect(collect(store.replay(0))).rejects.toMatchObject({ ...CORRUPT, seq: 129 });
    await expect(collect(store.replay(199))).rejects.toMatchObject({ ...CORRUPT, seq: 200 });
    await expect(store.read(140)).rejects.toMatchObject({ ...CORRUPT, seq: 140 });
    await expect(collect(store.timeline({}))).rejects.toMatchObject({ ...CORRUPT, seq: 129 });
  });

  test('a first block that is gone is reported', async () => {
    const store = await damaged('journal', 0, () => undefined);
    await expect(collect(store.replay(0))).rejects.toMatchObject({ ...CORRUPT, seq: 1 });
  });

  test('a journal that lost its end is reported at opening', async () => {
    await expect(damaged('journal', -1, () => undefined)).rejects.toMatchObject({ ...CORRUPT, seq: 257 });
  });

  test('a block that lies in the place of another is damaged', async () => {
    await furnish(await home.open());
    await home.behind(async (db) => {
      const [first, second] = await entriesOf(db, 'journal');
      await harmRaw(db, second![0], first![1]);
    });
    const store = await home.open();
    await expect(collect(store.replay(0))).rejects.toMatchObject({ ...CORRUPT, seq: 129 });
  });

  test('a block that the head does not know of is reported at opening', async () => {
    await furnish(await home.open());
    const heads: [Buffer, Buffer][] = [];
    await home.behind(async (db) => {
      heads.push(...(await entriesOf(db, 'meta')).filter(([key]) => key.toString() === '!meta!head'));
    });
    await appendEvents(await home.open(), 1);
    await home.behind((db) => harmRaw(db, ...heads[0]!));
    await expect(home.open()).rejects.toMatchObject({ ...CORRUPT, seq: 385 });
  });

  // The parts of meta, in the order of their keys: agents, checkpoint, format, head.
  test.each([...EACH, ['itself gone', () => undefined]] as const)(
    'a head with %s is refused at opening',
    async (_what, how) => {
      await expect(damaged('meta', 3, how)).rejects.toMatchObject({
        ...CORRUPT,
        message: expect.stringContaining('The head of the journal is damaged'),
      });
    },
  );

  test('a format that is gone is refused at opening', async () => {
    await expect(damaged('meta', 2, () => undefined)).rejects.toMatchObject(CORRUPT);
  });

  test.each(EACH)('a checkpoint with %s reads as 0', async (_what, how) => {
    const store = await damaged('meta', 1, how);
    expect(store.checkpoint).toBe(0);
  });

  describe.each(EACH)('the entry of an id with %s', (_what, how) => {
    test('is made again from the journal by whoever asks for it, and said once', async () => {
      const store = await damaged('ids', 0, how);
      for (const _time of [1, 2]) expect(await store.seqsOf(['event-2', 'event-1'])).toEqual([2, 1]);
      expect(home.repairs).toEqual([{ reason: expect.stringContaining('id "event-1" is damaged') }]);
      expect(await (await home.reopen()).seqsOf(['event-1'])).toEqual([1]);
      expect(home.repairs).toHaveLength(1);
    });

    test('is refused with the record that it could be of, when that is damaged too', async () => {
      await furnish(await home.open());
      await home.behind(async (db) => {
        await damage(db, 'ids', 0, how);
        await damage(db, 'journal', 0, how);
      });
      const store = await home.open();
      await expect(store.seqsOf(['event-2', 'event-1'])).rejects.toMatchObject({ ...CORRUPT, seq: 1 });
      expect(await store.seqsOf(['event-384'])).toEqual([384]);
    });
  });

  test('an entry of an id that no event has is removed', async () => {
    await furnish(await home.open());
    await home.behind((db) => harmRaw(db, Buffer.from('!ids!unobody'), Buffer.from('7.7')));
    const store = await home.open();
    expect(await store.seqsOf(['nobody', 'event-7'])).toEqual([undefined, 7]);
    await store.close();
    await home.behind(async (db) => expect(await entriesOf(db, 'ids')).toHaveLength(384));
  });

  describe.each([...EACH, ['itself gone', () => undefined]] as const)(
    'an entry of the timeline with %s',
    (_what, how) => {
      test.each([0, 1, 2])(
        '(%i) is made again from the journal for all who ask, and said once',
        async (i) => {
          const store = await damaged('timeline', i, how);
          const ranges = [{}, { from: NOON }, { from: NOON + 1, to: NOON + 1 }, { to: NOON + 3_600_000 }];
          const asked = ranges.flatMap((range) => [range, { ...range, reverse: true }]);
          const found = await Promise.all(asked.map((range) => collect(store.timeline(range))));
          expect(found.map(({ length }) => length)).toEqual([384, 384, 384, 384, 1, 1, 384, 384]);
          expect(found[1]).toEqual(found[0]?.toReversed());
          for (const { reason } of home.repairs)
            expect(reason).toMatch(/^An entry of the timeline for record/);
          const said = home.repairs.length;
          expect(said).toBeGreaterThan(0);
          expect(await collect((await home.reopen()).timeline({}))).toHaveLength(384);
          expect(home.repairs).toHaveLength(said);
        },
      );

      test('is refused with the record that it is of, when that is damaged too', async () => {
        await furnish(await home.open());
        await home.behind(async (db) => {
          await damage(db, 'timeline', 1, how);
          await damage(db, 'journal', 1, how);
        });
        const store = await home.open();
        for (const reverse of [false, true]) {
          await expect(collect(store.timeline({ reverse }))).rejects.toMatchObject({ ...CORRUPT, seq: 129 });
        }
        expect(await collect(store.timeline({ to: NOON - 3_600_000 }))).toEqual([]);
      });
    },
  );

  test('a timeline that is gone altogether, or lies in disorder, is made again and said once', async () => {
    const harms: ((db: Database) => Promise<void>)[] = [
      async (db) => {
        for (const [key] of await entriesOf(db, 'timeline')) await deleteRaw(db, key);
      },
      async (db) => {
        const [[first, one], [second, two]] = (await entriesOf(db, 'timeline')) as [RawEntry, RawEntry];
        await harmRaw(db, first, two);
        await harmRaw(db, second, one);
      },
      // As if a bit of a key had flipped.
      async (db) => {
        const [[key, value] = NO_ENTRY] = await entriesOf(db, 'timeline');
        await deleteRaw(db, key);
        const other = Buffer.from(key);
        other[other.length - 1]! ^= 2;
        await harmRaw(db, other, value);
      },
    ];
    await furnish(await home.open());
    for (const harm of harms) {
      const said = home.repairs.length;
      await home.behind(harm);
      const store = await home.open();
      expect(await collect(store.timeline({}))).toHaveLength(384);
      expect(home.repairs.length).toBeGreaterThan(said);
      await store.close();
      await home.behind(async (db) => expect(await entriesOf(db, 'timeline')).toHaveLength(3));
    }
  });

  test('a timeline is not mended without end on a disk that damages whatever is written', async () => {
    const { store, faulty } = await home.openFaulty();
    await furnish(store);
    faulty.corrupt('timeline');
    await expect(collect(store.timeline({}))).rejects.toMatchObject({ ...CORRUPT, seq: expect.any(Number) });
    faulty.heal();
    faulty.corrupt('timeline', () => undefined);
    await expect(collect(store.timeline({}))).rejects.toMatchObject({
      ...CORRUPT,
      message: expect.stringContaining('expected 3 entries from 2026-01-31T12:00:00.000Z on, found 0'),
    });
    faulty.heal();
    expect(await collect(store.timeline({}))).toHaveLength(384);
  });

  describe.each(['ids', 'timeline'] as const)('an entry in %s that is gone', (part) => {
    test('is put back after the next checkpoint, and said', async () => {
      const store = await damaged(part, 1, () => undefined);
      await store.saveCheckpoint(300);
      expect(home.repairs).toMatchObject([{ reason: expect.stringMatching(/ is missing$/) }]);
      expect(await collect(store.timeline({}))).toHaveLength(384);
      const all = range(1, 384);
      expect(await store.seqsOf(all.map((seq) => `event-${seq}`))).toEqual(all);
      await store.saveCheckpoint(301);
      expect(home.repairs).toHaveLength(1);
    });
  });

  test('what is gone is found part by part, and the search goes on after a restart', async () => {
    const store = await home.open();
    for (const _commit of range(1, 50)) await appendEvents(store, 128);
    await home.behind((db) => damage(db, 'timeline', -1, () => undefined));
    const first = await home.open();
    await first.saveCheckpoint(1);
    expect(home.repairs).toEqual([]);
    const second = await home.reopen();
    await second.saveCheckpoint(2);
    expect(home.repairs).toHaveLength(1);
    expect(await collect(second.timeline({}))).toHaveLength(50 * 128);
  });

  test('how many entries the timeline has is counted anew when that is damaged', async () => {
    const store = await damaged('meta', 5, () => undefined);
    expect(await collect(store.timeline({}))).toHaveLength(384);
  });

  // Each agent has a head and then two chunks.
  describe.each([0, 1, 2])('entry %i of an index', (index) => {
    test.each([...EACH, ['itself gone', () => undefined]] as const)(
      'with %s is rebuilt from the journal, and said',
      async (_what, how) => {
        const store = await damaged('index', index, how);
        expect(await collect(store.eventsOf(0, []))).toHaveLength(150);
        expect(await collect(store.eventsOf(1, []))).toHaveLength(150);
        expect(home.repairs).toMatchObject([{ agentNo: 0, reason: expect.stringContaining('agent 0') }]);
        const again = await home.reopen();
        expect(await collect(again.eventsOf(0, []))).toHaveLength(150);
        expect(home.repairs).toHaveLength(1);
      },
    );
  });

  test('an index that is gone altogether is rebuilt from the journal', async () => {
    await furnish(await home.open());
    await home.behind(async (db) => {
      for (const [key] of (await entriesOf(db, 'index')).slice(0, 3)) await deleteRaw(db, key);
    });
    const store = await home.open();
    await store.saveAgents([snapshot(0, 384, [302])]);
    expect(await collect(store.eventsOf(0, []))).toHaveLength(151);
    expect(home.repairs).toEqual([{ agentNo: 0, reason: 'The index of agent 0 is missing' }]);
  });

  test('an index whose head is damaged is rebuilt before it is extended', async () => {
    const store = await damaged('index', 0, () => Buffer.alloc(3));
    await store.saveAgents([snapshot(1, 384, [383]), snapshot(0, 384, [384])]);
    expect(home.repairs).toEqual([{ agentNo: 0, reason: 'The index of agent 0 is damaged' }]);
    const again = await home.reopen();
    expect(await collect(again.directory())).toHaveLength(2);
    expect(await collect(again.eventsOf(0, []))).toHaveLength(151);
    expect(home.repairs).toHaveLength(1);
  });

  test.each(EACH)(
    'a directory entry with %s is reported, and after a reset all can be rebuilt',
    async (_what, how) => {
      const store = await damaged('directory', 0, how);
      await expect(collect(store.directory())).rejects.toMatchObject({ ...CORRUPT, seq: undefined });
      await rebuild(store);
    },
  );

  test('a directory entry that is gone is reported, and after a reset all can be rebuilt', async () => {
    const store = await damaged('directory', 0, () => undefined);
    await expect(collect(store.directory())).rejects.toMatchObject({
      ...CORRUPT,
      message: expect.stringContaining('The directory is damaged: 1 entries are missing'),
    });
    await rebuild(store);
  });

  test.each([...EACH, ['itself gone', () => undefined]] as const)(
    'a number of agents with %s is reported, and after a reset all can be rebuilt',
    async (_what, how) => {
      const store = await damaged('meta', 0, how);
      await expect(collect(store.directory())).rejects.toMatchObject(CORRUPT);
      await rebuild(store);
    },
  );

  async function rebuild(store: Store): Promise<void> {
    await store.resetSnapshots();
    expect(await collect(store.directory())).toEqual([]);
    expect(await collect(store.replay(store.checkpoint))).toHaveLength(384);
    await store.saveAgents([snapshot(0, 384, [2, 4]), snapshot(1, 384, [1, 3])]);
    const again = await home.reopen();
    expect(await collect(again.directory())).toHaveLength(2);
    expect(await collect(again.eventsOf(1, [5]))).toHaveLength(3);
  }

  test.each(EACH)('a state with %s is damaged, and the others are not', async (_what, how) => {
    const store = await damaged('states', 0, how);
    expect(await store.loadAgent(0)).toMatchObject({ status: 'damaged', error: CORRUPT });
    expect(await store.loadAgent(1)).toMatchObject({ status: 'ok' });
  });

  test('a state that is gone is missing', async () => {
    const store = await damaged('states', 0, () => undefined);
    expect(await store.loadAgent(0)).toEqual({ status: 'missing' });
  });

  test('a state of a newer format is told from damage', async () => {
    const newer = (value: Buffer) => Buffer.from(value.toString().replace('"format":1', '"format":3'));
    const store = await damaged('states', 0, newer);
    expect(await store.loadAgent(0)).toMatchObject({
      status: 'newer',
      error: { ...CORRUPT, message: 'Snapshot of agent 0: format 3, this version reads up to 2' },
    });
  });

  test.each([
    ['"seq":300', '"seq":299'],
    ['"agentNo":0', '"agentNo":1'],
    ['"machine":"agent"', '"machine":"trend"'],
    ['"points":[1,', '"points":[7,'],
  ])('a state that says %s is not believed when it says %s', async (was, is) => {
    const store = await damaged('states', 0, (value) => Buffer.from(value.toString().replace(was, is)));
    expect(await store.loadAgent(0)).toMatchObject({ status: 'damaged', error: CORRUPT });
  });

  test("a state that lies in another agent's place is damaged", async () => {
    await furnish(await home.open());
    await home.behind(async (db) => {
      const [first, second] = await entriesOf(db, 'states');
      await harmRaw(db, second![0], first![1]);
    });
    expect(await (await home.open()).loadAgent(1)).toMatchObject({ status: 'damaged' });
  });

  describe('that the database itself reports', () => {
    const report = Object.assign(new Error('bad block'), { code: 'LEVEL_CORRUPTION' });

    test('in the journal, is of the record that was asked for', async () => {
      const { store, faulty } = await home.openFaulty();
      await furnish(store);
      for (const read of [() => store.read(200), () => collect(store.replay(199))]) {
        faulty.failReads({ error: report });
        await expect(read()).rejects.toMatchObject({ ...CORRUPT, seq: 200 });
      }
    });

    test('in a state, is an answer, and does not touch the states that were asked for with it', async () => {
      const { store, faulty } = await home.openFaulty();
      await furnish(store);
      faulty.failReads({ error: report });
      expect(await store.loadAgent(0)).toMatchObject({ status: 'damaged', error: CORRUPT });
      faulty.failReads({ error: report });
      expect(await store.loadAgents([0, 1])).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    });

    test('in the directory, is reported without a sequence number', async () => {
      const { store, faulty } = await home.openFaulty();
      await furnish(store);
      faulty.failReads({ error: report });
      await expect(collect(store.directory())).rejects.toMatchObject({ ...CORRUPT, seq: undefined });
    });
  });

  test.each(EACH)('an output with %s is reported by whoever reads it', async (_what, how) => {
    const store = await damaged('outputs', 1, how);
    await expect(collect(store.outputs(0))).rejects.toMatchObject({
      ...CORRUPT,
      message: expect.stringContaining('An output of record 20 is damaged'),
      seq: 20,
    });
  });

  test.each([
    [0, 20],
    [1, 30],
    [2, 30],
  ])('output %i that is gone is reported by whoever reads over it', async (index, seq) => {
    await furnish(await home.open());
    const store = await home.reopen();
    await store.appendOutputs([output(30)]);
    await home.behind((db) => damage(db, 'outputs', index, () => undefined));
    const again = await home.open();
    await expect(collect(again.outputs(0))).rejects.toMatchObject({ ...CORRUPT, seq });
    expect(again.lastOutput).toEqual({ seq: 30, position: 0 });
    expect(await collect(again.outputs(30))).toEqual([]);
    // What is announced next keeps the place of the missing one free.
    await again.appendOutputs([output(40)]);
    await expect(collect(again.outputs(0))).rejects.toMatchObject(CORRUPT);
    await again.appendOutputs([output(50)]);
    expect(await collect(again.outputs(40))).toEqual([output(50)]);
  });

  /** Five outputs of four records, some of which are gone: as gaps. */
  async function withGaps(...gone: number[]): Promise<{ store: Store; gaps: Gap[] }> {
    const first = await home.open();
    await appendEvents(first, 50);
    await first.appendOutputs(FIVE);
    await home.behind(async (db) => {
      // From behind, so that places stay.
      for (const index of gone.toSorted((a, b) => b - a)) await damage(db, 'outputs', index, () => undefined);
    });
    const store = await home.open();
    const found = await collect(store.soundOutputs(0));
    return { store, gaps: found.flatMap((one) => ('gap' in one ? [one.gap] : [])) };
  }

  const inGaps = (gaps: readonly Gap[]) => (one: Output) =>
    gaps.some(({ from, to }) => one.seq >= from && one.seq <= to);

  test.each([
    { gone: [0] },
    { gone: [1] },
    { gone: [2] },
    { gone: [4] },
    { gone: [0, 1] },
    { gone: [1, 2] },
    { gone: [3, 4] },
    { gone: [0, 4] },
    { gone: [0, 3] },
    { gone: [0, 1, 2, 3, 4] },
  ])('outputs that are gone are filled in where all of their records is given: $gone', async ({ gone }) => {
    const { store, gaps } = await withGaps(...gone);
    expect(gaps.length).toBeGreaterThan(0);
    expect(await store.mendOutputs(FIVE.filter(inGaps(gaps)), gaps)).toEqual(gaps);
    expect(await collect(store.outputs(0))).toEqual(FIVE);
    expect(await collect((await home.reopen()).outputs(0))).toEqual(FIVE);
  });

  test('gaps that have a record in common are filled in as one', async () => {
    const { store, gaps } = await withGaps(1, 3);
    expect(gaps).toEqual([
      { from: 10, to: 20 },
      { from: 20, to: 40 },
    ]);
    const one = [{ from: 10, to: 40 }];
    expect(await store.mendOutputs(FIVE, one)).toEqual(one);
    expect(await collect(store.outputs(0))).toEqual(FIVE);
  });

  test('a gap is filled where another one cannot be', async () => {
    const { store, gaps } = await withGaps(0, 3);
    expect(gaps).toEqual([
      { from: 1, to: 10 },
      { from: 20, to: 40 },
    ]);
    const wrong = FIVE.filter(({ seq }) => seq !== 30);
    expect(await store.mendOutputs(wrong, gaps)).toEqual([gaps[0]]);
    await expect(collect(store.outputs(0))).rejects.toMatchObject({ ...CORRUPT, seq: 40 });
    expect(await store.mendOutputs(FIVE, gaps.slice(1))).toEqual(gaps.slice(1));
    expect(await collect(store.outputs(0))).toEqual(FIVE);
  });

  test.each<[string, Output[]]>([
    ['too few', FIVE.filter(({ seq }) => seq !== 20)],
    ['too many', [...FIVE, output(21)]],
    ['others than there are', FIVE.map((one) => (one.seq === 10 ? output(10, one.position, 'other') : one))],
    ['nothing', []],
  ])('what is made again is not stored when it is %s', async (_what, remade) => {
    const { store } = await withGaps(2);
    expect(await store.mendOutputs(remade, [{ from: 10, to: 30 }])).toEqual([]);
    await expect(collect(store.outputs(0))).rejects.toMatchObject(CORRUPT);
  });

  test('outputs whose filling in failed can be filled in by whoever opens the store anew', async () => {
    const { gaps } = await withGaps(2);
    await home.behind(async () => {});
    const { store, faulty } = await home.openFaulty();
    faulty.failWrites({ error: new Error('disk') });
    const remade = FIVE.filter(inGaps(gaps));
    await expect(store.mendOutputs(remade, gaps)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    const again = await home.reopen();
    expect(await again.mendOutputs(remade, gaps)).toEqual(gaps);
    expect(await collect(again.outputs(0))).toEqual(FIVE);
  });

  test('how many outputs there are is read from the last one when it is not known any more', async () => {
    const store = await damaged('meta', 4, () => undefined);
    expect(store.lastOutput).toEqual({ seq: 20, position: 0 });
    await store.appendOutputs([output(30)]);
    expect(await collect(store.outputs(0))).toEqual([output(10), output(20), output(30)]);
  });
}

const FIVE = [output(10), output(10, 1), output(20), output(30), output(40)];
const NO_ENTRY: RawEntry = [Buffer.alloc(0), Buffer.alloc(0)];

type DamageArguments = Parameters<typeof damage> extends [unknown, ...infer Rest] ? Rest : never;
