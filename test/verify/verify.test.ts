import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { isTenureError } from '../../src/errors.js';
import { Connection } from '../../src/store/connection.js';
import { Projections } from '../../src/store/projections.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { deleteRaw, entriesOf, harmRaw, type Part, putRaw, type RawEntry } from '../store/support/raw.js';
import { lived, SHORT } from '../support/dropping.js';
import { reportFaults } from '../support/faults.js';
import { putStoredDatabase, storedAnswers } from '../support/stored-fixture.js';
import { clockAt, DAY, fading, START } from '../support/tracker.js';
import { answersOf, furnish } from './company.js';

reportFaults('verify');

/** The entries of a small company, with a tail that no snapshot has. */
const entries = prepare();

async function prepare(): Promise<RawEntry[]> {
  const db = new MemoryLevel();
  await furnish(db, false);
  return entriesOf(db);
}

/** A database of its own with those entries, open. */
async function copy(): Promise<MemoryLevel> {
  const db = new MemoryLevel();
  await db.open();
  for (const [key, value] of await entries) await putRaw(db, key, value);
  return db;
}

const PARTS: Part[] = [
  'meta',
  'journal',
  'ids',
  'timeline',
  'directory',
  'states',
  'index',
  'outputs',
  'projections',
  'rollups',
  'shelves',
  'scopes',
  'changes',
];
type Harm = (value: Buffer, at: number, other: Buffer) => Buffer | undefined;
const HARMS: Record<string, Harm> = {
  flipped: (value, at) => {
    const copy = Buffer.from(value);
    if (copy.length > 0) copy[at % copy.length]! ^= 1 << (at & 7);
    return copy;
  },
  truncated: (value, at) => value.subarray(0, at % Math.max(value.length, 1)),
  vanished: () => undefined,
  replaced: (_value, _at, other) => other,
};

const damage = fc.record({
  part: fc.constantFrom(...PARTS),
  entry: fc.nat(),
  other: fc.nat(),
  harm: fc.constantFrom(...Object.keys(HARMS)),
  at: fc.nat(),
});

describe('verify', () => {
  it.each([1, 2])('leaves a database of format %i as it is, unless it is to repair it', async (format) => {
    const db = new MemoryLevel();
    await putStoredDatabase(db, format);
    const contents = () => db.open().then(() => entriesOf(db));
    const before = await contents();
    const report = await verifyDatabase({ db });
    expect(report.records).toBe((await storedAnswers()).records);
    expect(await contents()).toEqual(before);
    await verifyDatabase({ db, repair: true });
    expect(await contents()).not.toEqual(before);
  });

  it('leaves a database in which there is nothing as it is', async () => {
    const db = new MemoryLevel();
    expect(await verifyDatabase({ db })).toMatchObject({ ok: true, records: 0, agents: 0 });
    expect(await db.open().then(() => entriesOf(db))).toEqual([]);
  });

  it('finds nothing wrong with a sound database, closed or killed, and leaves it as it is', async () => {
    for (const isClosed of [true, false]) {
      const db = new MemoryLevel();
      await furnish(db, isClosed);
      const before = await db.open().then(() => entriesOf(db));
      const report = await verifyDatabase({ db });
      expect(report).toMatchObject({
        ok: true,
        events: 34,
        agents: 3,
        findings: [],
        repaired: [],
        notes: [],
      });
      await db.open();
      expect(await entriesOf(db)).toEqual(before);
    }
  });

  it('names every damage, or nothing differs; and repairs it, unless it is of the journal', async () => {
    const sound = await answersOf(await copy());
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (harms) => {
        const db = await copy();
        for (const { part, entry, other, harm, at } of harms) {
          const all = await entriesOf(db, part);
          if (all.length === 0) continue;
          const [key, value] = all[entry % all.length]!;
          const harmed = HARMS[harm]!(value, at, all[other % all.length]![1]);
          await harmRaw(db, key, harmed);
        }
        const found = await verifyDatabase({ db });
        if (found.ok) {
          expect(await answersOf(db)).toEqual(sound);
          return;
        }
        for (const { message } of found.findings) expect(message).not.toBe('');
        const repaired = await verifyDatabase({ db, repair: true });
        const isLost = found.findings.some(({ repairable }) => !repairable);
        if (!isLost) {
          expect(repaired.findings).toEqual([]);
          expect(repaired.ok).toBe(true);
          expect(await answersOf(db)).toEqual(sound);
          return;
        }
        expect(repaired.ok).toBe(false);
        // What cannot be repaired is never answered from.
        const differs = await answersOf(db).then(
          (answers) => JSON.stringify(answers) !== JSON.stringify(sound),
          (error: unknown) => !isTenureError(error, 'TENURE_CORRUPT'),
        );
        expect(differs, JSON.stringify(repaired.findings)).toBe(false);
      }),
      { numRuns: Number(process.env.DAMAGES ?? 12) },
    );
  });

  it('notices a state that is whole, and not what the journal says', async () => {
    const db = await copy();
    const twin = new MemoryLevel();
    const other = await openTracker({ db: twin, clock: clockAt(START + 20 * DAY) });
    await other.recordAll(fading(3, 'ada'));
    await other.close();
    await twin.open();
    const [state] = await entriesOf(twin, 'states');
    await putRaw(db, state![0], state![1]);
    const { findings } = await verifyDatabase({ db });
    expect(findings).toContainEqual(
      expect.objectContaining({ part: 'states', agentId: 'ada', repairable: true }),
    );
    expect((await verifyDatabase({ db, repair: true })).ok).toBe(true);
  });

  it('notices departments that are whole, and not what the journal says, and makes them again', async () => {
    const sound = await answersOf(await copy());
    const open = async (db: MemoryLevel) => new Projections(await Connection.open(db, { sync: false }));
    type Company = Record<'open' | 'members', unknown[]> & {
      departments: { days: { finished: number }[] }[];
    };
    const lies: Record<string, (company: Company) => void> = {
      '.finished is ': ({ departments }) => departments[0]!.days[0]!.finished++,
      'members.ada': (company) => company.members.splice(0, 1),
      'open.': ({ open }) => open.push(['["ada","t0"]', { department: 'red', agentId: 'ada', at: START }]),
    };
    for (const [message, lie] of Object.entries(lies)) {
      const db = await copy();
      const projections = await open(db);
      const { seq, state } = (await projections.load('departments', 1_000))!;
      lie(state as Company);
      await projections.save('departments', { seq, state }, 1_000);
      const { findings } = await verifyDatabase({ db });
      expect(findings).toEqual([
        { part: 'projections', message: expect.stringContaining(message), repairable: true },
      ]);
      expect((await verifyDatabase({ db, repair: true })).findings).toEqual([]);
      expect(await answersOf(db)).toEqual(sound);
    }
  });

  it('names totals that are gone', async () => {
    const sound = await answersOf(await copy());
    const db = await copy();
    const [[key] = []] = await entriesOf(db, 'rollups');
    await deleteRaw(db, key!);
    const { findings } = await verifyDatabase({ db });
    expect(findings).toEqual([
      { part: 'rollups', message: expect.stringContaining('are missing'), repairable: true },
    ]);
    expect((await verifyDatabase({ db, repair: true })).ok).toBe(true);
    expect(await answersOf(db)).toEqual(sound);
  });

  it('does not compare departments that were judged by other rules', async () => {
    expect((await verifyDatabase({ db: await copy(), hiring: { window: '21d' } })).findings).toEqual([]);
  });

  it('does not compare states of other windows, and says so', async () => {
    const report = await verifyDatabase({ db: await copy(), windows: ['5d'] });
    expect(report).toMatchObject({ ok: true, notes: [expect.stringContaining('the states were made for')] });
  });

  it('does not compare what was left behind before its first snapshots with other options either', async () => {
    const base = new MemoryLevel();
    const db = new FaultyDatabase(base);
    const tracker = await openTracker({ db, clock: clockAt(START + 20 * DAY) });
    await tracker.recordAll(fading(9));
    db.failWrites({ times: Number.POSITIVE_INFINITY });
    await tracker.close().catch(() => undefined);
    const { findings, notes } = await verifyDatabase({ db: base, windows: ['5d'] });
    expect({ findings, notes }).toEqual({
      findings: [],
      notes: [expect.stringContaining('the states were made for')],
    });
    expect(await verifyDatabase({ db: base })).toMatchObject({ ok: true, notes: [] });
  });

  describe('with other options than the database was made with', () => {
    const OTHER = { windows: ['5d'] };
    const harmed = async (...parts: Part[]) => {
      const db = await copy();
      for (const part of parts) {
        const all = await entriesOf(db, part);
        await harmRaw(db, all.at(-1)![0], part === 'states' ? Buffer.from('torn') : undefined);
      }
      return db;
    };

    it('repairs what finds records, for that needs no rules', async () => {
      const sound = await answersOf(await copy());
      const db = await harmed('ids', 'timeline');
      const found = await verifyDatabase({ db, ...OTHER });
      const report = await verifyDatabase({ db, ...OTHER, repair: true });
      expect(report).toMatchObject({ ok: true, findings: [], repaired: found.findings });
      expect(report.notes).toEqual([expect.stringContaining('the states were made for')]);
      expect(await verifyDatabase({ db })).toMatchObject({ ok: true, notes: [] });
      expect(await answersOf(db)).toEqual(sound);
    });

    it('counts the entries of the timeline anew', async () => {
      const db = await copy();
      await deleteRaw(db, Buffer.from('!meta!timeline'));
      expect((await verifyDatabase({ db, ...OTHER })).findings).toHaveLength(1);
      expect(await verifyDatabase({ db, ...OTHER, repair: true })).toMatchObject({ ok: true, findings: [] });
    });

    it.each<Part>(['states', 'outputs', 'rollups', 'directory'])(
      'leaves %s as they are, says for which options they are, and repairs them with those',
      async (part) => {
        const sound = await answersOf(await copy());
        const db = await harmed('ids', part);
        const refused = await verifyDatabase({ db, ...OTHER, repair: true });
        expect(refused).toMatchObject({ ok: false, repaired: [{ part: 'ids' }] });
        for (const { repairable } of refused.findings) expect(repairable).toBe(true);
        expect(refused.notes.at(-1)).toMatch(
          /^Nothing was repaired but what finds records: the rest is to be made again for .*\(7d,30d,90d;5\).*, and these options are for .*\(5d;5\)/,
        );
        await db.open();
        expect((await entriesOf(db, part)).length).toBeGreaterThan(0);
        expect(await verifyDatabase({ db, repair: true })).toMatchObject({ ok: true, notes: [] });
        expect(await answersOf(db)).toEqual(sound);
      },
    );

    it('leaves what stands in for dropped records as it is', async () => {
      const { tracker, db } = await lived(10);
      await tracker.close();
      await db.open();
      const [[key] = []] = await entriesOf(db, 'states');
      await harmRaw(db, key!, Buffer.from('torn'));
      const before = await entriesOf(db);
      expect(before.some(([at]) => at.toString('latin1').startsWith('!foundations!'))).toBe(true);
      const report = await verifyDatabase({ db, ...OTHER, repair: true });
      expect(report.ok).toBe(false);
      await db.open();
      expect(await entriesOf(db)).toEqual(before);
      expect(await verifyDatabase({ db, ...SHORT, repair: true })).toMatchObject({ ok: true, notes: [] });
    });
  });

  it('refuses a path where there is nothing, and makes nothing there', async () => {
    await expect(verifyDatabase({ path: '/tmp/tenure-nothing-here/db' })).rejects.toMatchObject({
      code: 'TENURE_STORAGE',
    });
  });
});
