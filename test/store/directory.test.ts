import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTenureError } from '../../src/errors.js';
import { openTracker } from '../../src/tracker.js';

describe('the directory of a database', () => {
  let place: string;

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'tenure-directory-'));
  });

  afterEach(() => rm(place, { recursive: true, force: true }));

  const opening = async (path: string): Promise<unknown> => {
    try {
      await (await openTracker({ path })).close();
      return 'opened';
    } catch (error) {
      return error;
    }
  };

  it('is made, with those that it lies in', async () => {
    const path = join(place, 'a', 'b', 'c');
    expect(await opening(path)).toBe('opened');
    expect(await readdir(path)).toContain('CURRENT');
  });

  it('may be there already, or a link to one', async () => {
    await mkdir(join(place, 'there'));
    await symlink(join(place, 'there'), join(place, 'link'));
    expect(await opening(join(place, 'link'))).toBe('opened');
    expect(await opening(join(place, 'there'))).toBe('opened');
  });

  // Node's recursive making of directories never ends with the first two.
  it.each([
    ['in a link that leads nowhere', 'dangling/one'],
    ['deep in a link that leads nowhere', 'dangling/one/two'],
    ['at a link that leads nowhere', 'dangling'],
    ['at a file', 'file'],
    ['in a file', 'file/one'],
  ])('cannot be %s: that is said, with the path', async (_where, name) => {
    await symlink(join(place, 'nowhere'), join(place, 'dangling'));
    await writeFile(join(place, 'file'), '');
    const error = await opening(join(place, name));
    expect(isTenureError(error, 'TENURE_STORAGE')).toBe(true);
    expect((error as Error).message).toContain(join(place, name.split('/')[0]!));
    expect((error as Error).message).toMatch(/^Opening the database at .* failed: E[A-Z]+: /);
    expect((await readdir(place)).sort()).toEqual(['dangling', 'file']);
  });
});
