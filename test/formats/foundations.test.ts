import { existsSync } from 'node:fs';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { STATE_FORMAT } from '../../src/agent/codec.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { importJournal } from '../../src/transfer/import.js';
import { deleteRaw, entriesOf } from '../store/support/raw.js';
import {
  asOfToday,
  type FoundedAnswers,
  foundedAnswers,
  putStored,
  withoutSince,
} from '../support/stored-fixture.js';
import { clockAt, collect } from '../support/tracker.js';

const OPTIONS = { windows: ['2d', '7d'], minDataPoints: 2, retention: '10d' };
/** Formats of states of which there is a stored database with foundations. */
const FORMATS = [5];

const open = (db: MemoryLevel) => openTracker({ db, clock: clockAt(0), ...OPTIONS });

async function expectAnswers(tracker: Tracker, expected: FoundedAnswers): Promise<void> {
  const answers = asOfToday(expected);
  const { horizon, past, performances, pastPerformances, byAgent, byProject, series, ...lists } = answers;
  const says = async <T>(answer: Promise<T>) => asOfToday(await answer);
  for (const agentId of Object.keys(performances)) {
    expect(await says(tracker.performance(agentId)), agentId).toMatchObject(performances[agentId]!);
    expect(await says(tracker.performance(agentId, past)), agentId).toMatchObject(
      withoutSince(pastPerformances[agentId]!),
    );
  }
  expect(await says(tracker.query({ groupBy: 'agent' }))).toMatchObject(byAgent);
  expect(byAgent.from).toBe(horizon);
  expect(await says(tracker.query({ groupBy: 'project' }))).toMatchObject(byProject);
  expect(await says(tracker.series({ metric: 'quality', every: '1d' }))).toMatchObject(series);
  expect(await says(tracker.recommendations())).toMatchObject(lists.recommendations);
  expect(await says(collect(tracker.events()))).toEqual(lists.events);
  expect(await says(collect(tracker.log()))).toMatchObject(lists.log);
}

describe('foundations', () => {
  // They cannot be made again: a format of states that there was once has to be read for good.
  it('of the present format of states are among those that are stored here', () => {
    expect(FORMATS).toContain(STATE_FORMAT);
    for (const format of FORMATS) {
      expect(existsSync(new URL(`../fixtures/foundations-${format}.jsonl.gz`, import.meta.url))).toBe(true);
    }
  });

  it.each(FORMATS)(
    'of format %i are gone on from, and everything is answered as by what wrote them',
    async (format) => {
      const db = new MemoryLevel();
      await putStored(db, `foundations-${format}`);
      const expected = await foundedAnswers(format);
      for (const _opening of ['first', 'second']) {
        const tracker = await open(db);
        await expectAnswers(tracker, expected);
        await tracker.close();
      }
    },
  );

  it.each(FORMATS)(
    'of format %i are of a database that did not note what it was made with yet',
    async (format) => {
      const db = new MemoryLevel();
      await putStored(db, `foundations-${format}`);
      const noted = async () => {
        await db.open();
        const [, value] = (await entriesOf(db, 'meta')).find(([key]) => String(key) === '!meta!layout') ?? [];
        return value?.toString('latin1');
      };
      expect(await noted()).toBeUndefined();
      await (await open(db)).close();
      expect(await noted()).toContain('multiWindow(2d,7d;2)');
      await (await openTracker({ db, clock: clockAt(0), ...OPTIONS, windows: ['3d'] })).close();
      expect(await noted()).toContain('multiWindow(3d;2)');
    },
  );

  it.each(FORMATS)('of format %i are all that a rebuild begins with', async (format) => {
    const db = new MemoryLevel();
    await putStored(db, `foundations-${format}`);
    await db.open();
    await deleteRaw(db, Buffer.from('!meta!agents'));
    await db.close();
    const tracker = await open(db);
    await expectAnswers(tracker, await foundedAnswers(format));
    await tracker.close();
  });

  it.each(FORMATS)('of format %i are exported, and imported', async (format) => {
    const db = new MemoryLevel();
    await putStored(db, `foundations-${format}`);
    const copy = new MemoryLevel();
    await importJournal(JSON.parse(JSON.stringify(await collect(exportJournal({ db })))), { db: copy });
    const tracker = await open(copy);
    await expectAnswers(tracker, await foundedAnswers(format));
    await tracker.close();
  });
});
