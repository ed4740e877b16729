import { describe, expect, test } from 'vitest';
import type { AgentSnapshot } from '../../../src/store/types.js';
import type { Home } from '../support/opening.js';
import { appendEvents, collect, eventRecord, range, snapshot } from '../support/records.js';

export function snapshots(home: Home): void {
  test('a saved agent comes back, and so does its directory entry', async () => {
    const store = await home.open();
    await appendEvents(store, 5);
    const saved = [snapshot(3, 5), snapshot(0, 4), snapshot(300, 2)];
    await store.saveAgents(saved);
    const again = await home.reopen();
    const inOrder = [snapshot(0, 4), snapshot(3, 5), snapshot(300, 2)];
    expect(await collect(again.directory())).toEqual(inOrder.map(({ entry }) => entry));
    for (const { entry, state } of saved) {
      const expected = { agentNo: entry.no, seq: entry.seq, state };
      expect(await again.loadAgent(entry.no)).toEqual({ status: 'ok', snapshot: expected });
    }
    expect(await again.loadAgent(1)).toEqual({ status: 'missing' });
  });

  test('the latest snapshot of an agent is the one that counts, in one call too', async () => {
    const store = await home.open();
    await appendEvents(store, 5);
    await store.saveAgents([snapshot(0, 2, [1, 2])]);
    await store.saveAgents([snapshot(0, 3, [3]), snapshot(0, 4, [4])]);
    expect(await collect(store.directory())).toEqual([snapshot(0, 4).entry]);
    expect(await store.loadAgent(0)).toMatchObject({ snapshot: { seq: 4 } });
    expect((await collect(store.eventsOf(0, [5]))).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test('several agents are loaded at once, in the order in which they were asked for', async () => {
    const store = await home.open();
    await appendEvents(store, 3);
    await store.saveAgents([snapshot(0, 1), snapshot(1, 2), snapshot(2, 3)]);
    expect(await store.loadAgents([2, 9, 0, 2])).toMatchObject([
      { status: 'ok', snapshot: { agentNo: 2, seq: 3 } },
      { status: 'missing' },
      { status: 'ok', snapshot: { agentNo: 0, seq: 1 } },
      { status: 'ok', snapshot: { agentNo: 2, seq: 3 } },
    ]);
    expect(await store.loadAgents([])).toEqual([]);
  });

  test('a projection comes back as it was saved last, and not when the snapshots were reset', async () => {
    const store = await home.open();
    await appendEvents(store, 5);
    expect(await store.loadProjection('departments')).toBeUndefined();
    await store.saveProjection('departments', { seq: 3, state: { a: 1 } });
    await store.saveProjection('departments', { seq: 5, state: { a: [2, null] } });
    await expect(store.saveProjection('departments', { seq: 6, state: {} })).rejects.toMatchObject({
      code: 'TENURE_STORAGE',
    });
    const again = await home.reopen();
    expect(await again.loadProjection('departments')).toEqual({ seq: 5, state: { a: [2, null] } });
    expect(await again.loadProjection('others')).toBeUndefined();
    await again.resetSnapshots();
    expect(await again.loadProjection('departments')).toBeUndefined();
  });

  test('a checkpoint moves both ways, and never beyond the journal', async () => {
    const store = await home.open();
    await appendEvents(store, 5);
    await store.saveCheckpoint(5);
    await expect(store.saveCheckpoint(6)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    expect(store.checkpoint).toBe(5);
    await store.saveCheckpoint(4);
    expect((await home.reopen()).checkpoint).toBe(4);
  });

  describe("an agent's events", () => {
    test('are those in its index and the recent ones, in order, each once', async () => {
      const store = await home.open();
      const mine = range(1, 900).filter((seq) => seq % 3 === 0);
      await store.append(range(1, 900).map((seq) => eventRecord(seq, { agentNo: seq % 3 })));
      await store.saveAgents([snapshot(0, 300, mine.slice(0, 100)), snapshot(1, 300, [1, 4])]);
      await store.saveAgents([snapshot(0, 600, mine.slice(100, 200))]);
      for (const recent of [mine.slice(200), mine.slice(150), mine.toReversed()]) {
        expect((await collect(store.eventsOf(0, recent))).map(({ seq }) => seq)).toEqual(mine);
      }
      expect((await collect(store.eventsOf(1, []))).map(({ seq }) => seq)).toEqual([1, 4]);
      expect(await collect(store.eventsOf(2, []))).toEqual([]);
    });

    test('are indexed once when a snapshot is saved again', async () => {
      const store = await home.open();
      await appendEvents(store, 6);
      await store.saveAgents([snapshot(0, 3, [1, 2, 3])]);
      await store.saveAgents([snapshot(0, 3, [1, 2, 3])]);
      await (await home.reopen()).saveAgents([snapshot(0, 5, [2, 3, 4, 5])]);
      const again = await home.reopen();
      expect((await collect(again.eventsOf(0, [6]))).map(({ seq }) => seq)).toEqual(range(1, 6));
    });

    test("of another agent's record are damage", async () => {
      const store = await home.open();
      await store.append([eventRecord(1, { agentNo: 1 }), { kind: 'tick', seq: 2, now: 5 }]);
      for (const seq of [1, 2, 3]) {
        const events = collect(store.eventsOf(0, [seq]));
        await expect(events).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq });
      }
    });
  });

  const bad: Record<string, AgentSnapshot> = {
    'of a record that is not there': snapshot(0, 4),
    'of no agent': snapshot(-1, 1),
    'of an agent beyond all numbers': snapshot(2 ** 32, 1),
    'that indexes a record that is not there': snapshot(0, 3, [4]),
    'that indexes what it does not reflect': snapshot(0, 2, [3]),
    'that indexes out of order': snapshot(0, 3, [2, 1]),
    'that indexes twice': snapshot(0, 3, [2, 2]),
    'that indexes record 0': snapshot(0, 3, [0]),
  };
  test.each(Object.entries(bad))(
    'a snapshot %s is refused, with all that came with it',
    async (_what, wrong) => {
      const store = await home.open();
      await appendEvents(store, 3);
      const both = store.saveAgents([snapshot(7, 3, [3]), wrong]);
      await expect(both).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
      expect(await collect(store.directory())).toEqual([]);
    },
  );

  test('snapshots whose write failed are not there at all, and can be saved by whoever opens the store anew', async () => {
    const { store, faulty } = await home.openFaulty();
    await appendEvents(store, 3);
    const both = [snapshot(0, 3, [1, 2, 3]), snapshot(1, 3)];
    faulty.failWrites({ error: new Error('disk') });
    await expect(store.saveAgents(both)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    expect(await collect(store.directory())).toEqual([]);
    expect(await store.loadAgent(0)).toEqual({ status: 'missing' });
    expect(await collect(store.eventsOf(0, []))).toEqual([]);
    const again = await home.reopen();
    await again.saveAgents(both);
    expect(await collect(again.directory())).toHaveLength(2);
    expect(await collect(again.eventsOf(0, []))).toHaveLength(3);
  });

  test('snapshots that are saved at once do not lose one another', async () => {
    const store = await home.open();
    await appendEvents(store, 20);
    await Promise.all(
      range(1, 20).map((seq) => store.saveAgents([snapshot(0, seq, [seq]), snapshot(seq, seq)])),
    );
    const again = await home.reopen();
    expect(await collect(again.eventsOf(0, []))).toHaveLength(20);
    expect(await collect(again.directory())).toHaveLength(21);
  });

  test('after a reset there are no snapshots, and all can be saved anew', async () => {
    const store = await home.open();
    await appendEvents(store, 3);
    await store.saveAgents([snapshot(0, 3, [1, 2, 3]), snapshot(2 ** 32 - 1, 3)]);
    await store.saveCheckpoint(3);
    await store.resetSnapshots();
    expect(store.checkpoint).toBe(0);
    const again = await home.reopen();
    expect(again).toMatchObject({ lastSeq: 3, checkpoint: 0 });
    expect(await collect(again.directory())).toEqual([]);
    expect(await again.loadAgent(0)).toEqual({ status: 'missing' });
    expect(await collect(again.eventsOf(0, []))).toEqual([]);
    expect(await collect(again.replay(0))).toHaveLength(3);
    await again.saveAgents([snapshot(0, 3, [1, 2, 3])]);
    expect(await collect(again.eventsOf(0, []))).toHaveLength(3);
    expect(await collect((await home.reopen()).directory())).toHaveLength(1);
  });

  test('a reset that is broken off is noticed from its first write on, before anything is gone', async () => {
    await appendEvents(await home.open(), 3);
    for (let after = 0, isDone = false; !isDone; after++) {
      await home.reopen().then((store) => store.close());
      const { store, faulty } = await home.openFaulty();
      await store.resetSnapshots();
      await store.saveAgents([snapshot(0, 3, [1, 2, 3])]);
      faulty.failWrites({ after, times: Number.POSITIVE_INFINITY });
      isDone = await store.resetSnapshots().then(
        () => true,
        () => false,
      );
      const directory = collect((await home.reopen()).directory());
      if (isDone) expect([after > 5, await directory]).toEqual([true, []]);
      else if (after === 0) expect(await directory).toHaveLength(1);
      else await expect(directory, `write ${after}`).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
    }
  });
}
