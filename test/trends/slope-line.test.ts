import { describe, expect, test } from 'vitest';
import { sideOfLine } from '../../src/trends/slope-line.js';
import { DAY_MS } from '../../src/windows/duration.js';

const WINDOW = { rise: 0.5, run: 30 * DAY_MS };
const NOW = 1_700_000_000_000;

describe('sideOfLine', () => {
  test('tells above from below', () => {
    expect(sideOfLine(NOW, 1, NOW + DAY_MS, 2, WINDOW)).toBe(1);
    expect(sideOfLine(NOW, 2, NOW + DAY_MS, 1, WINDOW)).toBe(-1);
  });

  test('a point exactly on the threshold is on it, though 0.5 in 30 days has no exact slope', () => {
    expect(sideOfLine(NOW, 7, NOW + 30 * DAY_MS, 7.5, WINDOW)).toBe(0);
    expect(sideOfLine(NOW, 7, NOW + 3 * DAY_MS, 7.5, { rise: 0.5, run: 3 * DAY_MS })).toBe(0);
  });

  test('one unit in the last place off the threshold is off it', () => {
    const ulp = 2 ** -50;
    expect(sideOfLine(NOW, 7, NOW + 30 * DAY_MS, 7.5 + ulp, WINDOW)).toBe(1);
    expect(sideOfLine(NOW, 7, NOW + 30 * DAY_MS, 7.5 - ulp, WINDOW)).toBe(-1);
  });

  test('one millisecond off is off, at times of thirteen digits', () => {
    expect(sideOfLine(NOW, 7, NOW + 30 * DAY_MS - 1, 7.5, WINDOW)).toBe(1);
    expect(sideOfLine(NOW, 7, NOW + 30 * DAY_MS + 1, 7.5, WINDOW)).toBe(-1);
  });

  test('at one time only the values count', () => {
    expect(sideOfLine(NOW, 1, NOW, 2, WINDOW)).toBe(1);
    expect(sideOfLine(NOW, 2, NOW, 2, WINDOW)).toBe(0);
  });

  test('values whose difference is rounded are compared by what was lost', () => {
    // 1 − 1e-20 rounds to 1: on the line when rounded, below it in truth.
    expect(sideOfLine(0, 1e-20, 1, 1, { rise: 1, run: 1 })).toBe(-1);
    expect(sideOfLine(0, -1e-20, 1, 1, { rise: 1, run: 1 })).toBe(1);
  });

  test('huge and tiny values neither overflow nor vanish', () => {
    expect(sideOfLine(0, -1e308, 1, 1e308, WINDOW)).toBe(1);
    expect(sideOfLine(0, 0, 1, 5e-324, { rise: 1e-323, run: 1 })).toBe(-1);
    expect(sideOfLine(0, 0, 2, 2e-300, { rise: 1e-300, run: 1 })).toBe(0);
  });
});
