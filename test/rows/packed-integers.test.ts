import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PackedIntegers } from '../../src/rows/packed-integers.js';

/** Whole numbers of up to so many bits, the greatest of them among others. */
const anyNumbers = fc
  .integer({ min: 0, max: 53 })
  .map((bits) => 2 ** bits - 1)
  .chain((greatest) =>
    fc.record({
      greatest: fc.constant(greatest),
      numbers: fc.array(
        fc.oneof(
          fc.maxSafeNat().map((n) => n % (greatest + 1)),
          fc.constant(greatest),
        ),
      ),
      again: fc.array(fc.tuple(fc.nat(), fc.maxSafeNat())),
    }),
  );

const contentOf = (list: PackedIntegers) => Array.from({ length: list.length }, (_, i) => list.at(i));

describe('whole numbers, several to a double', () => {
  test('are a list of numbers, whatever is written over, up to the greatest', () => {
    fc.assert(
      fc.property(anyNumbers, ({ greatest, numbers, again }) => {
        const list = new PackedIntegers(numbers.length, greatest);
        expect(list.greatest).toBeGreaterThanOrEqual(greatest);
        expect(contentOf(list)).toEqual(numbers.map(() => 0));
        const twin = numbers.slice();
        for (const [i, number] of numbers.entries()) list.set(i, number);
        expect(contentOf(list)).toEqual(twin);
        expect(contentOf(PackedIntegers.of(numbers, numbers.length))).toEqual(numbers);
        expect(contentOf(PackedIntegers.of(numbers, numbers.length >> 1))).toEqual(
          numbers.slice(0, numbers.length >> 1),
        );
        for (const [place, number] of numbers.length === 0 ? [] : again) {
          twin[place % twin.length] = number % (list.greatest + 1);
          list.set(place % twin.length, number % (list.greatest + 1));
        }
        expect(contentOf(list)).toEqual(twin);
      }),
    );
  });

  test('have room for greater ones where that costs nothing', () => {
    expect(new PackedIntegers(5, 256).greatest).toBe(1023);
    expect(new PackedIntegers(5, 2 ** 40).greatest).toBe(2 ** 53 - 1);
    expect(new PackedIntegers(0, 0).greatest).toBe(1);
  });
});
