import { expect, test } from 'vitest';
import { shareOut } from '../../src/scoring/shares.js';

test('the mean is weighted, and weights become shares that add up to 1', () => {
  const parts = [
    { score: 8, weight: 3 },
    { score: 4, weight: 1 },
  ];
  // (3 × 8 + 1 × 4) / 4 = 7
  expect(shareOut(parts)).toBe(7);
  expect(parts.map(({ weight }) => weight)).toEqual([0.75, 0.25]);
});

test('without parts there is no mean', () => {
  expect(shareOut([])).toBeNull();
});

test('a mean of tens is ten, whatever rounding does', () => {
  for (let n = 1; n <= 50; n++) {
    const parts = Array.from({ length: n }, (_, i) => ({ score: 10, weight: 0.1 + i / 7 }));
    expect(shareOut(parts)).toBeLessThanOrEqual(10);
  }
});

test('a part that weighs as little as a number can keeps all digits of its score', () => {
  // 7.3 × 5e-324 rounds to 7 × 5e-324: a product before the division would answer 7
  expect(shareOut([{ score: 7.3, weight: Number.MIN_VALUE }])).toBe(7.3);
});
