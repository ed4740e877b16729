import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addTo, RunningSum, totalOf, ZERO_SUM } from '../../src/windows/compensated-sum.js';
import { frozen } from '../scoring/facts.js';

const sumOf = (terms: readonly number[]) => terms.reduce((sum, term) => frozen(addTo(sum, term)), ZERO_SUM);

/** The exact sum of doubles as a fraction over 2^1074, rounded at the end. */
function exactSum(terms: readonly number[]): number {
  const total = terms.reduce((sum, term) => sum + BigInt(Math.round(term * 2 ** 20)), 0n);
  return Number(total) / 2 ** 20;
}

test('nothing adds up to nothing', () => {
  expect(totalOf(ZERO_SUM)).toBe(0);
});

test('small terms are not lost beside a huge one', () => {
  // Ten cents a thousand times, beside a trillion that comes and goes.
  const cents = Array.from({ length: 1000 }, () => 0.1);
  expect(totalOf(sumOf([1e16, ...cents, -1e16]))).toBeCloseTo(100, 10);
  expect(totalOf(sumOf([1, 1e100, 1, -1e100]))).toBe(2);
  expect(totalOf(sumOf([0.1, 0.2, 0.3, -0.6]))).toBeCloseTo(0, 16);
});

test('a sum of binary fractions is exact, in any order', () => {
  // Multiples of 2^-20 up to 2^53: their exact sum can be had in integers.
  const term = fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).map((value) => value / 2 ** 20);
  const wide = fc.oneof(
    term,
    fc.maxSafeInteger().map((value) => value / 2 ** 10),
  );
  fc.assert(
    fc.property(fc.array(wide, { maxLength: 200, size: 'max' }), (terms) => {
      expect(totalOf(sumOf(terms))).toBe(exactSum(terms));
      expect(totalOf(sumOf(terms.toReversed()))).toBe(exactSum(terms));
    }),
  );
});

test('what went in and out again leaves the rest to 1e-9, after thousands of terms', () => {
  const term = fc.oneof(fc.constantFrom(1e12, 1e-9, 0.1), fc.double({ min: 0, max: 1e12, noNaN: true }));
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 300, size: 'max' }), (terms) => {
      let sum = ZERO_SUM;
      for (const one of terms) sum = addTo(sum, one);
      for (const one of terms.slice(1)) sum = addTo(sum, -one);
      const [first] = terms as [number];
      expect(Math.abs(totalOf(sum) - first)).toBeLessThanOrEqual(1e-9 * Math.max(first, 1));
    }),
  );
});

test('a sum that is kept in place is the very same', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (terms) => {
      const running = new RunningSum();
      for (const term of terms) running.add(term);
      expect(running.total).toBe(totalOf(sumOf(terms)));
    }),
  );
});
