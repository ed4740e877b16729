import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Level } from 'level';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { TrackerOptions } from '../../src/options.js';
import { defaultPolicy } from '../../src/policy/default-policy.js';
import { openTracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { importJournal } from '../../src/transfer/import.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { testPolicy } from '../../src/what-if.js';
import { clockAt, collect, inDirectory, START, task } from '../support/tracker.js';

const LOCKED = { code: 'TENURE_LOCKED' };
const clock = () => clockAt(START + 400 * 86_400_000);

/** Ways to spell the directory of a database that another tracker of this process has open. */
const SPELLINGS: Record<string, (path: string) => Promise<TrackerOptions>> = {
  'as it was': async (path) => ({ path }),
  'relative to where the process is': async (path) => ({ path: relative(process.cwd(), path) }),
  'with a slash behind it': async (path) => ({ path: `${path}/` }),
  'by way of another directory': async (path) => ({ path: join(dirname(path), 'other', '..', 'db') }),
  'with a doubled slash and a dot': async (path) => ({ path: `${dirname(path)}//./db` }),
  'by a symbolic link': async (path) => {
    await symlink(path, join(dirname(path), 'link'));
    return { path: join(dirname(path), 'link') };
  },
  'below a symbolic link': async (path) => {
    await symlink(dirname(path), join(dirname(path), 'around'));
    return { path: join(dirname(path), 'around', 'db') };
  },
};

/** Everything that opens a database. */
const OPENERS: Record<string, (options: TrackerOptions) => Promise<unknown>> = {
  openTracker: (options) => openTracker({ ...options, clock: clock() }),
  verifyDatabase: (options) => verifyDatabase(options),
  testPolicy: (options) => testPolicy(defaultPolicy(), options),
  exportJournal: (options) => collect(exportJournal(options)),
  importJournal: (options) => importJournal([{ tenure: 'journal', format: 1, records: 0 }], options),
};

describe('a database has one owner in a process, too', () => {
  describe.each(Object.entries(OPENERS))('%s', (_, open) => {
    it.each(Object.entries(SPELLINGS))(
      'is refused a directory that is open, spelt %s',
      async (_spelling, spelt) => {
        await inDirectory(async (path) => {
          const tracker = await openTracker({ path, clock: clock() });
          await tracker.record(task(1));
          const options = await spelt(path);
          await expect(open(options)).rejects.toMatchObject(LOCKED);
          await tracker.record(task(2));
          await tracker.close();
          const again = await openTracker({ path, clock: clock() });
          expect(await collect(again.events())).toHaveLength(2);
          await again.close();
        });
      },
    );

    it('is refused a database object that is open, and given it afterwards', async () => {
      const db = new MemoryLevel<Buffer, Buffer>();
      const tracker = await openTracker({ db, clock: clock() });
      await tracker.record(task(1));
      await expect(open({ db })).rejects.toMatchObject(LOCKED);
      await tracker.record(task(2));
      await tracker.close();
      const again = await openTracker({ db, clock: clock() });
      expect(await collect(again.events())).toHaveLength(2);
      await again.close();
    });
  });

  it('is decided between two that make it at once', async () => {
    await inDirectory(async (path) => {
      await mkdir(dirname(path), { recursive: true });
      const paths = [join(path, 'new', 'db'), relative(process.cwd(), join(path, 'new', 'db'))];
      const opened = await Promise.allSettled(paths.map((one) => openTracker({ path: one, clock: clock() })));
      expect(opened.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(opened[1]).toMatchObject({ reason: LOCKED });
      for (const one of opened) if (one.status === 'fulfilled') await one.value.close();
    });
  });

  it('is given up by an opening that fails', async () => {
    await inDirectory(async (path) => {
      const theirs = new Level(path);
      await theirs.put('theirs', 'precious');
      await theirs.close();
      for (let i = 0; i < 2; i++)
        await expect(openTracker({ path, clock: clock() })).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
    });
  });
});
