import { describe, expect, test } from 'vitest';
import type { Home } from '../support/opening.js';
import { entriesOf } from '../support/raw.js';
import {
  appendEvents,
  collect,
  eventRecord,
  NOON,
  range,
  storedEvent,
  tickRecord,
} from '../support/records.js';

export function journal(home: Home): void {
  test('events and ticks come back as they went in, whatever the commit', async () => {
    const store = await home.open();
    const first = [eventRecord(1, { department: 'sales' }), tickRecord(2), eventRecord(3)];
    const second = range(4, 700).map((seq) => eventRecord(seq, { agentNo: seq % 7 }));
    await store.append(first);
    await store.append(second);
    const records = await collect(store.replay(0));
    expect(records).toEqual(
      [...first, ...second].map((record) =>
        record.kind === 'tick'
          ? record
          : {
              kind: 'event',
              seq: record.seq,
              now: record.now,
              agentNo: record.agentNo,
              event: storedEvent(record),
            },
      ),
    );
    for (const seq of [1, 2, 3, 131, 132, 700]) expect(await store.read(seq)).toEqual(records[seq - 1]);
  });

  test.each([0, 1, 3, 127, 128, 129, 299, 300, 301])('replay(%i) begins right after it', async (after) => {
    const store = await home.open();
    await appendEvents(store, 300);
    const seqs = (await collect(store.replay(after))).map(({ seq }) => seq);
    expect(seqs).toEqual(range(after + 1, 300));
  });

  test('a replay ends where the journal ended when it was asked for', async () => {
    const store = await home.open();
    await appendEvents(store, 2);
    const records = store.replay(0);
    await appendEvents(store, 2);
    expect(await collect(records)).toHaveLength(2);
  });

  test("an event's own department stands, and one that has none is given none", async () => {
    const store = await home.open();
    const json = JSON.stringify({ type: 'agent.hired', id: 'a', agentId: 'x', at: NOON, department: 'own' });
    const stamped = eventRecord(2, { department: 'stamped' });
    await store.append([
      { ...eventRecord(1, { id: 'a', json }), department: 'stamped' },
      stamped,
      eventRecord(3),
    ]);
    const records = (await collect(store.replay(0))).map((record) => record.kind === 'event' && record.event);
    expect(records[0]).toMatchObject({ department: 'own' });
    expect(records[1]).toMatchObject({ department: 'stamped' });
    expect(records[2]).not.toHaveProperty('department');
  });

  test('the canonical JSON of an event comes back to the letter', async () => {
    const store = await home.open();
    const metadata = {
      text: 'tab\t line\n sep\u2028 nul\0 lone\ud800 ünïcödé 🎉',
      number: 1e-7,
      deep: [[{}]],
    };
    const json = JSON.stringify({ type: 'agent.departed', id: 'a', agentId: 'x', at: NOON, metadata });
    await store.append([eventRecord(1, { id: 'a', json, department: '\ttab\n\ud800' }), tickRecord(2)]);
    expect(await store.canonical(1)).toBe(json);
    expect(await store.read(1)).toMatchObject({ event: { metadata, department: '\ttab\n\ud800' } });
    await expect(store.canonical(2)).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq: 2 });
  });

  test('the watermark is the greatest time of the clock, even if the clock went back', async () => {
    const store = await home.open();
    await store.append([tickRecord(1, NOON + 10), tickRecord(2, NOON)]);
    expect(store.watermark).toBe(NOON + 10);
    expect((await home.reopen()).watermark).toBe(NOON + 10);
  });

  test('appends that are handed in at once are written in the order of the calls', async () => {
    const store = await home.open();
    await Promise.all(range(1, 20).map((seq) => store.append([eventRecord(seq)])));
    expect(store.lastSeq).toBe(20);
    expect(await collect(store.replay(0))).toHaveLength(20);
  });

  test('appending nothing writes nothing', async () => {
    const { store, faulty } = await home.openFaulty();
    const before = faulty.written.length;
    await store.append([]);
    expect(faulty.written).toHaveLength(before);
  });

  test.each([
    ['a gap after the end', [eventRecord(3)]],
    ['a sequence number that is taken', [eventRecord(1)]],
    ['a gap among the records', [eventRecord(2), eventRecord(4)]],
    ['a time that is none', [eventRecord(2, { at: Number.NaN })]],
    ['a clock that has none', [tickRecord(2, Number.NaN)]],
    ['an agent without a number', [eventRecord(2, { agentNo: -1 })]],
    ['JSON of several lines', [eventRecord(2, { json: '{\n}' })]],
  ])('%s is refused, nothing is written, and the store goes on', async (_what, records) => {
    const store = await home.open();
    await appendEvents(store, 1);
    await expect(store.append(records)).rejects.toMatchObject({
      name: 'TenureError',
      code: 'TENURE_STORAGE',
    });
    expect(store.lastSeq).toBe(1);
    await store.append([eventRecord(2)]);
    expect(await collect(store.replay(0))).toHaveLength(2);
  });

  test.each([0, 4, -1, 1.5, Number.NaN])('reading record %d of three is TENURE_CORRUPT', async (seq) => {
    const store = await home.open();
    await appendEvents(store, 3);
    await expect(store.read(seq)).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq });
    await expect(store.canonical(seq)).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq });
  });

  test('a commit of 2,000 records is packed into 16 blocks', async () => {
    const store = await home.open();
    await appendEvents(store, 2_000);
    await home.behind(async (db) => {
      expect(await entriesOf(db, 'journal')).toHaveLength(16);
      expect(await entriesOf(db, 'timeline')).toHaveLength(16);
    });
  });

  describe('when a write fails', () => {
    const cause = new Error('no space left on device');

    test('nothing of the commit is there, and later appends are refused until the store is opened anew', async () => {
      const { store, faulty } = await home.openFaulty();
      await appendEvents(store, 200);
      faulty.failWrites({ error: cause });
      await expect(appendEvents(store, 200)).rejects.toMatchObject({ code: 'TENURE_STORAGE', cause });
      await expect(appendEvents(store, 1)).rejects.toMatchObject({
        code: 'TENURE_STORAGE',
        cause: { cause },
      });
      expect(store.lastSeq).toBe(200);
      const again = await home.reopen();
      expect(again.lastSeq).toBe(200);
      expect(await collect(again.replay(0))).toHaveLength(200);
      expect(await collect(again.timeline({}))).toHaveLength(200);
      expect(await again.seqsOf(['event-200', 'event-201', 'event-400'])).toEqual([
        200,
        undefined,
        undefined,
      ]);
      await appendEvents(again, 1);
      expect(again.lastSeq).toBe(201);
    });

    test('appends that waited behind it are refused too', async () => {
      const { store, faulty } = await home.openFaulty();
      faulty.failWrites({ error: cause });
      const results = await Promise.allSettled([
        store.append([eventRecord(1)]),
        store.append([eventRecord(2)]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect((await home.reopen()).lastSeq).toBe(0);
    });

    test('what is stored can still be read', async () => {
      const { store, faulty } = await home.openFaulty();
      await appendEvents(store, 2);
      faulty.failWrites({ error: cause });
      await expect(appendEvents(store, 1)).rejects.toThrow('Writing to the journal failed: no space left');
      expect(await collect(store.replay(0))).toHaveLength(2);
    });
  });

  test('a read that fails is TENURE_STORAGE, and can be tried again', async () => {
    const { store, faulty } = await home.openFaulty();
    await appendEvents(store, 1);
    const cause = new Error('input/output error');
    for (const read of [() => store.read(1), () => store.seqsOf(['event-1']), () => store.loadAgent(0)]) {
      faulty.failReads({ error: cause });
      await expect(read()).rejects.toMatchObject({ code: 'TENURE_STORAGE', cause });
      await expect(read()).resolves.toBeDefined();
    }
  });

  test.each([
    ['process', false],
    ['power', true],
  ] as const)('with durability %s what must last is written with sync %s', async (durability, sync) => {
    const { store, faulty } = await home.openFaulty(durability);
    await store.append([eventRecord(1)]);
    await store.appendOutputs([{ type: 't', seq: 1, position: 0, at: NOON, agentId: 'x' }]);
    expect(faulty.written.map((write) => write.sync)).toEqual([sync, sync, sync]);
    await store.saveCheckpoint(1);
    expect(faulty.written.at(-1)?.sync).toBe(false);
  });
}
