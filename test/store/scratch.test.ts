import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { locationOf } from '../../src/store/claims.js';
import { withScratch } from '../../src/store/scratch.js';

/** What is called when the process ends, beside what was before. */
function atExit(before: readonly unknown[]): NodeJS.ExitListener[] {
  return process.listeners('exit').filter((listener) => !before.includes(listener));
}

test('a scratch database is gone when the process ends in the middle of its use', async () => {
  const before = process.listeners('exit');
  await withScratch(async (one) => {
    await withScratch(async (other) => {
      const places = [locationOf(one), locationOf(other)] as string[];
      expect(places.map((place) => existsSync(place))).toEqual([true, true]);
      const [listener, ...more] = atExit(before);
      expect(more).toEqual([]);
      listener?.(0);
      expect(places.map((place) => existsSync(place))).toEqual([false, false]);
      expect(existsSync(dirname(places[0]!))).toBe(true);
    });
    expect(atExit(before)).toHaveLength(1);
  });
  expect(atExit(before)).toEqual([]);
});

test('a scratch database is gone, whatever becomes of its use', async () => {
  let place = '';
  const failing = withScratch(async (db) => {
    place = locationOf(db)!;
    const close = db.close.bind(db);
    db.close = async () => {
      await close();
      throw new Error('the disk is gone');
    };
    expect(existsSync(place)).toBe(true);
  });
  await expect(failing).rejects.toThrow('the disk is gone');
  expect(existsSync(place)).toBe(false);
});
