import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entryZ, theilSen } from '../../src/trends/index.js';
import { DAY_MS } from '../../src/windows/duration.js';

const page = readFileSync(new URL('../../docs/trends.md', import.meta.url), 'utf8');

test("the page's example prints what the page says", () => {
  const strategy = theilSen({ falseAlarmsPerYear: 2 });
  const tracker = strategy.track('quality', '30d');
  tracker.insert({ at: Date.parse('2026-03-01T09:00:00Z'), value: 7.5 });
  expect(tracker.direction('stable')).toBe('insufficient_data');
  expect(page).toContain("tracker.direction('stable'); // 'insufficient_data'");
});

test("the page's table of levels is what the formula gives", () => {
  for (const windowDays of [7, 30, 90]) {
    const levels = [0.5, 1, 3, 10, 30].map((rate) =>
      entryZ(2, windowDays * DAY_MS, Math.max(5, rate * windowDays)).toFixed(2),
    );
    expect(page).toContain(`| ${windowDays}d | ${levels.join(' | ')} |`);
  }
});
