import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../bench/trend-simulation.mjs';
import { drained } from '../../src/drained.js';
import { DOWN, UP } from '../../src/trends/counted-lines.js';
import { countPairs } from '../../src/trends/pair-counts.js';
import { RankCounts } from '../../src/trends/rank-counts.js';
import { sortedSeries } from '../../src/trends/sorted-series.js';
import { pairsOf } from '../../src/trends/theil-sen-rule.js';
import type { TrendPoint } from '../../src/trends/types.js';
import { DAY_MS } from '../../src/windows/duration.js';
import { kendallS } from './brute-force.js';

const LINES = [
  { rise: 0, run: DAY_MS },
  { rise: 0.5, run: 30 * DAY_MS },
  { rise: -0.5, run: 30 * DAY_MS },
] as const;

function holding(points: readonly TrendPoint[]): RankCounts {
  const counts = new RankCounts(LINES);
  for (const { at, value } of points) counts.insert(at, value);
  return counts;
}

describe('pairs over several chunks of points', () => {
  /** Thousands of points, so that chunks fill, split, empty and are indexed. */
  test.each([
    { name: 'in order', late: 0, levels: 1e9 },
    { name: 'a third of them late, ties in value', late: 0.3, levels: 7 },
    { name: 'all in random order', late: 1, levels: 1e9 },
  ])('equal a full count, $name', ({ late, levels }) => {
    const { uniform } = randomNumbers(11);
    const held: TrendPoint[] = [];
    const counts = new RankCounts(LINES);
    for (let i = 0; i < 5200; i++) {
      const at = Math.floor((uniform() < late ? uniform() * i : i) / 3) * 10_000;
      const point = { at, value: Math.floor(uniform() * levels) / levels };
      counts.insert(point.at, point.value);
      held.push(point);
      if (i > 2600) {
        const [gone] = held.splice(late === 0 ? 0 : Math.floor(uniform() * held.length), 1);
        expect(counts.remove(gone!.at, gone!.value)).toBe(true);
      }
      const which = Math.floor(uniform() * held.length);
      const rewritten = { at: held[which]!.at, value: Math.floor(uniform() * levels) / levels };
      expect(counts.rewrite(rewritten.at, held[which]!.value, rewritten.value)).toBe(true);
      held[which] = rewritten;
      if (i % 650 === 649) {
        const series = sortedSeries(held);
        expect(counts.toSeries()).toEqual(series);
        const { rising, falling } = drained(countPairs(series, LINES[0]));
        expect(counts.s).toBe(rising - falling);
        expect(counts.beyond(UP)).toMatchObject(drained(countPairs(series, LINES[UP])));
        expect(counts.beyond(DOWN)).toMatchObject(drained(countPairs(series, LINES[DOWN])));
      }
    }
    expect(counts.s).toBe(kendallS(held));
  });

  test('go on from loaded points as if they had come one by one', () => {
    const { uniform } = randomNumbers(3);
    const points = Array.from({ length: 1500 }, (_, i) => ({
      at: Math.floor(i / 2) * 1000,
      value: Math.floor(uniform() * 50),
    }));
    const loaded = new RankCounts(LINES);
    loaded.load(sortedSeries(points.slice(0, 1400)));
    for (const { at, value } of points.slice(1400)) loaded.insert(at, value);
    const counts = holding(points);
    expect([loaded.s, loaded.times, loaded.values]).toEqual([counts.s, counts.times, counts.values]);
    expect(loaded.beyond(UP)).toMatchObject(drained(countPairs(sortedSeries(points), LINES[UP])));
  });
});

describe('a point that is not held', () => {
  test('cannot be taken out, and nothing changes', () => {
    const counts = holding([
      { at: 1, value: 1 },
      { at: 2, value: 3 },
    ]);
    expect(counts.remove(1, 2)).toBe(false);
    expect(counts.remove(3, 3)).toBe(false);
    expect(counts.rewrite(1, 2, 5)).toBe(false);
    expect([counts.size, counts.s]).toEqual([2, 1]);
  });
});

describe('an empty set', () => {
  test('has no pairs, no ties and no latest time, before and after it held something', () => {
    const counts = new RankCounts(LINES);
    const empty = [0, 0, 0, null];
    expect([counts.size, counts.s, pairsOf(counts), counts.lastTime]).toEqual(empty);
    counts.insert(5, 5);
    counts.remove(5, 5);
    expect([counts.size, counts.s, pairsOf(counts), counts.lastTime]).toEqual(empty);
  });
});
