import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frozenData as frozen } from '../src/agent/frozen-data.js';
import { pack, unpack } from '../src/packing.js';

const anyText = fc.oneof(
  fc.constantFrom('self', 'quality', '30d', '__proto__', '', '\ud800', 'é', '数', 'x'.repeat(40)),
  fc.string({ maxLength: 300 }),
);
const anyNumber = fc.oneof(
  fc.constantFrom(0, -0, 223, 224, 2 ** 24 - 1, 2 ** 24, 2 ** 48 - 1, 2 ** 48, -1, 0.1, Number.MAX_VALUE),
  fc.integer({ min: 0, max: 2_000_000_000_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const PLAIN = { noNullPrototype: true };
const anyData = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    anyText,
    anyNumber,
    fc.constantFrom(null, undefined, true, false),
    fc.array(tie('data'), { maxLength: 5 }),
    fc.record(
      { metric: anyText, direction: fc.constantFrom('stable', 'declining'), since: fc.constant(null) },
      PLAIN,
    ),
    fc.array(
      fc.record(
        { direction: fc.constantFrom('stable', 'declining'), since: anyNumber, isOver: fc.boolean() },
        PLAIN,
      ),
      {
        maxLength: 4,
      },
    ),
    fc.record({ status: anyText, value: tie('data'), count: anyNumber }, PLAIN),
    fc.record({ name: tie('data'), lifetime: tie('data') }, { requiredKeys: [], ...PLAIN }),
  ),
})).data;

function isFrozenThroughout(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return true;
  return Object.isFrozen(data) && Object.values(data).every(isFrozenThroughout);
}

it('many trends without data take a few bytes each', () => {
  const trends = ['quality', 'cost', 'tokens'].flatMap((metric) =>
    ['7d', '30d', '90d'].map((window) => ({ metric, window, direction: 'insufficient_data', since: null })),
  );
  expect(pack(frozen(trends), '').length).toBeLessThan(40);
});

it('trends that began at one moment take a few bytes more', () => {
  const trends = (since: number) =>
    ['quality', 'cost', 'tokens'].flatMap((metric) =>
      ['7d', '30d', '90d'].map((window) => ({ metric, window, direction: 'stable', since })),
    );
  const [one, other] = [1_700_000_000_000, 1_700_000_000_001].map((since) => pack(frozen(trends(since)), ''));
  expect(one?.length).toBeLessThan(40);
  expect([unpack(one ?? '', ''), unpack(other ?? '', '')]).toEqual([
    trends(1_700_000_000_000),
    trends(1_700_000_000_001),
  ]);
});

it('a negative zero, which is the zero to a map, is not taken for another number', () => {
  const slopes = [-0, -0, -1, -1, 0, -0].map((slope) => ({ slope }));
  expect(unpack(pack(frozen(slopes), ''), '')).toStrictEqual(slopes);
});

it('plain data comes back as it was, frozen, whatever was packed before', () => {
  fc.assert(
    fc.property(fc.array(anyData, { minLength: 1, maxLength: 5 }), (all) => {
      const packed = all.map((data) => pack(frozen(data), 'self'));
      const unpacked = packed.map((text) => unpack(text, 'self'));
      expect(unpacked).toStrictEqual(all);
      expect(unpacked.every(isFrozenThroughout)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('words beyond what the tables hold come back too', () => {
  for (let n = 0; n < 6_000; n++) {
    const data = frozen({ metric: `word ${n}`, direction: `other ${n}`, since: null });
    expect(unpack(pack(data, ''), '')).toStrictEqual(data);
  }
});
