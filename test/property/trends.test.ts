import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drained } from '../../src/drained.js';
import { UP } from '../../src/trends/counted-lines.js';
import { entryZ, theilSen } from '../../src/trends/index.js';
import { kendallVariance } from '../../src/trends/kendall-s.js';
import { RankCounts } from '../../src/trends/rank-counts.js';
import { pairsOf } from '../../src/trends/theil-sen-rule.js';
import type { TrendDirection, TrendPoint, TrendResult, TrendTracker } from '../../src/trends/types.js';
import {
  intervalOf,
  kendallS,
  medianBeyond,
  medianOf,
  pairsBeside,
  pValueOf,
  slopesOf,
  upperTail,
  varianceOfS,
} from '../trends/brute-force.js';

const DAY_MS = 86_400_000;
const WINDOW_MS = 30 * DAY_MS;
const START = 1_700_000_000_000;
const DIRECTIONS: TrendDirection[] = ['improving', 'stable', 'declining', 'insufficient_data'];

type Step =
  | { readonly kind: 'insert'; readonly point: TrendPoint }
  | { readonly kind: 'evict' }
  | { readonly kind: 'remove'; readonly which: number }
  | { readonly kind: 'rewrite'; readonly which: number; readonly value: number }
  | { readonly kind: 'move'; readonly which: number; readonly point: TrendPoint }
  | { readonly kind: 'rebuild' };

/** Times on a coarse grid, so that they tie and fall on thresholds, or anywhere to the millisecond. */
const times = fc.oneof(
  fc.integer({ min: 0, max: 12 }).map((day) => START + day * DAY_MS),
  fc.integer({ min: 0, max: 12 * DAY_MS }).map((ms) => START + ms),
  fc.constant(START + 3 * DAY_MS),
);

/** Multiples of what the threshold is in a day or so; anything usual; huge and tiny. */
const doubles = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 6 }).map((steps) => steps / 60) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 4, arbitrary: fc.double({ min: 0, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(-0, 0, 1e-12, -1e9, 1e15, -1e300, 1e300, 1e100, 1e-200, 5e-324) },
);

/** To the digits that count. */
const values = doubles.map((value) => (value === 0 ? value : Number(value.toPrecision(12))));

const points = fc.record({ at: times, value: values });
const which = fc.nat(1000);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: points.map((point): Step => ({ kind: 'insert', point })) },
    { weight: 2, arbitrary: fc.constant<Step>({ kind: 'evict' }) },
    { weight: 1, arbitrary: which.map((item): Step => ({ kind: 'remove', which: item })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(which, values)
        .map(([item, value]): Step => ({ kind: 'rewrite', which: item, value })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(which, points).map(([item, point]): Step => ({ kind: 'move', which: item, point })),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'rebuild' }) },
  ),
  { minLength: 5, maxLength: 45 },
);

/** What is held is a plain list here; the trackers must have kept up with it. */
function perform(step: Step, held: TrendPoint[], trackers: TrendTracker[], rebuild: () => void): void {
  if (step.kind === 'rebuild') rebuild();
  if (step.kind === 'insert') {
    held.push(step.point);
    for (const tracker of trackers) tracker.insert(step.point);
    return;
  }
  if (held.length === 0 || step.kind === 'rebuild') return;
  const oldest = Math.min(...held.map((point) => point.at));
  const index =
    step.kind === 'evict' ? held.findIndex((point) => point.at === oldest) : step.which % held.length;
  const before = held[index]!;
  if (step.kind === 'evict' || step.kind === 'remove') {
    held.splice(index, 1);
    for (const tracker of trackers) tracker.remove(before);
    return;
  }
  const after = step.kind === 'move' ? step.point : { at: before.at, value: step.value };
  held[index] = after;
  for (const tracker of trackers) tracker.replace(before, after);
}

/** Where doubles have hardly any digits left, the mean of two may be rounded either way. */
const SUBNORMAL = 1e-322;

function expectClose(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + SUBNORMAL);
}

function expectEvidence(result: TrendResult, held: readonly TrendPoint[]): void {
  expect(result.dataPointCount).toBe(held.length);
  const slopes = slopesOf(held);
  expectClose(result.slope, medianOf(slopes), 1e-12);
  const interval = intervalOf(held);
  expect(result.slopeInterval === null).toBe(interval === null);
  if (interval !== null) {
    expectClose(result.slopeInterval![0], interval[0], 1e-12);
    expectClose(result.slopeInterval![1], interval[1], 1e-12);
  }
  expectClose(result.pValue, pValueOf(held), 1e-9);
  expect(result.adjustedPValue).toBeGreaterThanOrEqual(result.pValue * (1 - 1e-9));
}

test('the bare rule, without ever computing a slope, says what the median of all slopes says', () => {
  const strategy = theilSen({ significance: 'off', minEffect: { quality: 0.5 }, minDataPoints: 2 });
  fc.assert(
    fc.property(steps, (history) => {
      const held: TrendPoint[] = [];
      const trackers = [strategy.track('quality', '30d')];
      for (const step of history) {
        perform(step, held, trackers, () => {
          trackers[0] = strategy.track('quality', '30d', held);
        });
        const expected =
          held.length < 2
            ? 'insufficient_data'
            : medianBeyond(held, 0.5, WINDOW_MS, 1)
              ? 'improving'
              : medianBeyond(held, 0.5, WINDOW_MS, -1)
                ? 'declining'
                : 'stable';
        expect(trackers[0]!.direction('stable')).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
});

test('slope, interval and p equal their definitions over all pairs after every step of a history', () => {
  const strategy = theilSen();
  fc.assert(
    fc.property(steps, (history) => {
      const held: TrendPoint[] = [];
      const trackers = [strategy.track('quality', '30d')];
      for (const step of history) {
        perform(step, held, trackers, () => undefined);
        expectEvidence(trackers[0]!.result(), held);
      }
    }),
    { numRuns: 300 },
  );
});

test('how a value was computed, which shows in its last bits, changes nothing', () => {
  const strategy = theilSen();
  const computed = fc.record({
    at: times,
    value: fc.oneof(
      fc.integer({ min: 1, max: 40 }).map((thirds) => thirds / 3),
      fc.integer({ min: 1, max: 100 }).map((tenths) => tenths / 10),
    ),
    bits: fc.integer({ min: -3, max: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(computed, { minLength: 5, maxLength: 40 }),
      fc.constantFrom('quality', 'cost'),
      (all, metric) => {
        const detected = (points: TrendPoint[]) => strategy.detect({ metric, window: '30d', points });
        const clean = all.map(({ at, value }) => ({ at, value }));
        const noisy = all.map(({ at, value, bits }) => ({ at, value: value * (1 + bits * Number.EPSILON) }));
        expect(detected(noisy)).toEqual(detected(clean));
      },
    ),
    { numRuns: 300 },
  );
});

test('detect in one go and in pieces, a tracker, and a tracker rebuilt on the way agree on every field', () => {
  const strategy = theilSen({ falseAlarmsPerYear: 40 });
  fc.assert(
    fc.property(steps, fc.constantFrom('quality', 'cost'), (history, metric) => {
      const held: TrendPoint[] = [];
      const trackers = [strategy.track(metric, '30d'), strategy.track(metric, '30d')];
      let previous: TrendDirection = 'insufficient_data';
      for (const step of history) {
        perform(step, held, trackers, () => {
          trackers[1] = strategy.track(metric, '30d', held.toReversed());
        });
        const direction: TrendDirection = trackers[0]!.direction(previous);
        expect(trackers[1]!.direction(previous)).toBe(direction);
        for (const before of DIRECTIONS) {
          const result = trackers[0]!.result(before);
          const input = { metric, window: '30d', points: held, previous: before };
          expect(strategy.detect(input)).toEqual(result);
          expect(drained(strategy.detectInPieces(input))).toEqual(result);
          expect(trackers[1]!.result(before)).toEqual(result);
        }
        previous = direction;
      }
    }),
    { numRuns: 200 },
  );
});

/** Section by section what docs/trends.md says about entering and leaving, with the inflation taken from the result. */
function ruleByHand(
  held: readonly TrendPoint[],
  result: TrendResult,
  previous: TrendDirection,
): TrendDirection {
  if (held.length < 5) return 'insufficient_data';
  const s = kendallS(held);
  const direction = s > 0 ? 'improving' : 'declining';
  if (s === 0) return 'stable';
  if (previous === direction && pValueOf(held) <= 0.2) return direction;
  const level = 2 * upperTail(entryZ(40, WINDOW_MS, held.length));
  const significant = result.adjustedPValue <= level;
  return significant && medianBeyond(held, 0.5, WINDOW_MS, s > 0 ? 1 : -1) ? direction : 'stable';
}

test('a direction is entered and left by the rule, worked out by hand', () => {
  const strategy = theilSen({ falseAlarmsPerYear: 40 });
  fc.assert(
    fc.property(steps, (history) => {
      const held: TrendPoint[] = [];
      const trackers = [strategy.track('quality', '30d')];
      let previous: TrendDirection = 'insufficient_data';
      for (const step of history) {
        perform(step, held, trackers, () => undefined);
        const result = trackers[0]!.result(previous);
        expect(result.direction).toBe(ruleByHand(held, result, previous));
        previous = result.direction;
      }
    }),
    { numRuns: 300 },
  );
});

test('S, its variance and the pairs beyond each threshold are those of all pairs', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const held: TrendPoint[] = [];
      const counts = new RankCounts([
        { rise: 0, run: DAY_MS },
        { rise: 0.5, run: WINDOW_MS },
        { rise: -0.5, run: WINDOW_MS },
      ]);
      for (const step of history) {
        perform(step, held, [countsAsTracker(counts)], () => undefined);
        expect(counts.s).toBe(kendallS(held));
        expect(kendallVariance(held.length, counts.times, counts.values)).toBeCloseTo(varianceOfS(held), 8);
        expect(pairsOf(counts)).toBe(slopesOf(held).length);
        const { rising, falling } = counts.beyond(UP);
        expect([rising, falling]).toEqual(pairsBeside(held, 0.5, WINDOW_MS));
      }
    }),
    { numRuns: 200 },
  );
});

function countsAsTracker(counts: RankCounts): TrendTracker {
  return {
    size: 0,
    insert: ({ at, value }) => counts.insert(at, value),
    remove: ({ at, value }) => void expect(counts.remove(at, value)).toBe(true),
    replace(before, after) {
      if (before.at === after.at)
        return void expect(counts.rewrite(before.at, before.value, after.value)).toBe(true);
      this.remove(before);
      this.insert(after);
    },
    direction: () => 'stable',
    result: () => {
      throw new Error('not asked for');
    },
  };
}
