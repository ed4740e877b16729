import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { DropFailed } from '../../machines/supervisor.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { BatchOperation } from '../../src/store/database.js';
import { buildingKey } from '../../src/store/keys.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { damage, entriesOf, harmRaw, putRaw } from '../store/support/raw.js';
import { live, work } from '../support/careers.js';
import { day, doings, FOREVER, horizonOf, known, lived, liveOn, SHORT } from '../support/dropping.js';
import { counted, reportFaults } from '../support/faults.js';
import { type HeldRead, HeldReads } from '../support/held-reads.js';
import { clockAt, collect, DAY, HOUR, idle, START, task } from '../support/tracker.js';

reportFaults('Drops');

/** More agents than are written between two notes of how far a drop came. */
const MANY = 520;

/** Everybody works on the first day, and on the tenth. */
function manyDoings(n: number) {
  return Array.from({ length: MANY }, (_, i) =>
    task(n, { id: `${i}-${n}`, agentId: `agent ${i}`, taskId: `t${n}`, at: day(n) + i * 1_000 }),
  );
}

/** A database that tells of every note of how far a drop came, and counts the drops. */
class NotingDatabase extends FaultyDatabase {
  onNote: () => void = () => undefined;
  drops = 0;

  constructor(readonly memory = new MemoryLevel()) {
    super(memory);
  }

  override async batch<K, V>(operations: BatchOperation<K, V>[], options: Options): Promise<void> {
    await super.batch(operations, options);
    const names = operations.flatMap(({ type, key }) => (type === 'put' ? [String(key)] : []));
    if (names.includes('!meta!dropped')) this.drops++;
    if (operations.some(({ type, key }) => type === 'put' && isNote(key))) this.onNote();
  }
}

type Options = Parameters<FaultyDatabase['batch']>[1];

function isNote(key: unknown): boolean {
  return [0, 1].some((generation) => Buffer.isBuffer(key) && buildingKey(generation).equals(key));
}

async function manyLived(db: NotingDatabase, options: object): Promise<void> {
  const clock = clockAt();
  const tracker = await openTracker({ db, clock, ...options });
  for (const n of [0, 10]) {
    clock.set(day(n) + 2 * HOUR);
    const { rejected } = await tracker.recordAll(manyDoings(n));
    expect(rejected).toEqual([]);
    if (n === 0) continue;
    await tracker.close();
  }
}

/** Processes that each end as soon as they have noted something, until one has nothing to note. */
async function sessions(db: NotingDatabase, between: (tracker: Tracker) => Promise<void>): Promise<number> {
  for (let count = 0; ; count++) {
    const tracker = await openTracker({ db, clock: clockAt(day(10) + 3 * HOUR), ...SHORT });
    await between(tracker);
    let closing: Promise<void> | undefined;
    db.onNote = () => {
      closing ??= tracker.close();
    };
    await idle(tracker).catch((error) => expect(error).toMatchObject({ code: 'TENURE_CLOSED' }));
    db.onNote = () => undefined;
    if (closing) await closing;
    else {
      await tracker.close();
      return count;
    }
  }
}

describe('a drop', () => {
  it('comes to its end through processes that are closed whenever it came a little further', async () => {
    const db = counted(new NotingDatabase());
    await manyLived(db, FOREVER);
    const refused: unknown[] = [];
    const count = await sessions(db, async (tracker) => {
      const early = task(0, { id: 'early', agentId: 'agent 7', at: START + HOUR });
      refused.push(await tracker.record(early).catch(({ code }) => code));
    });
    // It is begun, and noted twice of agents as they are and twice of their pasts; closing may come after the next note.
    expect(count).toBeGreaterThanOrEqual(3);
    expect(count).toBeLessThanOrEqual(5);
    // It would be missed in what is written already.
    expect(refused).toEqual(Array(count + 1).fill('TENURE_INVALID_EVENT'));
    const tracker = await openTracker({ db, clock: clockAt(day(10) + 3 * HOUR), ...SHORT });
    expect(await horizonOf(tracker)).toBe(day(5));
    expect(await tracker.performance('agent 7')).toMatchObject({ lifetime: { tasksCompleted: 2 } });
    expect(await tracker.performance('agent 519', day(6))).toMatchObject({
      lifetime: { tasksCompleted: 1 },
    });
    await tracker.close();
    const { findings } = await verifyDatabase({ db, ...SHORT });
    expect(findings).toEqual([]);
  });

  it('that was begun is given up when more is to be kept, and misses nothing that comes then', async () => {
    const db = counted(new NotingDatabase());
    await manyLived(db, FOREVER);
    let isClosed = false;
    const first = await openTracker({ db, clock: clockAt(day(10) + 3 * HOUR), ...SHORT });
    db.onNote = () => {
      isClosed = true;
      void first.close();
    };
    await idle(first).catch(() => undefined);
    await first.close();
    expect(isClosed).toBe(true);
    db.onNote = () => undefined;
    const longer = await openTracker({ db, clock: clockAt(day(10) + 3 * HOUR), ...FOREVER });
    const early = task(0, { id: 'early', agentId: 'agent 7', at: START + HOUR });
    expect(await longer.record(early)).toMatchObject({ duplicate: false });
    await longer.close();
    const tracker = await openTracker({ db, clock: clockAt(day(10) + 3 * HOUR), ...SHORT });
    await idle(tracker);
    expect(await tracker.performance('agent 7')).toMatchObject({ lifetime: { tasksCompleted: 3 } });
    expect(await tracker.performance('agent 7', day(6))).toMatchObject({ lifetime: { tasksCompleted: 2 } });
    await tracker.close();
    expect((await verifyDatabase({ db, ...SHORT })).findings).toEqual([]);
  });

  it('is read back before it is in force: what was damaged meanwhile is written anew a day later, and told', async () => {
    const db = counted(new NotingDatabase());
    await manyLived(db, FOREVER);
    const clock = clockAt(day(10) + 3 * HOUR);
    const first = await openTracker({ db, clock, ...SHORT });
    let notes = 0;
    db.onNote = () => {
      if (++notes === 3) void first.close();
    };
    await idle(first).catch(() => undefined);
    await first.close();
    db.onNote = () => undefined;
    await db.open();
    await damage(db.memory, 'foundations', 40, (value) => value.subarray(1));
    await db.close();
    const second = await openTracker({ db, clock, ...SHORT });
    const told = failuresOf(second);
    await idle(second);
    expect(told).toEqual([
      {
        seq: undefined,
        reason: expect.stringContaining('before they were in force'),
        keptFrom: expect.any(Number),
      },
    ]);
    expect(await horizonOf(second)).toBe(0);
    clock.increment(25 * HOUR);
    await idle(second);
    expect(await horizonOf(second)).toBe(day(6));
    expect(told).toHaveLength(1);
    await second.close();
    expect((await verifyDatabase({ db, ...SHORT })).findings).toEqual([]);
  });

  it('of a long past is made of several, each of some days, and comes to the same', async () => {
    const said = [];
    for (const options of [SHORT, FOREVER]) {
      const db = counted(new NotingDatabase());
      const clock = clockAt();
      const first = await openTracker({ db, clock, ...FOREVER });
      for (let n = 0; n < 6; n++) {
        clock.set(day(n) + HOUR);
        const tasks = Array.from({ length: 1_800 }, (_, i) =>
          task(i, { id: `${n}-${i}`, agentId: `agent ${i % 50}`, taskId: `${n}-${i}`, at: day(n) + i }),
        );
        await first.recordAll(tasks);
      }
      await first.close();
      clock.set(day(11) + HOUR);
      const tracker = await openTracker({ db, clock, ...options });
      await idle(tracker);
      expect(db.drops).toBe(options === SHORT ? 2 : 0);
      if (options === SHORT) expect(await horizonOf(tracker)).toBe(day(6));
      said.push({
        agents: await tracker.agents(),
        past: await tracker.performance('agent 7', day(6)),
        query: await tracker.query({ from: day(6), groupBy: 'agent' }),
      });
      await tracker.close();
      if (options === SHORT) expect((await verifyDatabase({ db, ...SHORT })).findings).toEqual([]);
    }
    expect(said[0]).toEqual(said[1]);
  });
});

/** What a tracker says of drops that failed. */
function failuresOf(tracker: Tracker): Omit<DropFailed, 'type'>[] {
  const told: Omit<DropFailed, 'type'>[] = [];
  tracker.actor.on('drop.failed', ({ type: _, ...failed }) => told.push(failed));
  return told;
}

describe('a drop that meets damage', () => {
  it('of the journal drops what is before it, says so once, and leaves the rest as it is', async () => {
    const { tracker, clock, db } = await lived(20, FOREVER);
    await tracker.close();
    const twin = await lived(30, FOREVER);
    await db.open();
    const blocks = await entriesOf(db, 'journal');
    await db.close();
    // A commit of the seventh day.
    const events = await openTracker({ db, clock, ...FOREVER });
    const [ofDay7] = await collect(events.events({ from: day(7) }));
    await events.close();
    await db.open();
    const seqOf = (key: Buffer) => Number(key.readBigUInt64BE(key.length - 8));
    const [key, value] = blocks.findLast(([one]) => seqOf(one) <= ofDay7!.seq)!;
    await harmRaw(db, key, value.subarray(1));
    await db.close();
    const again = await openTracker({ db, clock, ...SHORT });
    const told = failuresOf(again);
    const drops: number[] = [];
    again.actor.on('records.dropped', ({ keptFrom }) => drops.push(keptFrom));
    await idle(again);
    expect(told).toEqual([
      { seq: seqOf(key), reason: expect.stringContaining('damaged'), keptFrom: expect.any(Number) },
    ]);
    expect(await horizonOf(again)).toBe(day(6));
    expect(drops.at(-1)).toBe(day(6));
    expect(again.actor.getSnapshot().context.keptFrom).toBe(day(6));
    await liveOn({ tracker: again, clock }, 20, 30);
    expect(told).toHaveLength(1);
    expect(await horizonOf(again)).toBe(day(6));
    const [found, should] = [await again.agents(), await twin.tracker.agents()];
    expect(found).toEqual(should);
    expect(await again.query({ from: day(25), groupBy: 'agent' })).toEqual(
      await twin.tracker.query({ from: day(25), groupBy: 'agent' }),
    );
    await again.close();
    const { findings } = await verifyDatabase({ db, ...SHORT });
    expect(new Set(findings.map(({ part }) => part))).toEqual(new Set(['journal']));
    // Put back, as from a copy.
    await db.open();
    await putRaw(db, key, value);
    await db.close();
    const last = await openTracker({ db, clock, ...SHORT });
    await idle(last);
    expect(await horizonOf(last)).toBe(day(24));
    expect(await known(last, day(24))).toEqual(await known(twin.tracker, day(24)));
    await last.close();
    await twin.tracker.close();
    expect((await verifyDatabase({ db, ...SHORT })).findings).toEqual([]);
  });

  it('of the foundations says so once, and everything else goes on', async () => {
    const { tracker, clock, db } = await lived(20);
    const horizon = await horizonOf(tracker);
    await tracker.close();
    await db.open();
    await damage(db, 'foundations', 4, (value) => value.subarray(1));
    await db.close();
    const again = await openTracker({ db, clock, ...SHORT });
    const told = failuresOf(again);
    for (let n = 20; n < 25; n++)
      await live({ tracker: again, clock }, n, n + 1, doings).then(() => idle(again));
    expect(told).toEqual([{ seq: undefined, reason: expect.any(String), keptFrom: horizon }]);
    expect(await horizonOf(again)).toBe(horizon);
    expect((await again.performance('ada'))?.lifetime.tasksCompleted).toBe(50);
    await again.close();
  });
});

/** A database in which something happens before the foundations of a drop are written. */
class BeforeFoundations extends HeldReads {
  meanwhile: (() => Promise<void>) | undefined;

  override async batch<K, V>(
    operations: BatchOperation<K, V>[],
    options: Parameters<HeldReads['batch']>[1],
  ): Promise<void> {
    const { meanwhile } = this;
    if (meanwhile && operations.some(({ key }) => String(key).startsWith('!foundations!'))) {
      this.meanwhile = undefined;
      await meanwhile();
    }
    await super.batch(operations, options);
  }
}

it('a duplicate that is looked up while its event is dropped is refused for its time', async () => {
  const db = new BeforeFoundations(new MemoryLevel());
  const clock = clockAt();
  const tracker = await openTracker({ db, clock, ...SHORT, maxActiveAgents: 1 });
  const [known] = work('ada', 0, 5) as [PerformanceEventInput];
  for (const events of [[known], work('ada', 1, 5), ...[2, 3, 4].map((n) => work('bob', n, 5))]) {
    await tracker.recordAll(events);
    clock.increment(DAY);
  }
  await idle(tracker);
  const bob = (id: string) => tracker.record(task(0, { id, taskId: id, agentId: 'bob', at: clock.now() }));
  const dropped = new Promise((resolve) => tracker.actor.on('records.dropped', resolve));
  let answer: Promise<unknown> | undefined;
  let waking: HeldRead | undefined;
  db.meanwhile = async () => {
    for (let n = 0; n < 10 && tracker.agentActor('ada'); n++) await bob(`${n}`);
    expect(tracker.agentActor('ada')).toBeUndefined();
    const looking = db.holdRead('ids');
    answer = tracker.record(known).catch((error: unknown) => error);
    await looking.reached;
    waking = db.holdRead('states');
    looking.release();
    await waking.reached;
  };
  clock.increment(5 * DAY);
  await bob('later');
  await dropped;
  waking?.release();
  expect(await answer).toMatchObject({ code: 'TENURE_INVALID_EVENT', path: 'at' });
  await tracker.close();
});
