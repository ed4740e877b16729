import { expect, test } from 'vitest';
import { normalQuantile, normalTail } from '../../src/trends/normal.js';

test.each([
  [0, 0.5],
  [1, 0.15865525393145707],
  [2.5, 0.006209665325776132],
  [3, 0.0013498980316300933],
  [3.5, 0.00023262907903552502],
  [8, 6.22096057427174e-16],
  [-1, 0.8413447460685429],
  [-5, 0.9999997133484281],
])('the tail beyond %d is that of scipy.stats.norm.sf', (z, p) => {
  expect(Math.abs(normalTail(z) / p - 1)).toBeLessThan(1e-12);
});

test('the quantile of 0.025 is 1.96, and quantiles undo tails', () => {
  expect(normalQuantile(0.025)).toBeCloseTo(1.959963984540054, 13);
  expect(normalQuantile(normalTail(4.2))).toBeCloseTo(4.2, 10);
});
