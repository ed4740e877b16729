import { describe, expect, test } from 'vitest';
import { mannKendall } from '../../src/trends/index.js';
import { exactKendallPValue, kendallPValue, kendallVariance, kendallZ } from '../../src/trends/kendall-s.js';
import { tieSums } from '../../src/trends/pair-counts.js';
import { daily, onDays } from './series.js';

const NONE = { pairs: 0, triples: 0 };

describe('the variance of S', () => {
  test('is n(n−1)(2n+5)/18 without ties', () => expect(kendallVariance(10, NONE, NONE)).toBe(125));

  test('is 0 when all values or all times are equal, and under two points', () => {
    const all = tieSums(Float64Array.of(3, 3, 3, 3));
    expect(kendallVariance(4, NONE, all)).toBe(0);
    expect(kendallVariance(4, all, NONE)).toBe(0);
    expect(kendallVariance(4, all, tieSums(Float64Array.of(1, 1, 2, 3)))).toBe(0);
    expect(kendallVariance(1, NONE, NONE)).toBe(0);
    expect(kendallVariance(0, NONE, NONE)).toBe(0);
  });

  test('is what all orders of five values with ties in values and times give', () => {
    // Kendall's formula is exact: enumerate.
    const times = [0, 0, 1, 2, 3];
    const values = [1, 1, 2, 2, 3];
    const squares = permutations(values).map((order) => mannKendall(onDays(times, order)).s ** 2);
    const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    const ties = (items: number[]) => tieSums(Float64Array.from(items));
    expect(kendallVariance(5, ties(times), ties(values))).toBeCloseTo(mean, 12);
  });
});

describe('p values', () => {
  test('are exact below ten points without ties: scipy.stats.kendalltau(method="exact")', () => {
    expect(mannKendall(daily([0, 1, 2, 3, 4, 6, 5])).pValue).toBeCloseTo(0.002777777777777778, 14);
    expect(mannKendall(daily([1, 0, 3, 2, 5, 4, 7, 6, 8])).pValue).toBeCloseTo(0.0024250440917107582, 14);
  });

  test('of all possible S add up: the smallest |S| has p 1, none has more', () => {
    expect(exactKendallPValue(0, 4)).toBe(1);
    expect(exactKendallPValue(1, 3)).toBe(1);
    expect(exactKendallPValue(6, 4)).toBeCloseTo(2 / 24, 15);
    expect(exactKendallPValue(7, 4)).toBe(0);
  });

  test('are 1 where nothing can be tested', () => {
    expect(mannKendall([]).pValue).toBe(1);
    expect(mannKendall(daily([5])).pValue).toBe(1);
    expect(mannKendall(daily([5, 5, 5, 5, 5, 5])).pValue).toBe(1);
    expect(mannKendall(onDays([1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6])).pValue).toBe(1);
  });

  test('belong to the z that directions are decided on, exact or not', () => {
    expect(kendallZ(21, 7, NONE, NONE)).toBeCloseTo(3.5418, 3);
    expect(kendallPValue(21, 7, NONE, NONE)).toBeCloseTo(0.000397, 6);
    expect(kendallZ(46, 10, NONE, NONE)).toBeCloseTo(45 / Math.sqrt(125), 12);
    expect(kendallZ(0, 8, NONE, NONE)).toBe(0);
  });

  test('are refused for counts that no factorial can hold', () => {
    expect(() => exactKendallPValue(1, 151)).toThrow(RangeError);
    expect(() => exactKendallPValue(1, 2.5)).toThrow(RangeError);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}
