import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../bench/trend-simulation.mjs';
import { drained } from '../../src/drained.js';
import { implicitSlopes } from '../../src/trends/implicit-slopes.js';
import { theilSenInterval, theilSenSlope } from '../../src/trends/index.js';
import { tieSums } from '../../src/trends/pair-counts.js';
import { slopeAndInterval } from '../../src/trends/sen-interval.js';
import { countSlopes, slopesAtRanks } from '../../src/trends/slope-selection.js';
import { sortedSeries } from '../../src/trends/sorted-series.js';
import type { TrendPoint } from '../../src/trends/types.js';
import { medianOf, slopesOf } from './brute-force.js';
import { daily, onDays } from './series.js';

describe('theilSenSlope', () => {
  test('goes by time, not by position', () =>
    expect(theilSenSlope(onDays([0, 10, 20], [0, 1, 2]))).toBe(0.1));

  test('does not mind the order in which points come', () => {
    expect(theilSenSlope(onDays([20, 0, 10], [2, 0, 1]))).toBe(0.1);
  });

  test('takes the mean of the middle two of an even number', () => {
    // Slopes 1, 2 and, over two days, 1.5; with a fourth point six in all.
    expect(theilSenSlope(daily([0, 1, 3, 3]))).toBe(1);
    expect(theilSenSlope(onDays([0, 0, 1], [0, 1, 3]))).toBe(2.5);
  });

  test('leaves out pairs at one time, and is 0 when nothing is left', () => {
    expect(theilSenSlope(onDays([5, 5, 5], [1, 2, 3]))).toBe(0);
    expect(theilSenSlope([])).toBe(0);
    expect(theilSenSlope(daily([4]))).toBe(0);
  });

  test('is not moved by one wild value in seven', () => {
    expect(theilSenSlope(daily([0, 1, 2, 1e9, 4, 5, 6]))).toBe(1);
  });
});

type Shape = (i: number, random: () => number) => TrendPoint;

const DAY_MS = 86_400_000;
const shapes: Record<string, Shape> = {
  noise: (i, random) => ({ at: i * 3_600_000, value: random() }),
  'whole numbers, few times': (_, random) => ({
    at: Math.floor(random() * 40) * DAY_MS,
    value: Math.floor(random() * 5),
  }),
  'a straight line': (i) => ({ at: i * DAY_MS, value: 0.1 * i }),
  'two lines crossing': (i) => ({ at: i * DAY_MS, value: i % 2 === 0 ? i : -i }),
  'a constant': (i) => ({ at: i * 1000, value: 7 }),
  'huge and tiny': (i, random) => ({ at: i * DAY_MS, value: 10 ** (200 * random() - 100) }),
  'all at one time but one': (i, random) => ({ at: i === 0 ? 0 : DAY_MS, value: random() }),
};

describe('selection without writing the slopes down', () => {
  test.each(Object.keys(shapes))('finds the slopes of every rank: %s', (name) => {
    const { uniform } = randomNumbers(4);
    const points = Array.from({ length: 400 }, (_, i) => shapes[name]!(i, uniform));
    const slopes = slopesOf(points);
    const series = sortedSeries(points);
    expect(countSlopes(series)).toBe(slopes.length);
    const n = slopes.length;
    const ranks = [1, 2, Math.ceil(n / 3), n >> 1, (n >> 1) + 1, n - 1, n].filter(
      (rank, i, all) => all.indexOf(rank) === i,
    );
    drained(implicitSlopes(series, ranks)).forEach((slope, i) => {
      const expected = slopes[ranks[i]! - 1]!;
      expect(Math.abs(slope - expected)).toBeLessThanOrEqual(1e-14 * Math.abs(expected));
    });
  });

  test('gives the very same answer every time, whatever the order of the points', () => {
    const { uniform } = randomNumbers(9);
    const points = Array.from({ length: 3000 }, (_, i) => shapes.noise!(i, uniform));
    const slope = theilSenSlope(points);
    expect(theilSenSlope(points.toReversed())).toBe(slope);
    expect(slope).toBe(medianOf(slopesOf(points.slice(0, 3000))));
  });
});

describe('selection among slopes that are written down', () => {
  test.each(Object.keys(shapes))(
    'finds what sorting them finds, and what leaving them implicit does: %s',
    (name) => {
      const { uniform } = randomNumbers(8);
      const points = Array.from({ length: 512 }, (_, i) => shapes[name]!(i, uniform));
      const slopes = slopesOf(points);
      const series = sortedSeries(points);
      const n = slopes.length;
      const ranks = [1, 1, 2, Math.ceil(n / 3), n >> 1, (n >> 1) + 1, (n >> 1) + 2, n - 1, n, n];
      const found = drained(slopesAtRanks(series, ranks));
      expect(found).toEqual(ranks.map((rank) => slopes[rank - 1]!));
      const different = [...new Set(ranks)];
      expect(drained(slopesAtRanks(series, different))).toEqual(drained(implicitSlopes(series, different)));
    },
  );

  test.each([3, 4, 5, 12, 100, 600])(
    'slope and interval of %i points in one look are those of two',
    (length) => {
      const { uniform } = randomNumbers(length);
      for (const shape of Object.values(shapes)) {
        const points = Array.from({ length }, (_, i) => shape(i, uniform));
        const series = sortedSeries(points);
        const times = tieSums(series.times);
        const values = tieSums(series.values.toSorted());
        const { slope, slopeInterval } = drained(slopeAndInterval(series, times, values, 0.95));
        expect(slope).toBe(theilSenSlope(points));
        expect(slopeInterval).toEqual(theilSenInterval(points));
      }
    },
  );
});
