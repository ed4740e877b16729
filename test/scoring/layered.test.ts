import { describe, expect, test } from 'vitest';
import { type LayeredOptions, layered } from '../../src/scoring/index.js';
import { expectInvalidOption, layerOf, override, review, task } from './facts.js';

const strategy = layered();
const everything = task({
  succeeded: true,
  usage: { cost: 4 },
  budget: 2,
  signals: { criteriaMet: 3, criteriaTotal: 4 },
  reviews: [
    review({ kind: 'code', verdict: 'approved' }),
    review({ kind: 'evaluation', score: 6 }),
    review({ kind: 'peer', verdict: 'changes_requested' }),
  ],
});

describe('the layers', () => {
  test('weigh 0.40, 0.25, 0.25 and 0.10 when all have data', () => {
    // ci: 0.70 × 7.5 + 0.20 × 10 + 0.10 × 10 × (1 − log10(4 / 2)) = 5.25 + 2 + 0.69897 = 7.94897
    // 0.40 × 7.94897 + 0.25 × 9 + 0.25 × 6 + 0.10 × 4 = 3.179588 + 2.25 + 1.5 + 0.4 = 7.329588
    const result = strategy.score(everything);
    expect(result.score).toBeCloseTo(7.329588, 6);
    expect(result.confidence).toBe(1);
    expect(result.strategy).toBe('layered');
    expect(result.overridden).toBe(false);
    expect(result.breakdown.map(({ layer }) => layer)).toEqual(['ci', 'codeReview', 'evaluation', 'peer']);
    expect(layerOf(result, 'ci')?.score).toBeCloseTo(7.94897, 5);
    expect(layerOf(result, 'ci')?.weight).toBeCloseTo(0.4, 12);
    expect(layerOf(result, 'peer')?.weight).toBeCloseTo(0.1, 12);
  });

  test('that are absent leave their weight to the others in proportion', () => {
    // ci without a cost: (0.70 × 7.5 + 0.20 × 10) / 0.90 = 7.25 / 0.9 = 8.05556
    // (0.40 × 8.05556 + 0.25 × 9) / 0.65 = (3.22222 + 2.25) / 0.65 = 8.41880
    const result = strategy.score(
      task({
        signals: { criteriaMet: 3, criteriaTotal: 4 },
        reviews: [review({ verdict: 'approved' })],
      }),
    );
    expect(result.score).toBeCloseTo(8.4188, 4);
    expect(layerOf(result, 'ci')?.weight).toBeCloseTo(0.4 / 0.65, 12);
    expect(layerOf(result, 'codeReview')?.weight).toBeCloseTo(0.25 / 0.65, 12);
    // 0.40 × 0.90 + 0.25 × 1 = 0.61
    expect(result.confidence).toBeCloseTo(0.61, 12);
  });

  test('are ci alone for a task of which only success is known, with little confidence', () => {
    const result = strategy.score(task({ succeeded: true }));
    expect(result.score).toBe(10);
    // 0.40 × 0.20
    expect(result.confidence).toBeCloseTo(0.08, 12);
    expect(result.breakdown).toHaveLength(1);
  });

  test('weigh what the options say, the others as by default', () => {
    // ci 10 (success only) × 0.40, codeReview 4 × 0.60: (4 + 2.4) / 1 = 6.4
    const result = layered({ weights: { codeReview: 0.6 } }).score(
      task({ reviews: [review({ verdict: 'changes_requested' })] }),
    );
    expect(result.score).toBeCloseTo(6.4, 12);
  });

  test('that weigh nothing are switched off, and without another there is no score', () => {
    const noCi = layered({ weights: { ci: 0 } });
    expect(noCi.score(task())).toEqual({
      score: null,
      confidence: 0,
      strategy: 'layered',
      overridden: false,
      breakdown: [],
    });
    expect(noCi.score(everything).breakdown.map(({ layer }) => layer)).not.toContain('ci');
  });
});

describe('a failed task', () => {
  test('without criteria scores nought: missing data is not good data', () => {
    expect(strategy.score(task({ succeeded: false })).score).toBe(0);
  });

  test('that was cheap does not score well for it', () => {
    // (0.20 × 0 + 0.10 × 10) / 0.30 = 3.3333
    const result = strategy.score(task({ succeeded: false, usage: { cost: 1 }, budget: 2 }));
    expect(result.score).toBeCloseTo(10 / 3, 12);
  });
});

describe('a cost', () => {
  test('without a budget, and a budget without a cost, say nothing', () => {
    expect(strategy.score(task({ usage: { cost: 100 } })).score).toBe(10);
    expect(strategy.score(task({ budget: 1 })).confidence).toBeCloseTo(0.08, 12);
    expect(strategy.score(task({ budget: 1, usage: { inputTokens: 5 } })).confidence).toBeCloseTo(0.08, 12);
  });

  test('is held against the task’s own budget before the default one', () => {
    const thrifty = layered({ budget: 1 });
    // (0.20 × 10 + 0.10 × 0) / 0.30 = 6.6667
    expect(thrifty.score(task({ usage: { cost: 10 } })).score).toBeCloseTo(20 / 3, 12);
    expect(thrifty.score(task({ usage: { cost: 10 }, budget: 10 })).score).toBe(10);
    expect(thrifty.score(task({ usage: { cost: 10 }, budget: 0 })).score).toBeCloseTo(20 / 3, 12);
  });
});

test('an override replaces the score and leaves the layers to be seen', () => {
  const result = strategy.score(task({ ...everything, override }));
  expect(result.score).toBe(2.5);
  expect(result.overridden).toBe(true);
  expect(result.confidence).toBe(1);
  expect(result.breakdown).toEqual(strategy.score(everything).breakdown);
});

test('what the docstring shows is so', () => {
  const result = strategy.score({
    taskId: 't-1',
    agentId: 'ada',
    succeeded: true,
    signals: { criteriaMet: 3, criteriaTotal: 4 },
    reviews: [{ kind: 'code', reviewerId: 'grace', at: 0, verdict: 'approved' }],
  });
  expect(result.score).toBe(8.418803418803419);
});

describe('options that are wrong are refused by name:', () => {
  const bad = (options: unknown) => () => layered(options as LayeredOptions);

  test('weights that are negative, infinite or no numbers', () => {
    expectInvalidOption(bad({ weights: { ci: -1 } }), 'weights.ci', 'a finite number >= 0', '-1 (number)');
    expectInvalidOption(bad({ weights: { peer: Infinity } }), 'weights.peer', '>= 0', 'Infinity (number)');
    expectInvalidOption(bad({ weights: { peer: Number.NaN } }), 'weights.peer', '>= 0', 'NaN (number)');
    expectInvalidOption(bad({ ciWeights: { success: '1' } }), 'ciWeights.success', '>= 0', '"1"');
    expectInvalidOption(bad({ weights: 1n }), 'weights', 'ci, codeReview, evaluation, peer', '1 (bigint)');
  });

  test('weights of which none is above nought', () => {
    const none = { ci: 0, codeReview: 0, evaluation: 0, peer: 0 };
    expectInvalidOption(bad({ weights: none }), 'weights', 'at least one weight > 0', '"ci":0');
    const nothing = { criteria: 0, success: 0, costEfficiency: 0 };
    expectInvalidOption(bad({ ciWeights: nothing }), 'ciWeights', 'at least one weight > 0');
  });

  test('keys that nobody knows', () => {
    expectInvalidOption(bad({ weight: {} }), '', 'the options of layered()', 'weights', '"weight"');
    expectInvalidOption(bad({ weights: { review: 1 } }), 'weights', 'ci, codeReview', '"review"');
    expectInvalidOption(bad({ verdictScores: { commented: 5 } }), 'verdictScores', 'approved', '"commented"');
  });

  test('budgets and verdict scores out of range', () => {
    expectInvalidOption(bad({ budget: -1 }), 'budget', 'a finite number >= 0', '-1');
    expectInvalidOption(bad({ verdictScores: { approved: 11 } }), 'verdictScores.approved', '0 to 10', '11');
  });

  test('what is no options at all', () => {
    expectInvalidOption(bad(null), '', 'the options of layered()', 'null');
    expectInvalidOption(bad('strict'), '', 'the options of layered()', '"strict"');
  });

  test('but an option that is undefined is one not given', () => {
    const same = layered({ weights: { ci: undefined }, budget: undefined, ciWeights: undefined });
    expect(same.score(everything)).toEqual(strategy.score(everything));
  });
});
