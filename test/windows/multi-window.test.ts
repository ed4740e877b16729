import { expect, test } from 'vitest';
import { DAY_MS, type MultiWindowOptions, multiWindow } from '../../src/windows/index.js';
import { expectInvalidOption } from '../scoring/facts.js';

const bad = (options: unknown) => () => multiWindow(options as MultiWindowOptions);

test('the default is a week, a month and a quarter, five points each', () => {
  const expected = {
    name: 'multiWindow',
    windows: [
      { label: '7d', ms: 7 * DAY_MS },
      { label: '30d', ms: 30 * DAY_MS },
      { label: '90d', ms: 90 * DAY_MS },
    ],
    minDataPoints: 5,
  };
  expect(multiWindow()).toEqual(expected);
  expect(multiWindow({})).toEqual(expected);
  expect(multiWindow({ windows: undefined, minDataPoints: undefined })).toEqual(expected);
});

test('windows come sorted by length, not by label or number', () => {
  // 90 min = 5,400,000 ms; 12 h = 43,200,000 ms; 2 d = 172,800,000 ms; 50 h = 180,000,000 ms
  const given = Object.freeze(['50h', '2d', '90m', '12h']);
  expect(multiWindow({ windows: given, minDataPoints: 1 })).toEqual({
    name: 'multiWindow',
    windows: [
      { label: '90m', ms: 5_400_000 },
      { label: '12h', ms: 43_200_000 },
      { label: '2d', ms: 172_800_000 },
      { label: '50h', ms: 180_000_000 },
    ],
    minDataPoints: 1,
  });
});

test('what the docstring shows is so', () => {
  // 12 × 3,600,000 ms; 30 × 86,400,000 ms
  expect(multiWindow({ windows: ['30d', '12h'] }).windows).toEqual([
    { label: '12h', ms: 43_200_000 },
    { label: '30d', ms: 2_592_000_000 },
  ]);
});

test('two windows of one length are refused, however they are written', () => {
  expectInvalidOption(
    bad({ windows: ['7d', '30d', '7d'] }),
    'windows.2',
    "differ in length from '7d'",
    '"7d"',
  );
  expectInvalidOption(bad({ windows: ['1d', '24h'] }), 'windows.1', "differ in length from '1d'", '"24h"');
  expectInvalidOption(bad({ windows: ['60m', '1h'] }), 'windows.1', '"1h"');
});

test('no windows at all are refused', () => {
  expectInvalidOption(bad({ windows: [] }), 'windows', 'at least one window', '[]');
});

test('what is no duration is refused', () => {
  for (const label of ['7', 'd', '0d', '-7d', '1.5d', '7w', ' 7d', '7D', '', '99999999d']) {
    expectInvalidOption(bad({ windows: ['1d', label] }), 'windows.1', 'duration', JSON.stringify(label));
  }
  expectInvalidOption(bad({ windows: [7] }), 'windows.0', "a duration such as '7d'", '7 (number)');
  expectInvalidOption(bad({ windows: '7d' }), 'windows', 'a list of durations', '"7d"');
});

test('a minimum of points that is no integer of at least one is refused', () => {
  for (const minDataPoints of [0, -1, 2.5, Number.NaN, Infinity, '5', null]) {
    expectInvalidOption(bad({ minDataPoints }), 'minDataPoints', 'an integer >= 1', 'got ');
  }
});

test('unknown keys are refused', () => {
  expectInvalidOption(bad({ window: '7d' }), '', 'multiWindow()', 'windows, minDataPoints', '"window"');
});
