import { describe, expect, test } from 'vitest';
import { EXIT_P, EXIT_Z, entryTable } from '../../src/trends/alarm-budget.js';
import { entryZ, falseTransitionsPerYear } from '../../src/trends/index.js';
import { normalTail } from '../../src/trends/normal.js';
import { DAY_MS } from '../../src/windows/duration.js';

describe('the level at which a direction is entered', () => {
  test('spends the whole budget', () => {
    for (const windowDays of [7, 30, 90]) {
      for (const n of [5, 30, 900]) {
        const z = entryZ(2, windowDays * DAY_MS, n);
        expect(falseTransitionsPerYear(z, windowDays * DAY_MS, n)).toBeCloseTo(2, 6);
      }
    }
  });

  test('rises with every further look, but not without limit', () => {
    const z = [7, 70, 700, 7000, Infinity].map((n) => entryZ(2, 7 * DAY_MS, n));
    expect(z.toSorted((a, b) => a - b)).toEqual(z);
    expect(z[4]! - z[3]!).toBeLessThan(0.05);
  });

  test('is lower in longer windows, which pass fewer times a year', () => {
    expect(entryZ(2, 90 * DAY_MS, 90)).toBeLessThan(entryZ(2, 7 * DAY_MS, 90));
  });

  test('is never below the level at which a direction is left', () => {
    expect(2 * normalTail(EXIT_Z)).toBeCloseTo(EXIT_P, 14);
    expect(entryZ(1e6, 7 * DAY_MS, 50)).toBe(EXIT_Z);
  });

  test('comes from a table that says the same, and takes many points for continuous looking', () => {
    const level = entryTable(2, 30 * DAY_MS);
    expect([level(30), level(30)]).toEqual([entryZ(2, 30 * DAY_MS, 30), entryZ(2, 30 * DAY_MS, 30)]);
    expect(level(1_000_000)).toBe(entryZ(2, 30 * DAY_MS, Infinity));
  });
});
