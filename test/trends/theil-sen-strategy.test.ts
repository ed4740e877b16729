import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../bench/trend-simulation.mjs';
import { isTenureError } from '../../src/errors.js';
import { theilSen } from '../../src/trends/index.js';
import { theilSenSettings } from '../../src/trends/theil-sen-strategy.js';
import type { TrendDirection, TrendPoint } from '../../src/trends/types.js';
import { DAY_MS } from '../../src/windows/duration.js';
import { daily, onDays } from './series.js';

const { normal } = randomNumbers(21);
/** A fade of a point a week under noise of half a point: nobody would doubt it. */
const fading = daily(Array.from({ length: 30 }, (_, day) => 9 - day / 7 + 0.5 * normal()));
const rising = fading.map(({ at, value }) => ({ at, value: 12 - value }));

function detect(metric: string, points: readonly TrendPoint[], previous?: TrendDirection, window = '30d') {
  return theilSen().detect({ metric, window, points, ...(previous && { previous }) });
}

test('thousands of points are looked at in pieces, to the same result', () => {
  const points = daily(Array.from({ length: 3_000 }, (_, day) => 9 - day / 2_000 + normal()));
  const input = { metric: 'quality', window: '3000d', points };
  const work = theilSen().detectInPieces(input);
  let pieces = 0;
  let step = work.next();
  for (; !step.done; step = work.next()) pieces++;
  expect(step.value).toEqual(theilSen().detect(input));
  expect(pieces).toBeGreaterThan(100);
});

describe('improving always means better', () => {
  test('quality that falls is declining, quality that rises improving', () => {
    expect(detect('quality', fading).direction).toBe('declining');
    expect(detect('quality', rising).direction).toBe('improving');
  });

  test('cost that rises is declining, and its slope positive', () => {
    const { direction, slope } = detect('cost', rising);
    expect(direction).toBe('declining');
    expect(slope).toBeGreaterThan(0);
    expect(detect('cost', fading).direction).toBe('improving');
  });

  test('completion times and tokens are costs too, collaboration is quality', () => {
    expect(detect('completionTime', rising).direction).toBe('declining');
    expect(detect('tokens', fading).direction).toBe('improving');
    expect(detect('collaboration', fading).direction).toBe('declining');
  });

  test('a metric that nobody knows is linear and higher is better, whatever it is called', () => {
    expect(detect('sparkle', rising).direction).toBe('improving');
    expect(detect('constructor', rising).threshold).toBeCloseTo(0.5 / 30, 12);
    expect(detect('__proto__', rising).direction).toBe('improving');
  });

  test('a custom metric can say otherwise', () => {
    const strategy = theilSen({ metrics: { defects: { polarity: 'lower_is_better' } } });
    expect(strategy.detect({ metric: 'defects', window: '30d', points: rising }).direction).toBe('declining');
  });
});

describe('logarithmic metrics', () => {
  test('have relative slopes: a cost that doubles every ten days', () => {
    const points = daily(Array.from({ length: 21 }, (_, day) => 0.01 * 2 ** (day / 10)));
    expect(detect('cost', points).slope).toBeCloseTo(Math.LN2 / 10, 12);
  });

  test('take a task that cost nothing for one that cost a millionth, not for minus infinity', () => {
    const { slope } = detect('cost', onDays([0, 1], [0, Math.E * 1e-6]));
    expect(slope).toBeCloseTo(1, 12);
  });

  test('forget differences below the resolution', () => {
    const tracker = theilSen().track('tokens', '30d', daily([0, 0.5, 1]));
    tracker.remove({ at: 0, value: 1 });
    expect(tracker.result().slope).toBe(0);
  });
});

describe('what is not a trend', () => {
  test('fewer points than minDataPoints: no direction, but slope, interval and p', () => {
    const result = detect('quality', daily([1, 2, 3, 4]));
    expect(result).toMatchObject({ direction: 'insufficient_data', slope: 1, dataPointCount: 4 });
    expect(result.slopeInterval).toEqual([1, 1]);
    expect(result.pValue).toBeCloseTo(2 / 24, 14);
  });

  test('no points at all', () => {
    expect(detect('quality', [])).toEqual({
      metric: 'quality',
      window: '30d',
      direction: 'insufficient_data',
      slope: 0,
      slopeInterval: null,
      pValue: 1,
      adjustedPValue: 1,
      threshold: 0.5 / 30,
      dataPointCount: 0,
      since: null,
      evaluatedAt: null,
    });
  });

  test('all points at one time: slope 0, p 1, stable', () => {
    const points = onDays([3, 3, 3, 3, 3, 3], [1, 2, 3, 4, 5, 6]);
    expect(detect('quality', points, 'declining')).toMatchObject({
      direction: 'stable',
      slope: 0,
      slopeInterval: null,
      pValue: 1,
      evaluatedAt: 3 * DAY_MS,
    });
  });

  test('equal values: slope 0, p 1, stable', () => {
    expect(detect('quality', daily(Array(12).fill(7)), 'improving')).toMatchObject({
      direction: 'stable',
      slope: 0,
      slopeInterval: null,
      pValue: 1,
    });
  });

  test('a slope that is significant but too small to matter', () => {
    const points = daily(Array.from({ length: 30 }, (_, day) => 7 + 0.01 * day));
    const result = detect('quality', points);
    expect(result).toMatchObject({ direction: 'stable' });
    expect(result.pValue).toBeLessThan(1e-6);
    expect(
      theilSen({ minEffect: { quality: 0.2 } }).detect({ metric: 'quality', window: '30d', points })
        .direction,
    ).toBe('improving');
  });

  test('a slope that is large but may well be noise', () => {
    const points = daily([5, 9, 4, 8, 6, 9, 7]);
    const result = detect('quality', points, 'stable', '7d');
    expect(result.slope).toBeGreaterThan(result.threshold);
    expect(result.direction).toBe('stable');
  });
});

describe('a direction, once entered,', () => {
  // p about 0.1: not enough to enter, and no reason to leave.
  const vague = daily([6.2, 6.9, 6.4, 7.0, 6.5, 7.2, 6.6, 7.1]);

  test('stays while it is plausible', () => {
    const { pValue } = detect('quality', vague);
    expect(pValue).toBeGreaterThan(0.05);
    expect(pValue).toBeLessThan(0.2);
    expect(detect('quality', vague, 'stable').direction).toBe('stable');
    expect(detect('quality', vague, 'improving').direction).toBe('improving');
  });

  test('is left when the sign turns', () =>
    expect(detect('quality', vague, 'declining').direction).toBe('stable'));

  test('may turn into its opposite at once', () => {
    expect(detect('quality', fading, 'improving').direction).toBe('declining');
  });
});

describe('thresholds', () => {
  test('are an effect over the window: 0.5 points, or 10 % of a cost', () => {
    expect(detect('quality', fading, 'stable', '7d').threshold).toBeCloseTo(0.5 / 7, 12);
    expect(detect('quality', fading, 'stable', '90d').threshold).toBeCloseTo(0.5 / 90, 12);
    expect(detect('cost', fading, 'stable', '30d').threshold).toBeCloseTo(0.1 / 30, 12);
  });

  test('can be set per day and direction, whichever sign that direction has', () => {
    const thresholds = {
      cost: { improving: 0.01, declining: 0.02 },
      quality: { improving: 0.03, declining: 0.04 },
    };
    const strategy = theilSen({ thresholds });
    const threshold = (metric: string, points: TrendPoint[]) =>
      strategy.detect({ metric, window: '30d', points }).threshold;
    expect(threshold('cost', fading)).toBeCloseTo(0.01, 12);
    expect(threshold('cost', rising)).toBeCloseTo(0.02, 12);
    expect(threshold('quality', rising)).toBeCloseTo(0.03, 12);
    expect(threshold('quality', fading)).toBeCloseTo(0.04, 12);
  });

  test('exactly met are not exceeded, with significance off', () => {
    const strategy = theilSen({
      significance: 'off',
      thresholds: { quality: { improving: 0.5, declining: 0.5 } },
    });
    const direction = (step: number) =>
      strategy.track('quality', '7d', daily([0, 1, 2, 3, 4, 5].map((day) => day * step))).direction();
    expect([direction(0.5), direction(0.5 + 1e-10), direction(-0.5)]).toEqual([
      'stable',
      'improving',
      'stable',
    ]);
  });
});

describe('ties', () => {
  test('are told from how they were computed, not by it: the same score by two ways is no trend', () => {
    const score = (day: number) => (day < 10 ? 20 / 3 : 10 * (1 - 1 / 3));
    expect(score(0)).not.toBe(score(19));
    const points = daily(Array.from({ length: 20 }, (_, day) => score(day)));
    const flat = { slope: 0, slopeInterval: null, pValue: 1, direction: 'stable' };
    expect(detect('quality', points, 'stable')).toMatchObject(flat);
    expect(theilSen().track('quality', '30d', points).result('stable')).toMatchObject(flat);
    // Sums of prices, on their logarithmic scale.
    const cost = daily(Array.from({ length: 20 }, (_, day) => (day < 10 ? 0.3 : 0.1 + 0.2)));
    expect(detect('cost', cost, 'stable')).toMatchObject(flat);
  });
});

describe('a tracker', () => {
  test('takes a late review where it belongs: a rewrite is as if it had always been so', () => {
    const tracker = theilSen().track('quality', '30d', fading);
    tracker.replace(fading[3]!, { at: fading[3]!.at, value: 1 });
    const points = fading.with(3, { at: fading[3]!.at, value: 1 });
    expect(tracker.result('declining')).toEqual(detect('quality', points, 'declining'));
  });

  test('refuses to take out what it does not hold, and is none the worse for it', () => {
    const tracker = theilSen().track('quality', '30d', fading);
    const before = tracker.result();
    expect(() => tracker.remove({ at: fading[0]!.at, value: 100 })).toThrow(RangeError);
    expect(() => tracker.replace({ at: 1, value: 1 }, { at: 2, value: 2 })).toThrow(RangeError);
    expect(tracker.result()).toEqual(before);
    expect(tracker.size).toBe(30);
  });

  test('refuses values and times that cannot be ordered, and is none the worse for it', () => {
    const tracker = theilSen().track('quality', '30d', fading);
    const before = tracker.result();
    for (const point of [
      { at: 5, value: Number.NaN },
      { at: 5, value: Infinity },
      { at: 5, value: 1e301 },
      { at: 0.5, value: 1 },
      { at: Number.NaN, value: 1 },
    ]) {
      expect(() => tracker.insert(point)).toThrow(RangeError);
      expect(() => tracker.replace(fading[0]!, point)).toThrow(RangeError);
    }
    expect(tracker.result()).toEqual(before);
  });
});

describe('options that cannot be used name themselves, what is expected and what was given', () => {
  test.each([
    [{ falseAlarmsPerYear: 0 }, 'falseAlarmsPerYear', 'a finite number > 0, got 0 (number)'],
    [{ falseAlarmsPerYear: Number.NaN }, 'falseAlarmsPerYear', 'got NaN'],
    [{ significance: 'perhaps' }, 'significance', 'one of on, off, got "perhaps"'],
    [{ confidence: 1 }, 'confidence', 'between 0 and 1'],
    [{ minDataPoints: 1 }, 'minDataPoints', 'an integer >= 2, got 1'],
    [{ minDataPoints: 5.5 }, 'minDataPoints', 'got 5.5'],
    [{ minEffect: { linear: -1 } }, 'minEffect.linear', 'got -1'],
    [{ minEffect: 0.5 }, 'minEffect', 'an object by name of the metric, got 0.5 (number)'],
    [{ thresholds: { quality: { improving: 0.1 } } }, 'thresholds.quality.declining', 'got undefined'],
    [{ metrics: { x: { polarity: 'up' } } }, 'metrics.x.polarity', 'higher_is_better'],
    [{ metrics: { x: { scale: 'log' } } }, 'metrics.x.scale', 'linear, logarithmic'],
    [{ metrics: { x: { floor: 0 } } }, 'metrics.x.floor', 'a finite number > 0'],
    [{ metrics: { x: null } }, 'metrics.x', 'an object with the keys polarity, scale, floor, got null'],
  ])('%o', (options, path, message) => {
    const build = () => theilSen(options as never);
    expect(build).toThrow(message);
    try {
      build();
    } catch (error) {
      expect(isTenureError(error, 'TENURE_INVALID_OPTIONS') && error.path).toBe(path);
    }
  });

  test('a window that is no duration is refused when it is first used', () => {
    expect(() => theilSen().track('quality', 'last week')).toThrow(/`window`.*last week/);
  });
});

describe('what only the default strategy offers', () => {
  test('is for the strategy as it was made, not for one that a host changed or took over in part', () => {
    const strategy = theilSen();
    expect(theilSenSettings(strategy)?.('cost', '7d')).toMatchObject({ metric: 'cost', window: '7d' });
    expect(theilSenSettings({ ...strategy })).toBeUndefined();
    const { track } = strategy;
    Object.assign(strategy, { track: theilSen({ minDataPoints: 9 }).track });
    expect(theilSenSettings(strategy)).toBeUndefined();
    Object.assign(strategy, { track });
    expect(theilSenSettings(strategy)).toBeDefined();
  });
});
