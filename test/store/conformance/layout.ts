import { expect, test } from 'vitest';
import type { Home } from '../support/opening.js';
import { damage, deleteRaw, harmRaw } from '../support/raw.js';
import { appendEvents, snapshot } from '../support/records.js';

const KEY = Buffer.from('!meta!layout');

/** A snapshot that says what it was made with. */
function madeFor(layout: string) {
  const { entry, ...rest } = snapshot(0, 2, [1, 2]);
  return { ...rest, entry: { ...entry, layout } };
}

export function layout(home: Home): void {
  test('what the states are made with is unknown at first, and comes back as it was noted last', async () => {
    const store = await home.open();
    expect(store.layout).toBeUndefined();
    await store.saveLayout('7d');
    await store.saveLayout('3d');
    expect(store.layout).toBe('3d');
    await appendEvents(store, 2);
    expect((await home.reopen()).layout).toBe('3d');
  });

  test('what was noted is not written again', async () => {
    const { store, faulty } = await home.openFaulty();
    await store.saveLayout('7d');
    const { length } = faulty.written;
    await store.saveLayout('7d');
    expect(faulty.written).toHaveLength(length);
  });

  test('what failed to be noted is not taken for noted', async () => {
    const { store, faulty } = await home.openFaulty();
    faulty.failWrites();
    await expect(store.saveLayout('7d')).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    expect(store.layout).toBeUndefined();
    const again = await home.reopen();
    expect(again.layout).toBeUndefined();
    await again.saveLayout('7d');
    expect((await home.reopen()).layout).toBe('7d');
  });

  test('the rules of hiring are noted with it, and kept when all else is reset', async () => {
    const store = await home.open();
    expect(store.hiring).toBeUndefined();
    await store.saveLayout('7d');
    expect((await home.reopen()).hiring).toBeUndefined();
    await (await home.reopen()).saveLayout('7d', 'strict');
    const again = await home.reopen();
    expect(again).toMatchObject({ layout: '7d', hiring: 'strict' });
    await again.resetSnapshots();
    expect(await home.reopen()).toMatchObject({ layout: '7d', hiring: 'strict' });
  });

  test.each([
    ['not noted', undefined],
    ['noted, and damaged', () => Buffer.from('torn')],
  ])('what is %s is read off the directory, and noted before that is emptied', async (_what, how) => {
    const store = await home.open();
    await appendEvents(store, 2);
    await store.saveAgents([madeFor('7d')]);
    if (how) await store.saveLayout('3d');
    await store.close();
    if (how) await home.behind((db) => harmRaw(db, KEY, how()));
    const again = await home.open();
    expect(again.layout).toBe('7d');
    await again.resetSnapshots();
    expect((await home.reopen()).layout).toBe('7d');
    await home.behind((db) => deleteRaw(db, KEY));
    expect((await home.open()).layout).toBeUndefined();
  });

  test('it is not known when nothing sound says it', async () => {
    const store = await home.open();
    await appendEvents(store, 2);
    await store.saveAgents([madeFor('7d')]);
    await store.close();
    await home.behind((db) => damage(db, 'directory', 0, () => Buffer.from('torn')));
    expect((await home.open()).layout).toBeUndefined();
  });
}
