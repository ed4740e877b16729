import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/runtime/requests.js';
import type { BatchOperation } from '../../src/store/database.js';
import { FaultyDatabase } from '../../src/testing/faulty-database.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { importJournal } from '../../src/transfer/import.js';
import { clockAt, collect, HOUR, START, task } from '../support/tracker.js';

const CLOSED = { code: 'TENURE_CLOSED' };

/** Everything that waits for a commit. */
const CALLS: Record<string, (tracker: Tracker) => Promise<unknown>> = {
  record: (tracker) => tracker.record(task(2)),
  recordAll: (tracker) => tracker.recordAll([task(2)]),
  flush: (tracker) => tracker.flush(),
  retry: (tracker) => tracker.retry(),
  export: (tracker) => collect(tracker.export()),
};

describe('a host that closes the tracker while it is told something', () => {
  it.each(Object.entries(CALLS))('and goes on with %s is refused at once', async (_, call) => {
    const tracker = await openTracker({ db: new MemoryLevel(), clock: clockAt(START + HOUR * 9) });
    let late: Promise<unknown> | undefined;
    tracker.actor.subscribe(({ context: { seq } }) => {
      if (seq < 1 || late) return;
      tracker.close();
      late = call(tracker);
      late.catch(() => {});
    });
    await tracker.record(task(1));
    await expect(late).rejects.toMatchObject(CLOSED);
    await tracker.close();
  });
});

it('an event whose getters record another one comes after it, in the journal and by the clock', async () => {
  const clock = clockAt();
  const db = new MemoryLevel();
  const tracker = await openTracker({ db, clock });
  let inner: Promise<Receipt> | undefined;
  const outer = tracker.record({
    ...task(1, { id: 'outer', at: START }),
    get agentId() {
      if (inner) return 'ada';
      clock.increment(60_000);
      inner = tracker.record(task(2, { id: 'inner', at: START }));
      return 'ada';
    },
  } as never);
  expect([await inner, await outer]).toMatchObject([{ seq: 1 }, { seq: 2 }]);
  const recordedAt = (await collect(tracker.events())).sort((a, b) => a.seq - b.seq).map((e) => e.recordedAt);
  expect(recordedAt).toEqual([START + 60_000, START + 60_000]);
  await tracker.close();
  const summary = await importJournal(await collect(exportJournal({ db })), { db: new MemoryLevel() });
  expect(summary).toMatchObject({ events: 2 });
});

/** A database that tells when snapshots are about to be written. */
class Watched extends FaultyDatabase {
  whenSaving = () => {};

  override async batch<K, V>(
    operations: BatchOperation<K, V>[],
    options: Parameters<FaultyDatabase['batch']>[1],
  ): Promise<void> {
    if (operations.some(({ key }) => String(key).startsWith('!states!'))) this.whenSaving();
    await super.batch(operations, options);
  }
}

it('an agent that the host begins to listen to while it is put to rest stays awake', async () => {
  const db = new Watched(new MemoryLevel());
  const clock = clockAt(START + HOUR * 9);
  const tracker = await openTracker({ db, clock, maxActiveAgents: 2 });
  const work = (agentId: string, n: number) => tracker.record(task(n, { id: `${agentId}-${n}`, agentId }));
  await work('ada', 1);
  const told: string[] = [];
  db.whenSaving = () => {
    db.whenSaving = () => {};
    tracker
      .agentActor('ada')
      ?.subscribe({ next: () => told.push('next'), complete: () => told.push('over') });
  };
  for (const agentId of ['bob', 'eve', 'zoë']) await work(agentId, 1);
  await work('ada', 2);
  expect(told).toEqual(['next']);
  await tracker.close();
});
