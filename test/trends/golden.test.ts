import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exactKendallPValue, mannKendall, theilSenInterval, theilSenSlope } from '../../src/trends/index.js';
import { normalTail } from '../../src/trends/normal.js';
import { daily, onDays } from './series.js';

describe('the example of Sen (1968), as in scipy/stats/tests/test_mstats_basic.py', () => {
  const points = onDays([1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78]);

  test('has a slope of 4, between 3.71 and 4.38 with a confidence of 0.93', () => {
    expect(theilSenSlope(points)).toBe(4);
    const [low, high] = theilSenInterval(points, 0.93)!;
    expect(low).toBeCloseTo(3.7142857142857144, 12);
    expect(high).toBeCloseTo(4.375, 12);
  });

  test('has S = 21 of 21, and an exact p of 2/7!', () => {
    const { s, variance, pValue } = mannKendall(points);
    expect(s).toBe(21);
    expect(variance).toBeCloseTo(44.333333333333336, 12);
    expect(pValue).toBeCloseTo(0.0003968253968253968, 15);
    expect(2 * normalTail((s - 1) / Math.sqrt(variance))).toBeCloseTo(0.0026666817936140987, 14);
  });
});

describe('scipy.stats 1.17.1 on twelve values with ties', () => {
  const values = [3.1, 2.9, 4.0, 3.6, 4.4, 4.1, 4.4, 5.0, 4.7, 5.2, 4.4, 6.0];

  test('theilslopes, ties in the values', () => {
    expect(theilSenSlope(daily(values))).toBeCloseTo(0.22539682539682537, 12);
    const [low, high] = theilSenInterval(daily(values))!;
    expect([low, high]).toEqual([expect.closeTo(0.13, 12), expect.closeTo(0.3, 12)]);
  });

  test('theilslopes and kendalltau, ties in values and times', () => {
    const points = onDays([0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 5, 6], values);
    expect(theilSenSlope(points)).toBeCloseTo(0.4, 12);
    const [low, high] = theilSenInterval(points)!;
    expect([low, high]).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.5166666666666667, 12)]);
    const { s, variance } = mannKendall(points);
    // scipy leaves the continuity correction out.
    expect(2 * normalTail(s / Math.sqrt(variance))).toBeCloseTo(0.00033973603720550353, 12);
  });
});

describe("R's cor.test(method = 'kendall', exact = TRUE), as in scipy/stats/tests/test_stats.py", () => {
  test.each([
    { x: [5, 2, 1, 3, 6, 4, 7, 8], y: [5, 2, 6, 3, 1, 8, 7, 4], p: 1 },
    { x: [5, 2, 1, 3, 6, 4, 7], y: [5, 2, 6, 3, 1, 7, 4], p: 0.77261904762 },
    { x: [2, 1, 3, 6, 4, 7, 8], y: [2, 6, 3, 1, 8, 7, 4], p: 1 },
    { x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], y: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], p: 5.511463844797e-7 },
    { x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], y: [0, 2, 1, 3, 4, 6, 5, 7, 8, 9], p: 2.97619047619e-5 },
    { x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], y: [9, 7, 8, 6, 5, 4, 3, 2, 1, 0], p: 5.511463844797e-6 },
  ])('p of $y over $x is $p', ({ x, y, p }) => {
    const { s, pValue } = mannKendall(onDays(x, y));
    expect(exactKendallPValue(s, x.length)).toBeCloseTo(p, 10);
    if (x.length < 10) expect(pValue).toBeCloseTo(p, 10);
  });

  test('ties: the asymptotic p of S without continuity correction', () => {
    const { s, variance } = mannKendall(onDays([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]));
    expect(2 * normalTail(Math.abs(s) / Math.sqrt(variance))).toBeCloseTo(0.2827454599327748, 10);
  });
});

describe('degenerate series, as in scipy/stats/tests/test_correlation.py', () => {
  test('equal times have no slope: 0 here, NaN there', () => {
    expect(theilSenSlope(onDays([0, 0], [0, 1]))).toBe(0);
    expect(theilSenInterval(onDays([0, 0], [0, 1]))).toBeNull();
  });

  test('equal values have slope 0 and no interval', () => {
    expect(theilSenSlope(onDays([0, 1, 0], [0, 0, 0]))).toBe(0);
    expect(theilSenInterval(onDays([0, 1, 0], [0, 0, 0]))).toBeNull();
  });

  test('0, 1, 1 has the slope 0.5', () => expect(theilSenSlope(daily([0, 1, 1]))).toBe(0.5));
});

const shared = new URL('../../../shared/data/golden-trends.json', import.meta.url);

describe.skipIf(!existsSync(shared))(`${shared.pathname} (skipped where it is absent)`, () => {
  interface Golden {
    readonly id: string;
    readonly x: number[];
    readonly y: number[];
    readonly published: {
      readonly slope: number;
      readonly conf: number;
      readonly low: number;
      readonly high: number;
      readonly tol: number;
    };
    readonly recomputed_here: { readonly S: number; readonly varS: number; readonly p_exact: number };
    readonly cases: {
      readonly x: number[];
      readonly y: number[];
      readonly p?: number;
      readonly method?: string;
    }[];
  }
  const load = (id: string): Golden =>
    (JSON.parse(readFileSync(shared, 'utf8')) as Golden[]).find((entry) => entry.id === id)!;

  test('sen1968', () => {
    const { x, y, published, recomputed_here: recomputed } = load('sen1968');
    const points = onDays(x, y);
    expect(theilSenSlope(points)).toBe(published.slope);
    const [low, high] = theilSenInterval(points, published.conf)!;
    expect(Math.abs(low - published.low)).toBeLessThan(published.tol);
    expect(Math.abs(high - published.high)).toBeLessThanOrEqual(published.tol + 1e-12);
    const { s, variance, pValue } = mannKendall(points);
    expect([s, variance]).toEqual([recomputed.S, expect.closeTo(recomputed.varS, 12)]);
    expect(pValue).toBeCloseTo(recomputed.p_exact, 14);
  });

  test('kendall_exact_small_n', () => {
    const exact = load('kendall_exact_small_n').cases.filter(
      (entry) => entry.p !== undefined && !entry.method,
    );
    expect(exact.length).toBeGreaterThan(5);
    for (const { x, y, p } of exact) {
      expect(exactKendallPValue(mannKendall(onDays(x, y)).s, x.length)).toBeCloseTo(p!, 10);
    }
  });
});
