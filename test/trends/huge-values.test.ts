import { expect, test } from 'vitest';
import { theilSen } from '../../src/trends/index.js';
import { DAY_MS } from '../../src/windows/duration.js';

test('two opposite slopes so large that their mean has no digits left do not make a direction', () => {
  const at = 1_700_000_000_000;
  const strategy = theilSen({ significance: 'off', minDataPoints: 2 });
  const points = [
    { at, value: 1 / 15 },
    { at: at + 3 * DAY_MS, value: -1e300 },
    { at: at + 3 * DAY_MS, value: 1e300 },
  ];
  expect(strategy.detect({ metric: 'quality', window: '30d', points })).toMatchObject({
    direction: 'stable',
    slope: 0,
  });
});
