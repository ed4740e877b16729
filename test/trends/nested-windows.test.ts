import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DOWN, UP } from '../../src/trends/counted-lines.js';
import type { TieSums } from '../../src/trends/kendall-s.js';
import { NestedWindows } from '../../src/trends/nested-windows.js';
import { sortedSeries } from '../../src/trends/sorted-series.js';
import { DAY_MS } from '../../src/windows/duration.js';
import { runs } from '../fuzz/effort.js';
import { groupSizes, kendallS, pairsBeside } from './brute-force.js';

const START = 1_700_000_000_000;
const METRICS = 2;
const WINDOWS = [2 * DAY_MS, 5 * DAY_MS, 9 * DAY_MS];
const RISES = [0.5, 0.1];

const SHAPE = {
  metrics: METRICS,
  windows: WINDOWS,
  lines: RISES.flatMap((rise) =>
    WINDOWS.map(
      (run) =>
        [
          { rise: 0, run: DAY_MS },
          { rise, run },
          { rise: -rise, run },
        ] as const,
    ),
  ),
};

interface Held {
  readonly at: number;
  readonly values: number[];
}

type Step =
  | { readonly kind: 'insert'; readonly age: number; readonly values: number[] }
  | { readonly kind: 'rewrite'; readonly which: number; readonly metric: number; readonly value: number }
  | { readonly kind: 'advance'; readonly by: number };

/** Ages and waits on a coarse grid, so that times tie and fall on the ends of windows, or anywhere. */
const age = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  fc.integer({ min: 0, max: 20 }).map((halves) => (halves * DAY_MS) / 2),
  fc.integer({ min: 0, max: 10 * DAY_MS }),
);
const wait = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 2 }).map((halves) => (halves * DAY_MS) / 2) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: DAY_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 12 * DAY_MS }) },
);
const value = fc.oneof(
  fc.constant(Number.NaN),
  fc.integer({ min: 0, max: 3 }),
  fc.double({ min: 0, max: 10, noNaN: true }).map((drawn) => drawn + 0),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      age,
      values: fc.array(value, { minLength: METRICS, maxLength: METRICS }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('rewrite' as const),
      which: fc.nat(1000),
      metric: fc.nat(METRICS - 1),
      value,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), by: wait }) },
);

function tiesOf(items: readonly number[]): TieSums {
  const sum = (of: (u: number) => number) => groupSizes(items).reduce((total, u) => total + of(u), 0);
  return { pairs: sum((u) => u * (u - 1)), triples: sum((u) => u * (u - 1) * (u - 2)) };
}

/** The rows as a plain list beside the windows. */
class Twin {
  now = START;
  rows: Held[] = [];
  readonly windows = new NestedWindows(SHAPE, START, 0);

  take(step: Step): void {
    const longest = WINDOWS.at(-1)!;
    if (step.kind === 'advance') {
      this.now += step.by;
      this.windows.advance(this.now);
      this.rows = this.rows.filter(({ at }) => at >= this.now - longest);
    } else if (step.kind === 'insert') {
      const at = this.now - step.age;
      expect(this.windows.reaches(at)).toBe(step.age <= longest);
      if (step.age > longest) return;
      this.rows.push({ at, values: [...step.values] });
      this.windows.insert(at, step.values);
    } else if (this.rows.length > 0) {
      const { at, values } = this.rows[step.which % this.rows.length]!;
      this.windows.rewrite(at, step.metric, values[step.metric]!, step.value);
      values[step.metric] = step.value;
    }
  }

  expectTheSame(asked: number): void {
    expect(this.windows.rows).toBe(this.rows.length);
    for (const [w, ms] of WINDOWS.entries()) {
      const inside = this.rows.filter(({ at }) => at >= this.now - ms);
      expect(this.windows.firstTime(w)).toBe(Math.min(...inside.map(({ at }) => at)));
      for (let metric = 0; metric < METRICS; metric++) {
        const trend = metric * WINDOWS.length + w;
        const points = inside
          .map(({ at, values }) => ({ at, value: values[metric]! }))
          .filter((point) => !Number.isNaN(point.value))
          .sort((a, b) => a.at - b.at || a.value - b.value);
        this.expectTrend(trend, points, RISES[metric]!, ms, (asked + trend) % 3 === 0);
      }
    }
  }

  private expectTrend(
    trend: number,
    points: { at: number; value: number }[],
    rise: number,
    run: number,
    asks: boolean,
  ) {
    const { windows } = this;
    const times: TieSums = { pairs: -1, triples: -1 };
    const values: TieSums = { pairs: -1, triples: -1 };
    windows.tiesOf(trend, times, values);
    expect([windows.pointsOf(trend), windows.sOf(trend)]).toEqual([points.length, kendallS(points)]);
    expect([times, values]).toEqual([
      tiesOf(points.map(({ at }) => at)),
      tiesOf(points.map((point) => point.value)),
    ]);
    expect(windows.toSeries(trend)).toEqual(sortedSeries(points));
    expect(windows.lastTimeOf(trend)).toBe(points.at(-1)?.at ?? null);
    if (!asks) return;
    for (const [line, side] of [
      [UP, rise],
      [DOWN, -rise],
    ] as const) {
      const { rising, falling } = windows.beyond(trend, line);
      expect([rising, falling]).toEqual(pairsBeside(points, side, run));
    }
  }
}

describe('metrics in nested windows', () => {
  test('count what all pairs of every window come to, after every step of a history', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 50 }), (history) => {
        const twin = new Twin();
        for (const [i, taken] of history.entries()) {
          twin.take(taken);
          twin.expectTheSame(i);
        }
      }),
      runs(150),
    );
  });

  test('say once of every trend that its points changed', () => {
    const { windows } = new Twin();
    const changed = () => SHAPE.lines.map((_, trend) => windows.takeChanged(trend));
    windows.insert(START - 3 * DAY_MS, [1, Number.NaN]);
    expect(changed()).toEqual([false, true, true, false, false, false]);
    windows.insert(START, [1, 1]);
    expect(changed()).toEqual([true, true, true, true, true, true]);
    expect(changed()).toEqual([false, false, false, false, false, false]);
    windows.advance(START + 2 * DAY_MS + 1);
    expect(changed()).toEqual([true, true, false, true, false, false]);
    windows.rewrite(START - 3 * DAY_MS, 1, Number.NaN, 4);
    expect(changed()).toEqual([false, false, false, false, false, true]);
    windows.setChanged(true);
    expect(changed()).toEqual([true, true, true, true, true, true]);
  });

  test('refuse to rewrite what they do not hold', () => {
    const { windows } = new Twin();
    windows.insert(START, [1, Number.NaN]);
    expect(() => windows.rewrite(START, 0, 2, 3)).toThrow(RangeError);
    expect(() => windows.rewrite(START - 1, 0, 1, 3)).toThrow(`got 1 at ${START - 1}`);
  });
});
