import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScoreSum } from '../../src/windows/score-sum.js';

const anyScore = fc.oneof(
  fc.double({ min: 0, max: 10, noNaN: true }),
  fc.constantFrom(0, 1e-30, 1e-12, 0.1, 1 / 3, 9.999999999999998, 10, Number.NaN),
);
const anyScores = fc.array(anyScore, { maxLength: 300, size: 'max' });

function sumOf(scores: readonly number[]): ScoreSum {
  const sum = new ScoreSum();
  for (const score of scores) sum.add(score);
  return sum;
}

/** Multiples of 2⁻⁸⁰, as a whole number of them. */
function exact(scores: readonly number[]): bigint {
  let total = 0n;
  for (const score of scores) {
    if (Number.isNaN(score)) continue;
    const whole = Math.floor(score * 2 ** 30);
    total += (BigInt(whole) << 50n) + BigInt(Math.floor((score - whole / 2 ** 30) * 2 ** 80));
  }
  return total;
}

test('scores add up to the number nearest to their sum', () => {
  fc.assert(
    fc.property(anyScores, (scores) => {
      const { sum, count } = sumOf(scores);
      expect(sum).toBe(Number(exact(scores)) / 2 ** 80);
      expect(count).toBe(scores.filter((score) => !Number.isNaN(score)).length);
    }),
  );
});

test('the same scores add up to the same, in any order, in parts, and whatever was among them in between', () => {
  fc.assert(
    fc.property(anyScores, anyScores, fc.nat(300), (scores, others, at) => {
      const expected = sumOf(scores);
      const turned = sumOf([...others, ...scores].toReversed());
      for (const other of others) turned.remove(other);
      const inParts = sumOf(scores.slice(0, at));
      inParts.addAll(sumOf(scores.slice(at)));
      expect(turned).toEqual(expected);
      expect(inParts).toEqual(expected);
      expect(turned.sum).toBe(expected.sum);
    }),
  );
});
