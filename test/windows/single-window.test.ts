import { expect, test } from 'vitest';
import { type SingleWindowOptions, singleWindow } from '../../src/windows/index.js';
import { expectInvalidOption } from '../scoring/facts.js';

const bad = (options?: unknown) => () => singleWindow(options as SingleWindowOptions);

test('one window, five points by default', () => {
  // 14 × 86,400,000 ms
  expect(singleWindow({ window: '14d' })).toEqual({
    name: 'singleWindow',
    windows: [{ label: '14d', ms: 1_209_600_000 }],
    minDataPoints: 5,
  });
  expect(singleWindow({ window: '90m', minDataPoints: 1 })).toEqual({
    name: 'singleWindow',
    windows: [{ label: '90m', ms: 5_400_000 }],
    minDataPoints: 1,
  });
});

test('the window must be given: there is no length that suits everybody', () => {
  expectInvalidOption(bad({}), 'window', "a duration such as '7d'", 'undefined');
  expectInvalidOption(bad(), 'window', "a duration such as '7d'", 'undefined');
});

test('what is no duration is refused', () => {
  expectInvalidOption(bad({ window: '1y' }), 'window', 'duration', '"1y"');
  expectInvalidOption(bad({ window: 7 }), 'window', 'duration', '7 (number)');
  expectInvalidOption(bad({ window: ['7d'] }), 'window', 'duration', '["7d"]');
});

test('a minimum of points that is no integer of at least one is refused', () => {
  for (const minDataPoints of [0, -1, 2.5, Number.NaN, '5']) {
    expectInvalidOption(bad({ window: '7d', minDataPoints }), 'minDataPoints', 'an integer >= 1');
  }
});

test('unknown keys are refused', () => {
  expectInvalidOption(bad({ windows: ['7d'], window: '7d' }), '', 'window, minDataPoints', '"windows"');
});
