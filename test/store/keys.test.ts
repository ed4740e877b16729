import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstSeqOf,
  idKey,
  indexKey,
  journalKey,
  outputKey,
  outputPartsOf,
  timelineKey,
  timelinePartsOf,
} from '../../src/store/keys.js';

const number = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const small = fc.integer({ min: 0, max: 0xffff_ffff });
const anyString = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});

/** What `Array.sort` would do with lists of numbers of the same length. */
function compareLists(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : Math.sign(a[at]! - b[at]!);
}

describe('keys', () => {
  test.each([
    ['of the journal', fc.tuple(number), ([a = 0]: number[]) => journalKey(a)],
    ['of an index', fc.tuple(small, number), ([a = 0, b = 0]: number[]) => indexKey(a, b)],
    ['of outputs', fc.tuple(number, small), ([a = 0, b = 0]: number[]) => outputKey(a, b)],
    [
      'of the timeline',
      fc.tuple(fc.integer({ min: 0, max: 6 }), number, number),
      ([a = 0, b = 0, c = 0]: number[]) => timelineKey(a, b, c),
    ],
  ])('%s sort as the numbers in them', (_part, numbers: fc.Arbitrary<number[]>, key) => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Buffer.compare(key(a), key(b))).toBe(compareLists(a, b));
      }),
    );
  });

  test('give their numbers back', () => {
    fc.assert(
      fc.property(number, number, small, (a, b, c) => {
        expect(firstSeqOf(journalKey(a))).toBe(a);
        expect(timelinePartsOf(timelineKey(3, a, b))).toEqual({ minAt: a, blockSeq: b });
        expect(outputPartsOf(outputKey(a, c))).toEqual({ seq: a, position: c });
      }),
    );
  });

  test('of another length are no keys', () => {
    const longer = (key: Buffer) => Buffer.concat([key, Buffer.alloc(1)]);
    expect(firstSeqOf(longer(journalKey(1)))).toBeUndefined();
    expect(timelinePartsOf(longer(timelineKey(0, 1, 1)))).toBeUndefined();
    expect(outputPartsOf(longer(outputKey(1, 1)))).toBeUndefined();
  });

  test('of different ids are different bytes', () => {
    fc.assert(
      fc.property(anyString, anyString, (a, b) => {
        fc.pre(a !== b);
        expect(Buffer.from(idKey(a)).equals(Buffer.from(idKey(b)))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
