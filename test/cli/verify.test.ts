import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { describe, expect, it } from 'vitest';
import { openTracker } from '../../src/tracker.js';
import { deleteRaw, entriesOf } from '../store/support/raw.js';
import { clockAt, DAY, fading, START } from '../support/tracker.js';
import { furnish } from '../verify/company.js';
import { temporaryDirectory, tenure } from './harness.js';

async function database(damage: (db: Level) => Promise<void> = async () => {}): Promise<string> {
  const path = join(await temporaryDirectory(), 'db');
  await furnish(new Level(path), true);
  const db = new Level(path);
  await db.open();
  await damage(db);
  await db.close();
  return path;
}

const withoutAnId = async (db: Level) => deleteRaw(db, (await entriesOf(db, 'ids'))[3]![0]);

describe('tenure verify', () => {
  it('says that a sound database is sound', async () => {
    const { code, stdout, stderr } = await tenure(['verify', '--db', await database()]);
    expect(stdout).toMatch(/^\d+ records, 34 events, 3 agents\n\nNothing is wrong\.\n$/);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('names what is damaged, where and why, fails, and says how to repair it', async () => {
    const path = await database(withoutAnId);
    const { code, stdout, stderr } = await tenure(['verify', '--db', path]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /Wrong\n {2}ids, record \d+, agent ada: The entry of event id "ada-11" is missing\n$/,
    );
    expect(stderr).toBe(
      `tenure: DAMAGED: 1 thing is wrong, and can be repaired: tenure verify --db ${path} --repair\n`,
    );
  });

  it('repairs it, and finds nothing wrong the next time', async () => {
    const path = await database(withoutAnId);
    const repaired = await tenure(['verify', '--db', path, '--repair', '--json']);
    expect(repaired).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(repaired.stdout)).toMatchObject({
      ok: true,
      findings: [],
      repaired: [{ part: 'ids', agentId: 'ada', repairable: true }],
    });
    expect((await tenure(['verify', '--db', path])).code).toBe(0);
  });

  it('fails on what cannot be repaired, and says so', async () => {
    const path = await database(async (db) => deleteRaw(db, (await entriesOf(db, 'journal'))[3]![0]));
    const { code, stdout, stderr } = await tenure(['verify', '--db', path, '--repair']);
    expect(code).toBe(1);
    expect(stdout).toContain('journal, record 4: Record 4 is missing or damaged (cannot be repaired)');
    expect(stderr).toMatch(/^tenure: DAMAGED: \d+ things are wrong, and cannot be made from the journal\n$/);
  });

  it('leaves what needs the options of a program to that program, and says so', async () => {
    const path = join(await temporaryDirectory(), 'db');
    const tracker = await openTracker({ path, clock: clockAt(START + 9 * DAY), windows: ['5d'] });
    await tracker.recordAll(fading(9));
    await tracker.close();
    const db = new Level(path);
    await db.open();
    await deleteRaw(db, (await entriesOf(db, 'states'))[0]![0]);
    await db.close();
    const { code, stdout, stderr } = await tenure(['verify', '--db', path, '--repair']);
    expect(code).toBe(1);
    expect(stdout).toContain('repair it with the options that the database is opened with');
    expect(stderr).toBe(
      'tenure: DAMAGED: 1 thing is wrong, and can be repaired by the program that the database is of, with its options: verifyDatabase\n',
    );
  });

  it('stops when the user wants out, and says what becomes of a repair', async () => {
    const path = await database(withoutAnId);
    const signal = AbortSignal.abort();
    expect(await tenure(['verify', '--db', path], { signal })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tenure: INTERRUPTED: stopped\n',
    });
    expect((await tenure(['verify', '--db', path, '--repair'], { signal })).stderr).toBe(
      'tenure: INTERRUPTED: stopped; the database is no worse than it was, run the same command again to repair it\n',
    );
    expect((await tenure(['verify', '--db', path, '--repair'])).code).toBe(0);
  });

  it('refuses a directory without a database, and leaves it empty', async () => {
    const directory = await temporaryDirectory();
    expect((await tenure(['verify', '--db', directory])).stderr).toContain('NO_DATABASE');
    expect(await readdir(directory)).toEqual([]);
  });
});
