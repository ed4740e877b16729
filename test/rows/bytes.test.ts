import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/rows/bytes.js';

const anyText = fc.oneof(
  fc.constantFrom('quality', '30d', '__proto__', '', '\ud800', 'é', '数', '\u0000', 'x'.repeat(65)),
  fc.string({ maxLength: 300, unit: 'binary' }),
);
const anyNumber = fc.oneof(
  fc.constantFrom(0, -0, 223, 224, 2 ** 24 - 1, 2 ** 24, 2 ** 48 - 1, 2 ** 48, -1, 0.1, Number.MAX_VALUE),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e300, 5e-324, null, undefined),
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_003 }),
  fc.double(),
);
const value = fc.oneof(
  fc.record({
    kind: fc.constantFrom('word' as const, 'text' as const),
    value: fc.option(anyText, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('number' as const), value: anyNumber }),
  fc.record({ kind: fc.constant('byte' as const), value: fc.nat(255) }),
);

it('numbers and texts come back as they were written, whatever was written before', () => {
  const writer = new ByteWriter();
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 400 }), { maxLength: 3 }), (rows) => {
      for (const row of rows) {
        writer.clear();
        for (const { kind, value } of row) writer[kind](value as never);
        const reader = new ByteReader(writer.bytes, 0);
        const read = row.map(({ kind }) => {
          if (kind === 'number') return reader.optional();
          return kind === 'byte' ? reader.byte() : reader.text();
        });
        expect(read).toStrictEqual(row.map(({ value }) => value));
      }
    }),
    { numRuns: 200 },
  );
});

it('a number that a row has had already takes two bytes, and a small one takes one', () => {
  const writer = new ByteWriter();
  for (let i = 0; i < 10; i++) writer.number(1_700_000_000_000);
  expect(writer.end).toBe(7 + 9 * 2);
  writer.number(223);
  expect(writer.end).toBe(26);
});

it('words beyond what is kept once for all come back too', () => {
  const writer = new ByteWriter();
  for (let n = 0; n < 6_000; n++) {
    writer.clear().word(`word ${n}`);
    expect(new ByteReader(writer.bytes, 0).text()).toBe(`word ${n}`);
  }
});
