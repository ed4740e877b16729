import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker } from '../../src/tracker.js';
import { deleteRaw, entriesOf, putRaw } from '../store/support/raw.js';
import { counted, reportFaults } from '../support/faults.js';
import { expectStoredAnswers, putStoredDatabase, storedAnswers } from '../support/stored-fixture.js';
import { clockAt, collect } from '../support/tracker.js';

reportFaults('Upgrades');

const OPTIONS = { durability: 'process' } as const;

async function format1(): Promise<FaultyDatabase> {
  const db = counted(new FaultyDatabase(new MemoryLevel()));
  await putStoredDatabase(db, 1);
  db.written.length = 0;
  return db;
}

describe('the upgrade of a database of format 1', () => {
  it('writes the same entries whenever it is interrupted, at every write, stored or not', async () => {
    const straight = await format1();
    await (await openStore(straight, OPTIONS)).close();
    const writes = straight.written.length;
    expect(writes).toBeGreaterThan(3);
    await straight.open();
    const upgraded = await entriesOf(straight);
    expect(upgraded.map(([key]) => key.toString('latin1'))).not.toContain('!meta!upgrade');
    for (let after = 0; after < writes; after++) {
      for (const stored of [false, true]) {
        const db = await format1();
        db.failWrites({ after, stored });
        await expect(openStore(db, OPTIONS)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
        await (await openStore(db, OPTIONS)).close();
        await db.open();
        expect(await entriesOf(db), `write ${after}`).toEqual(upgraded);
        await db.close();
      }
    }
  });

  it('leaves every answer as it was when each of its writes fails in turn', async () => {
    const db = await format1();
    const expected = await storedAnswers();
    for (let after = 0; after < 3; after++) {
      db.failWrites({ after: 1 });
      await expect(openTracker({ db, clock: clockAt(0) })).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    }
    const tracker = await openTracker({ db, clock: clockAt(0) });
    await expectStoredAnswers(tracker, expected);
    await tracker.close();
  });

  it('keeps a damaged output damaged, so that it is reported, and upgrades the others', async () => {
    const db = await format1();
    await db.open();
    const [first] = await entriesOf(db, 'outputs');
    await putRaw(db, first![0], Buffer.from('torn'));
    await db.close();
    const store = await openStore(db, OPTIONS);
    const { seq } = store.lastOutput!;
    await expect(collect(store.outputs(0))).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq: 58 });
    expect((await collect(store.outputs(100))).at(-1)).toMatchObject({ seq });
    await store.close();
  });

  it('that was interrupted is refused when how far it got is damaged', async () => {
    const db = await format1();
    db.failWrites({ after: 1 });
    await expect(openStore(db, OPTIONS)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    await db.open();
    await putRaw(db, Buffer.from('!meta!upgrade'), Buffer.from('torn'));
    await db.close();
    await expect(openStore(db, OPTIONS)).rejects.toMatchObject({
      code: 'TENURE_CORRUPT',
      message: 'How far an upgrade of the database got is damaged',
    });
    await db.open();
    await deleteRaw(db, Buffer.from('!meta!format'));
    await db.close();
    await expect(openStore(db, OPTIONS)).rejects.toMatchObject({
      code: 'TENURE_CORRUPT',
      message: expect.stringContaining('not in a format of Tenure'),
    });
  });
});

describe('the upgrade of a database of format 2', () => {
  it('changes nothing but the format, so that an older version refuses what it could not read', async () => {
    const db = new MemoryLevel();
    await putStoredDatabase(db, 2);
    await db.open();
    const before = await entriesOf(db);
    await (await openStore(db, OPTIONS)).close();
    await db.open();
    const changed = (await entriesOf(db)).filter(([, value], i) => !before[i]?.[1].equals(value));
    expect(changed.map((entry) => entry.map(String))).toEqual([['!meta!format', '{"format":3}']]);
  });

  it('goes on with an upgrade of format 1 that was interrupted by then', async () => {
    const straight = await format1();
    await (await openStore(straight, OPTIONS)).close();
    await straight.open();
    const db = await format1();
    db.failWrites({ after: 1 });
    await expect(openStore(db, OPTIONS)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    await db.open();
    await putRaw(db, Buffer.from('!meta!format'), Buffer.from('{"format":2}'));
    await db.close();
    await (await openStore(db, OPTIONS)).close();
    await db.open();
    expect(await entriesOf(db)).toEqual(await entriesOf(straight));
  });
});
