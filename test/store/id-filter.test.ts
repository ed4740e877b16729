import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdFilter } from '../../src/store/id-filter.js';

test('an id filter never denies what was added, whatever the ids are', () => {
  const id = fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
      const filter = new IdFilter();
      for (const [i, one] of ids.entries()) {
        filter.add(one);
        expect(ids.slice(0, i + 1).every((known) => filter.mayHave(known))).toBe(true);
      }
      expect(filter.size).toBe(ids.length);
    }),
  );
});

test.each([
  ['numbered', (i: number) => `e${i}`],
  ['random', (i: number) => `${(Math.imul(i, 0x9e3779b1) >>> 0).toString(16)}-4c1e-b2d3-${i}`],
  ['long and nearly equal', (i: number) => `${'x'.repeat(240)}${i}`],
])('an id filter denies nearly all other ids, over many layers: %s', (_name, idOf) => {
  const filter = new IdFilter();
  for (let i = 0; i < 100_000; i++) filter.add(idOf(i));
  let wrong = 0;
  for (let i = 100_000; i < 200_000; i++) if (filter.mayHave(idOf(i))) wrong++;
  // What it does not deny is looked for in the journal, by time.
  expect(wrong).toBeLessThan(5);
  for (let i = 0; i < 100_000; i += 97) expect(filter.mayHave(idOf(i))).toBe(true);
});

test('an empty id filter denies every id', () => {
  expect(new IdFilter().mayHave('')).toBe(false);
});
