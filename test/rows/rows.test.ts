import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drained } from '../../src/drained.js';
import { ByteWriter } from '../../src/rows/bytes.js';
import { Rows } from '../../src/rows/rows.js';

const writer = new ByteWriter();

function withRow(rows: Rows, no: number, text: string): Rows {
  writer.clear().text(text);
  return rows.set(no, writer);
}

function contents(rows: Rows): [number, string | undefined][] {
  return Array.from(rows.numbers(), (no) => [no, rows.read(no, (row) => row.text())]);
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ no: fc.integer({ min: 1, max: 400 }), text: fc.string({ maxLength: 40 }) }),
  },
  { weight: 1, arbitrary: fc.constant('pack' as const) },
  { weight: 1, arbitrary: fc.record({ back: fc.nat(20) }) },
);

it('every version of a table of rows holds what was set on the way to it, packed or not, and keeps it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const versions = [{ rows: Rows.empty(), model: new Map<number, string>() }];
      for (const next of steps) {
        const back = typeof next === 'object' && 'back' in next ? next.back : 0;
        const { rows, model } = versions[Math.max(0, versions.length - 1 - back)] ?? versions[0]!;
        if (next === 'pack') versions.push({ rows: drained(rows.packing()), model });
        else if ('back' in next) versions.push({ rows, model });
        else {
          const { no, text } = next;
          versions.push({ rows: withRow(rows, no, text), model: new Map([...model, [no, text]]) });
        }
      }
      for (const { rows, model } of versions) {
        expect(contents(rows)).toEqual([...model].sort(([a], [b]) => a - b));
        expect(rows.size).toBe(model.size);
        expect([1, 128, 129, 400, 401, 1e6].map((no) => rows.has(no))).toEqual(
          [1, 128, 129, 400, 401, 1e6].map((no) => model.has(no)),
        );
      }
    }),
    { numRuns: 200 },
  );
});

it('a row has the same key in any version that holds it, packed or not', () => {
  const one = withRow(withRow(Rows.empty(), 7, 'seven'), 8, 'eight');
  const packed = drained(withRow(one, 8, 'more').packing());
  expect(packed.key(7)).toBe(one.key(7));
  expect(packed.key(8)).not.toBe(one.key(8));
  expect([one.key(9), packed.key(9)]).toEqual([undefined, undefined]);
});

it('is worth packing once much was set, the more the more there is', () => {
  let rows = Rows.empty();
  const fill = (count: number) => {
    for (let no = 1; no <= count; no++) rows = withRow(rows, no, `row ${no}`);
  };
  fill(4_095);
  expect(rows.isLoose).toBe(false);
  fill(1);
  expect(rows.isLoose).toBe(true);
  fill(80_000);
  rows = drained(rows.packing());
  expect([rows.isLoose, rows.size]).toEqual([false, 80_000]);
  fill(4_500);
  expect(rows.isLoose).toBe(false);
  fill(500);
  expect(rows.isLoose).toBe(true);
});
