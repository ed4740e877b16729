import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { importJournal } from '../../src/transfer/import.js';
import type { ExportLine } from '../../src/transfer/lines.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { damage } from '../store/support/raw.js';
import { day, known, lived, liveOn, SHORT } from '../support/dropping.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect, DAY, inDirectory, task } from '../support/tracker.js';

reportFaults('Backups of a tracker that goes on');

const YEAR = 365 * DAY;

/** As through a file, into a database of its own. */
async function imported(lines: readonly ExportLine[]): Promise<MemoryLevel<Buffer, Buffer>> {
  const copy = new MemoryLevel<Buffer, Buffer>();
  await importJournal(JSON.parse(JSON.stringify(lines)), { db: copy });
  return copy;
}

function* tasks(first: number, count: number) {
  for (let n = first; n < first + count; n++) yield task(n, { agentId: `agent-${n % 7}` });
}

describe.each(['memory-level', 'LevelDB'])('a backup of a tracker that goes on, over %s', (over) => {
  const within = (work: (where: { db: Database } | { path: string }) => Promise<void>): Promise<void> =>
    over === 'LevelDB'
      ? inDirectory((path) => work({ path }))
      : work({ db: new MemoryLevel<Buffer, Buffer>() });

  it('has what was recorded until then, however much comes meanwhile, and holds nobody up', async () => {
    await within(async (where) => {
      const clock = clockAt(day(0) + YEAR);
      const tracker = await openTracker({ ...where, clock });
      await tracker.recordAll(tasks(0, 1_000));
      const before = { agents: await tracker.agents(), log: await collect(tracker.log()) };
      const lines: ExportLine[] = [];
      let recorded = 1_000;
      for await (const line of tracker.export()) {
        lines.push(line);
        // All of it is taken, and what it changes is written, between two lines.
        if (lines.length % 200 !== 0) continue;
        await tracker.recordAll(tasks(recorded, 50));
        clock.increment(DAY);
        await tracker.flush();
        recorded += 50;
      }
      expect(recorded).toBeGreaterThan(1_200);
      expect(lines[0]).toMatchObject({ tenure: 'journal', records: lines.length - 1 });
      const events = await collect(tracker.events());
      expect(events).toHaveLength(recorded);
      const copy = await openTracker({ db: await imported(lines), clock: clockAt(day(0) + YEAR) });
      expect({ agents: await copy.agents(), log: await collect(copy.log()) }).toEqual(before);
      expect(await collect(copy.events())).toEqual(events.slice(0, 1_000));
      await copy.close();
      await tracker.close();
    });
  });

  it('is broken off by closing, which does not wait for it', async () => {
    await within(async (where) => {
      const tracker = await openTracker({ ...where, clock: clockAt(day(0) + YEAR) });
      await tracker.recordAll(tasks(0, 500));
      const [left, goneOnWith] = [tracker.export(), tracker.export()].map((lines) =>
        lines[Symbol.asyncIterator](),
      );
      await left?.next();
      await goneOnWith?.next();
      await tracker.close();
      const rest = collect({ [Symbol.asyncIterator]: () => goneOnWith as AsyncIterator<ExportLine> });
      await expect(rest).rejects.toMatchObject({ code: 'TENURE_CLOSED' });
      await expect(collect(tracker.export())).rejects.toMatchObject({ code: 'TENURE_CLOSED' });
    });
  });
});

describe('a backup of a tracker that goes on', () => {
  const open = (db: Database): Promise<Tracker> => openTracker({ db, clock: clockAt(0), ...SHORT });

  it('is what an export of the closed database is', async () => {
    const { tracker, db } = await lived(14);
    const lines = await collect(tracker.export());
    await tracker.close();
    expect(lines).toEqual(await collect(exportJournal({ db })));
  });

  it('has the records that are dropped while it is made', async () => {
    const { tracker, clock } = await lived(14);
    const before = await known(tracker, day(8));
    const lines: ExportLine[] = [];
    for await (const line of tracker.export()) {
      lines.push(line);
      if (lines.length === 10) await liveOn({ tracker, clock }, 14, 24);
    }
    expect((await tracker.query({})).from).toBeGreaterThan(day(8));
    await tracker.close();
    const db = await imported(lines);
    const copy = await open(db);
    expect(await known(copy, day(8))).toEqual(before);
    await copy.close();
    expect(await verifyDatabase({ db, ...SHORT })).toMatchObject({ ok: true });
  });

  it('writes nothing, and fails alone when it cannot be read', async () => {
    const faulty = counted(new FaultyDatabase(new MemoryLevel<Buffer, Buffer>()));
    const tracker = await openTracker({ db: faulty, clock: clockAt(day(0) + YEAR) });
    await tracker.recordAll(tasks(0, 300));
    const { length } = faulty.written;
    const lines = await collect(tracker.export());
    expect(lines).toHaveLength(301);
    expect(faulty.written).toHaveLength(length);
    let failed = 0;
    for (let isDone = false; !isDone; ) {
      faulty.failReads({ after: failed });
      await collect(tracker.export()).then(
        () => {
          isDone = true;
        },
        (error) => {
          expect(error).toMatchObject({ code: 'TENURE_STORAGE' });
          failed++;
        },
      );
      faulty.heal();
    }
    expect(failed).toBeGreaterThan(3);
    await expect(tracker.record(task(1_000))).resolves.toMatchObject({ duplicate: false });
    expect(await collect(tracker.export())).toHaveLength(302);
    await tracker.close();
  });

  it('names the record that is damaged; the tracker goes on', async () => {
    const db = new MemoryLevel<Buffer, Buffer>();
    const tracker = await openTracker({ db, clock: clockAt(day(0) + YEAR) });
    await tracker.recordAll(tasks(0, 300));
    const [{ seq } = { seq: 0 }] = await collect(tracker.events({ limit: 1 }));
    await damage(db, 'journal', 0, (value) => value.subarray(1));
    await expect(collect(tracker.export())).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq });
    await expect(tracker.record(task(1_000))).resolves.toMatchObject({ duplicate: false });
    await tracker.close();
  });

  it('is refused over a database that has no snapshots', async () => {
    const base = new MemoryLevel<Buffer, Buffer>();
    const db: Database = {
      get status() {
        return base.status;
      },
      open: () => base.open(),
      close: () => base.close(),
      batch: (operations, options) => base.batch(operations as never, options as never),
      getMany: (keys, options) => base.getMany(keys as never, options as never) as never,
      iterator: (options) => base.iterator(options as never) as never,
      clear: (options) => base.clear(options as never),
    };
    const tracker = await openTracker({ db, clock: clockAt(day(0) + YEAR) });
    await tracker.record(task(0));
    await expect(collect(tracker.export())).rejects.toMatchObject({
      code: 'TENURE_STORAGE',
      message: 'Reading the database as of a moment failed: it has no snapshots, as abstract-level 3 does',
    });
    await tracker.close();
  });
});
