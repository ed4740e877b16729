import { expect, test } from 'vitest';
import type { Home } from '../support/opening.js';
import { appendEvents, collect, output } from '../support/records.js';

export function outputs(home: Home): void {
  test('outputs come back in the order of sequence number and position', async () => {
    const store = await home.open();
    await appendEvents(store, 300);
    await store.appendOutputs([output(2, 10), output(2, 9), output(1, 0)]);
    await store.appendOutputs([output(256, 0), output(255, 0)]);
    const expected = [output(1, 0), output(2, 9), output(2, 10), output(255, 0), output(256, 0)];
    expect(await collect(store.outputs(0))).toEqual(expected);
    expect(await collect(store.outputs(1))).toEqual(expected.slice(1));
    expect(await collect(store.outputs(2))).toEqual(expected.slice(3));
    expect(await collect(store.outputs(256))).toEqual([]);
  });

  test('an output that is stored already stays as it is', async () => {
    const store = await home.open();
    await appendEvents(store, 3);
    await store.appendOutputs([output(1, 0, 'announced'), output(1, 0, 'twice in one call')]);
    await store.appendOutputs([output(1, 0, 'made again'), output(1, 1, 'new'), output(2, 0, 'new')]);
    const texts = (await collect(store.outputs(0))).map((one) => 'text' in one && one.text);
    expect(texts).toEqual(['announced', 'new', 'new']);
  });

  test('the last output and each one that is stored are known, after a restart too', async () => {
    const store = await home.open();
    await appendEvents(store, 3);
    await store.appendOutputs([output(3, 1), output(2, 7)]);
    await store.appendOutputs([output(3, 0, 'too late'), output(1, 0, 'too late')]);
    for (const opened of [store, await home.reopen()]) {
      expect(opened.lastOutput).toEqual({ seq: 3, position: 1 });
    }
    const again = await home.reopen();
    expect(await again.hasOutput({ seq: 2, position: 7 })).toBe(true);
    expect(await again.hasOutput({ seq: 2, position: 6 })).toBe(false);
    expect(await again.hasOutput({ seq: 3, position: 0 })).toBe(false);
  });

  test('an output keeps all of its fields', async () => {
    const store = await home.open();
    await appendEvents(store, 1);
    const full = { ...output(1), before: { slope: -0.25, p: null }, list: [1, 'a', { deep: true }] };
    await store.appendOutputs([full]);
    expect(await collect(store.outputs(0))).toEqual([full]);
  });

  test.each([output(2), output(0), output(1.5), output(1, -1), output(1, 2 ** 32)])(
    'an output without a place in the journal is refused: $seq, $position',
    async (wrong) => {
      const store = await home.open();
      await appendEvents(store, 1);
      const both = store.appendOutputs([output(1), wrong]);
      await expect(both).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
      expect(await collect(store.outputs(0))).toEqual([]);
    },
  );

  test('outputs whose write failed are not there, and can be stored by whoever opens the store anew', async () => {
    const { store, faulty } = await home.openFaulty();
    await appendEvents(store, 2);
    faulty.failWrites({ error: new Error('disk') });
    const both = [output(1), output(2)];
    await expect(store.appendOutputs(both)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    expect(store.lastOutput).toBeUndefined();
    const again = await home.reopen();
    await again.appendOutputs(both);
    expect(await collect(again.outputs(0))).toEqual(both);
  });
}
