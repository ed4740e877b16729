import { describe, expect, test } from 'vitest';
import { ordinaryLeastSquares, periodOverPeriod, theilSen, thresholdOnly } from '../../src/trends/index.js';
import { studentPValue, studentQuantile } from '../../src/trends/student-t.js';
import { daily, onDays } from './series.js';

const values = [3.1, 2.9, 4.0, 3.6, 4.4, 4.1, 4.4, 5.0, 4.7, 5.2, 4.4, 6.0];
const strategies = [theilSen(), ordinaryLeastSquares(), periodOverPeriod(), thresholdOnly()];

describe.each(strategies.map((strategy) => ({ name: strategy.name, strategy })))('$name', ({ strategy }) => {
  const detect = (metric: string, points = daily(values)) =>
    strategy.detect({ metric, window: '7d', points });

  test('sees a clear rise, better for quality and worse for cost', () => {
    const steep = daily([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(detect('quality', steep).direction).toBe('improving');
    expect(detect('cost', steep).direction).toBe('declining');
  });

  test('sees no direction in few points, one time, or one value', () => {
    expect(detect('quality', daily([1, 2, 3])).direction).toBe('insufficient_data');
    expect(detect('quality', []).direction).toBe('insufficient_data');
    expect(detect('quality', onDays([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]))).toMatchObject({
      direction: 'stable',
      slope: 0,
    });
    expect(detect('quality', daily([4, 4, 4, 4, 4, 4]))).toMatchObject({
      direction: 'stable',
      slope: 0,
      pValue: 1,
    });
  });

  test('is pure: points in any order give the same, and are left as they were', () => {
    const points = Object.freeze(daily(values).reverse());
    expect(detect('quality', points as never)).toEqual(detect('quality'));
  });

  test('says when it was evaluated, and does not claim to know since when', () => {
    expect(detect('quality')).toMatchObject({
      evaluatedAt: 11 * 86_400_000,
      since: null,
      dataPointCount: 12,
    });
  });
});

describe('ordinaryLeastSquares', () => {
  test('is scipy.stats.linregress, with the t interval', () => {
    const result = ordinaryLeastSquares().detect({ metric: 'quality', window: '30d', points: daily(values) });
    expect(result.slope).toBeCloseTo(0.2146853146853147, 12);
    expect(result.pValue).toBeCloseTo(0.00012503992803413738, 12);
    expect(result.slopeInterval![0]).toBeCloseTo(0.13550588584711334, 10);
    expect(result.slopeInterval![1]).toBeCloseTo(0.2938647435235161, 10);
  });

  test('needs its slope to be significant', () => {
    const points = daily([5, 9, 4, 8, 6, 9, 7]);
    const direction = (significanceLevel: number) =>
      ordinaryLeastSquares({ significanceLevel }).detect({ metric: 'quality', window: '7d', points })
        .direction;
    expect([direction(0.05), direction(1)]).toEqual(['stable', 'improving']);
  });

  test('refuses a level that is none', () => {
    expect(() => ordinaryLeastSquares({ significanceLevel: 0 })).toThrow(/`significanceLevel`.*got 0/);
  });
});

describe("Student's t", () => {
  test.each([
    [2.1, 5, 0.08975324988459879],
    [0.3, 100, 0.7647998803003035],
    [30, 2000, 1.3707730191128242e-163],
  ])('p of %d with %d degrees is that of scipy.stats.t.sf', (t, degrees, p) => {
    expect(Math.abs(studentPValue(t, degrees) / p - 1)).toBeLessThan(1e-9);
  });

  test('the quantile undoes it', () => expect(studentQuantile(0.05, 3)).toBeCloseTo(3.1824463052837078, 9));
});

describe('periodOverPeriod', () => {
  test('compares the halves of the window that ends at the latest point', () => {
    const points = onDays([0, 1, 2, 6, 7, 8], [4, 4, 4, 6, 6, 6]);
    // Half of 8 days before day 8 is day 4: 2 points more in 4 days.
    const result = periodOverPeriod().detect({ metric: 'quality', window: '8d', points });
    expect(result).toMatchObject({ slope: 0.5, direction: 'improving', pValue: 1, slopeInterval: null });
  });

  test('compares nothing with an empty half', () => {
    const points = onDays([6, 6.5, 7, 7.5, 8], [1, 2, 3, 4, 5]);
    expect(periodOverPeriod().detect({ metric: 'quality', window: '30d', points }).slope).toBe(0);
  });
});

describe('thresholdOnly', () => {
  test('has one threshold a day for all windows, and no doubt', () => {
    const points = daily([5, 9, 4, 8, 6, 9, 7]);
    for (const window of ['7d', '90d']) {
      expect(thresholdOnly().detect({ metric: 'quality', window, points })).toMatchObject({
        direction: 'improving',
        threshold: 0.05,
      });
    }
  });

  test('tracks as it detects, and can be told other thresholds', () => {
    const strategy = thresholdOnly({ threshold: 0.5 });
    const tracker = strategy.track('quality', '7d', daily(values));
    expect(tracker.result()).toEqual(
      strategy.detect({ metric: 'quality', window: '7d', points: daily(values) }),
    );
    expect(tracker.direction()).toBe('stable');
    expect(
      thresholdOnly({ minEffect: { linear: 7 } })
        .track('quality', '7d')
        .result().threshold,
    ).toBe(1);
    expect(() => thresholdOnly({ threshold: -1 })).toThrow(/`threshold`/);
  });
});
