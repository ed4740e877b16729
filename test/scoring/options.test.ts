import { expect, test } from 'vitest';
import { nonNegative, optionsObject, parseOptions, resolveWeights } from '../../src/scoring/options.js';
import { expectInvalidOption } from './facts.js';

const schema = optionsObject({ budget: nonNegative() });

test('no options are options of which none is given', () => {
  expect(parseOptions('maker', schema, undefined)).toEqual({});
});

test('a message names the option, what was expected and what came', () => {
  const make = () => parseOptions('maker', schema, { budget: -2 });
  expect(make).toThrow('Expected `budget` of maker() to be a finite number >= 0, got -2 (number)');
});

test('a value that cannot be shown does not hide what is wrong with it', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const bad = (budget: unknown) => () => parseOptions('maker', schema, { budget });
  expectInvalidOption(bad(circular), 'budget', 'got an object');
  expectInvalidOption(
    bad(() => 1),
    'budget',
    'got a function',
  );
  expectInvalidOption(bad(Symbol('much')), 'budget', 'got a symbol');
  expectInvalidOption(bad('much'), 'budget', 'got "much"');
  expectInvalidOption(bad(10n), 'budget', 'got 10 (bigint)');
});

test('weights are scaled to a largest of 1, whatever their size', () => {
  // 1 / 4 and 4 / 4
  expect(resolveWeights('maker', 'weights', { a: 1, b: 2 }, { b: 4 })).toEqual({ a: 0.25, b: 1 });
  const huge = { a: Number.MAX_VALUE, b: Number.MAX_VALUE };
  expect(resolveWeights('maker', 'weights', huge, undefined)).toEqual({ a: 1, b: 1 });
  const tiny = { a: Number.MIN_VALUE, b: 0 };
  expect(resolveWeights('maker', 'weights', tiny, undefined)).toEqual({ a: 1, b: 0 });
});
