import { describe, expect, test } from 'vitest';
import { falseTransitions, medianDaysToNotice } from '../../bench/trend-simulation.mjs';
import { theilSen, thresholdOnly } from '../../src/trends/index.js';

const BUDGET = 2;
const WINDOWS = [7, 30, 90];
const tenure = theilSen({ falseAlarmsPerYear: BUDGET });

/** Agent-years that show a budget that does not hold, in about a second each. */
const YEARS = { 0.5: 150, 1: 150, 3: 90, 10: 30, 30: 8 };
const CASES = Object.entries(YEARS).flatMap(([rate, years]) =>
  WINDOWS.map((windowDays) => ({ tasksPerDay: Number(rate), windowDays, years })),
);

/** Two standard errors of a count of transitions that come in pairs. */
const samplingError = (perYear: number, years: number): number => 2 * Math.sqrt((2 * perYear) / years);

describe('without a trend, no more transitions than the budget allows', () => {
  test.each(CASES)(
    'at $tasksPerDay tasks a day in $windowDays days',
    ({ tasksPerDay, windowDays, years }) => {
      const { perYear } = falseTransitions(tenure, { tasksPerDay, windowDays, years, seed: 1 });
      expect(perYear).toBeLessThanOrEqual(BUDGET + samplingError(BUDGET, years));
    },
  );

  test.each(CASES)(
    'and three times that when work is correlated 0.5, at $tasksPerDay in $windowDays days',
    (settings) => {
      const { perYear } = falseTransitions(tenure, { ...settings, rho: 0.5, arrivals: 'regular', seed: 2 });
      expect(perYear).toBeLessThanOrEqual(3 * BUDGET + samplingError(3 * BUDGET, settings.years));
    },
  );

  test('a larger budget is used, a smaller one kept', () => {
    const settings = { tasksPerDay: 1, windowDays: 30, years: 300, seed: 3 };
    const rate = (falseAlarmsPerYear: number) =>
      falseTransitions(theilSen({ falseAlarmsPerYear }), settings).perYear;
    expect(rate(0.5)).toBeLessThan(0.6);
    expect(rate(8)).toBeGreaterThan(2);
    expect(rate(8)).toBeLessThan(8);
  });

  test('the bare rule of ±0.05 a day sees a trend in most looks at a week of noise', () => {
    const bare = falseTransitions(thresholdOnly(), {
      tasksPerDay: 1,
      windowDays: 7,
      years: 20,
      arrivals: 'regular',
      seed: 4,
    });
    expect(bare.share).toBeGreaterThan(0.7);
    expect(bare.perYear).toBeGreaterThan(100);
  });
});

describe('a true decline at one task a day, standard deviation 1, is noticed', () => {
  const notice = (windowDays: number, perDay: number) =>
    medianDaysToNotice(tenure, {
      tasksPerDay: 1,
      windowDays,
      days: 100,
      agents: 301,
      signal: (day) => -perDay * Math.max(0, day),
      seed: 5,
    });

  test('within 20 days in the 30 day window when quality fades by 0.1 a day', () => {
    expect(notice(30, 0.1)).toBeLessThanOrEqual(20);
  });

  test('within 40 days in the 90 day window when it fades by 0.03 a day', () => {
    expect(notice(90, 0.03)).toBeLessThanOrEqual(40);
  });
});
