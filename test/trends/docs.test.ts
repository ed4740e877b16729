import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entryZ } from '../../src/trends/index.js';
import { DAY_MS } from '../../src/windows/duration.js';

const page = readFileSync(new URL('../../docs/trends.md', import.meta.url), 'utf8');

test("the page's table of levels is what the formula gives", () => {
  for (const windowDays of [7, 30, 90]) {
    const levels = [0.5, 1, 3, 10, 30].map((rate) =>
      entryZ(2, windowDays * DAY_MS, Math.max(5, rate * windowDays)).toFixed(2),
    );
    expect(page).toContain(`| ${windowDays}d | ${levels.join(' | ')} |`);
  }
});
