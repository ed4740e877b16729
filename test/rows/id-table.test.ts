import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdTable } from '../../src/rows/id-table.js';

const anyId = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    '\u0000',
    'a\u0000b',
    'a',
    '\ud800',
    '\udc00',
    'é',
    'ÿ',
    '\u0100',
  ),
  fc.constantFrom('x'.repeat(256), '数'.repeat(256), '😀'.repeat(128), 'x'.repeat(255), 'x\u0000', '\u0000x'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }),
  fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 40 }).map((units) => String.fromCharCode(...units)),
);

it('finds every id by its number and every number by its id, to the letter, and no other', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyId, { maxLength: 300 }),
      fc.array(anyId, { maxLength: 50 }),
      (ids, others) => {
        const table = new IdTable();
        for (const [i, id] of ids.entries()) expect(table.add(id)).toBe(i + 1);
        for (const [i, id] of ids.entries()) {
          expect([table.numberOf(id), table.idOf(i + 1), table.add(id)]).toEqual([i + 1, id, i + 1]);
        }
        for (const id of others)
          expect(table.numberOf(id)).toBe(ids.includes(id) ? ids.indexOf(id) + 1 : undefined);
        expect(table.last).toBe(ids.length);
      },
    ),
    { numRuns: 200 },
  );
});

it('takes numbers in any order, with holes', () => {
  const table = new IdTable();
  table.set(900, 'late');
  table.set(3, 'soon');
  expect([table.numberOf('late'), table.numberOf('soon'), table.last]).toEqual([900, 3, 900]);
  expect([0, 1, 3, 4, 900, 901, Number.NaN].map((no) => table.has(no))).toEqual([
    false,
    false,
    true,
    false,
    true,
    false,
    false,
  ]);
  expect([table.idOf(900), table.idOf(3), table.add('next')]).toEqual(['late', 'soon', 901]);
});

it('finds nothing by what is no id', () => {
  const table = new IdTable();
  table.add('a');
  const hostile = ['', 'x'.repeat(257), undefined, null, 7, {}, ['a']] as string[];
  expect(hostile.map((id) => table.numberOf(id))).toEqual(hostile.map(() => undefined));
});

it('holds a hundred thousand ids in some 25 bytes each', () => {
  const table = new IdTable();
  const count = 100_000;
  for (let n = 1; n <= count; n++) table.add(`agent-${n}`);
  for (let n = 1; n <= count; n += 97) {
    expect([table.numberOf(`agent-${n}`), table.idOf(n)]).toEqual([n, `agent-${n}`]);
    expect(table.numberOf(`other-${n}`)).toBeUndefined();
  }
  expect(table.bytes / count).toBeLessThan(32);
});
