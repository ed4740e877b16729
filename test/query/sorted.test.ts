import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sorted } from '../../src/query/sorted.js';

test('long lists are put in order as sort would, those that compare alike as they were', async () => {
  const anyItems = fc.array(fc.nat(300), { minLength: 0, maxLength: 5_000, size: 'max' });
  await fc.assert(
    fc.asyncProperty(anyItems, async (keys) => {
      const items = keys.map((key, place) => ({ key, place }));
      const byKey = (a: { key: number }, b: { key: number }): number => a.key - b.key;
      expect(await sorted(items, byKey)).toEqual(items.toSorted(byKey));
    }),
    { numRuns: 20 },
  );
});
