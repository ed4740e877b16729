import { describe, expect, test } from 'vitest';
import { ordinaryLeastSquares, periodOverPeriod, theilSen, thresholdOnly } from '../../src/trends/index.js';
import { expectInvalidOption } from '../scoring/facts.js';

const FACTORIES = { theilSen, ordinaryLeastSquares, periodOverPeriod, thresholdOnly };

describe.each(Object.entries(FACTORIES))('the options of %s', (name, factory) => {
  const make = (options: unknown) => () => factory(options as never);

  test.each([['x'], [7], [null], [[]]])('are an object, not %j', (options) => {
    expectInvalidOption(
      make(options),
      '',
      `the options of ${name}() to be an object with the keys minDataPoints`,
    );
  });

  test('have no key but those that are known, at any depth', () => {
    expectInvalidOption(make({ minEffects: 1 }), '', 'to have no keys but minDataPoints', 'got "minEffects"');
    expectInvalidOption(
      make({ metrics: { quality: { polarty: 1 } } }),
      'metrics.quality',
      `\`metrics.quality\` of ${name}() to have no keys but polarity, scale, floor, got "polarty"`,
    );
    const thresholds = { quality: { improving: 1, declining: 1, stable: 1 } };
    expectInvalidOption(make({ thresholds }), 'thresholds.quality', 'got "stable"');
  });

  test('may be left out, each of them and all', () => {
    expect(make(undefined)).not.toThrow();
    expect(make({ minDataPoints: undefined, metrics: { quality: { floor: undefined } } })).not.toThrow();
  });
});

test('a misspelt option of a strategy of its own is refused as well', () => {
  expectInvalidOption(() => theilSen({ falsAlarmsPerYear: 0.1 } as never), '', 'got "falsAlarmsPerYear"');
  expectInvalidOption(
    () => ordinaryLeastSquares({ signficanceLevel: 1 } as never),
    '',
    'got "signficanceLevel"',
  );
  expectInvalidOption(() => thresholdOnly({ threshhold: 1 } as never), '', 'got "threshhold"');
});

test('a metric keeps what its options leave open', () => {
  const points = [1, 2, 3, 4, 5, 6].map((value, n) => ({ at: n * 86_400_000, value }));
  const cost = { metric: 'cost', window: '7d', points };
  const open = theilSen({ metrics: { cost: { polarity: undefined, scale: undefined, floor: undefined } } });
  expect(open.detect(cost)).toEqual(theilSen().detect(cost));
});
