import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../bench/trend-simulation.mjs';
import { residue, varianceInflation } from '../../src/trends/autocorrelation.js';
import { type SortedSeries, sortedSeries } from '../../src/trends/sorted-series.js';
import { daily, onDays } from './series.js';

function autoregressive(n: number, rho: number, seed: number): number[] {
  const { normal } = randomNumbers(seed);
  const values = [normal()];
  while (values.length < n) values.push(rho * values.at(-1)! + Math.sqrt(1 - rho * rho) * normal());
  return values;
}

const lagOneAutocorrelation = (series: SortedSeries): number => residue(series).autocorrelation;

describe('the autocorrelation of the residue', () => {
  test('finds the correlation of an AR(1) series', () => {
    for (const rho of [-0.5, 0, 0.3, 0.5, 0.8]) {
      const r = lagOneAutocorrelation(sortedSeries(daily(autoregressive(4000, rho, 1))));
      expect(Math.abs(r - rho)).toBeLessThan(0.05);
    }
  });

  test('is not fooled by a trend, nor by one that bends', () => {
    const noise = autoregressive(1000, 0, 2);
    const plain = lagOneAutocorrelation(sortedSeries(daily(noise)));
    const line = lagOneAutocorrelation(sortedSeries(daily(noise.map((value, i) => value + 0.1 * i))));
    const bent = lagOneAutocorrelation(sortedSeries(daily(noise.map((value, i) => value + 1e-4 * i * i))));
    expect(line).toBeCloseTo(plain, 9);
    expect(bent).toBeCloseTo(plain, 9);
  });

  test('is defined when times are equal', () => {
    expect(Number.isFinite(lagOneAutocorrelation(sortedSeries(onDays([1, 1, 1, 1], [1, 2, 5, 3]))))).toBe(
      true,
    );
    expect(Number.isFinite(lagOneAutocorrelation(sortedSeries(onDays([1, 1, 2, 2], [1, 2, 5, 3]))))).toBe(
      true,
    );
  });
});

describe('varianceInflation', () => {
  test('is near (1 + ρ)/(1 − ρ) for long series', () => {
    const inflation = varianceInflation(sortedSeries(daily(autoregressive(8000, 0.5, 3))));
    expect(inflation).toBeGreaterThan(2.7);
    expect(inflation).toBeLessThan(3.3);
  });

  test('is 1 for values that alternate, and under three points', () => {
    expect(varianceInflation(sortedSeries(daily([1, 2, 1, 2, 1, 2, 1, 2, 1, 2])))).toBe(1);
    expect(varianceInflation(sortedSeries(daily([1, 2])))).toBe(1);
    expect(varianceInflation(sortedSeries([]))).toBe(1);
  });

  test('is 1 when a curve explains all but a hundredth: a decline without noise is no correlation', () => {
    for (const values of [
      [1, 2, 3, 4, 5, 6],
      [7, 7, 7, 7, 7],
      [10, 8, 6.5, 5.2, 4.2, 3.4, 2.7, 2.2],
    ]) {
      expect(varianceInflation(sortedSeries(daily(values)))).toBe(1);
    }
  });

  test('never exceeds 39', () => {
    const steps = Array.from({ length: 200 }, (_, i) => Math.floor(i / 50) % 2);
    expect(varianceInflation(sortedSeries(daily(steps)))).toBeLessThanOrEqual(39.000001);
  });
});
