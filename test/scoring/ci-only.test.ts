import { expect, test } from 'vitest';
import { type CiOnlyOptions, ciOnly } from '../../src/scoring/index.js';
import { expectInvalidOption, override, review, task } from './facts.js';

const strategy = ciOnly();

test('criteria, success and cost efficiency weigh 0.70, 0.20 and 0.10', () => {
  // 0.70 × 5 + 0.20 × 10 + 0.10 × 10 = 3.5 + 2 + 1 = 6.5
  const result = strategy.score(
    task({ signals: { criteriaMet: 1, criteriaTotal: 2 }, usage: { cost: 1 }, budget: 1 }),
  );
  expect(result.score).toBeCloseTo(6.5, 12);
  expect(result.confidence).toBe(1);
  expect(result.strategy).toBe('ciOnly');
  expect(result.breakdown).toEqual([{ layer: 'ci', score: result.score, weight: 1, confidence: 1 }]);
});

test('components without data leave their weight to the others', () => {
  // tests 8 of 10, task failed, no cost: (0.70 × 8 + 0.20 × 0) / 0.90 = 5.6 / 0.9 = 6.2222
  const result = strategy.score(task({ succeeded: false, signals: { testsPassed: 8, testsFailed: 2 } }));
  expect(result.score).toBeCloseTo(5.6 / 0.9, 12);
  expect(result.confidence).toBeCloseTo(0.9, 12);
});

test('a failed task of which nothing else is known scores nought', () => {
  const result = strategy.score(task({ succeeded: false }));
  expect(result.score).toBe(0);
  expect(result.confidence).toBeCloseTo(0.2, 12);
});

test('reviews count for nothing', () => {
  const reviews = [review({ verdict: 'rejected' }), review({ kind: 'peer', score: 0 })];
  expect(strategy.score(task({ reviews }))).toEqual(strategy.score(task()));
});

test('weights and the default budget can be set', () => {
  // criteria off: (0.20 × 10 + 0.60 × 0) / 0.80 = 2.5, the cost being ten times the default budget
  const result = ciOnly({ ciWeights: { criteria: 0, costEfficiency: 0.6 }, budget: 1 }).score(
    task({ usage: { cost: 10 }, signals: { criteriaMet: 0, criteriaTotal: 9 } }),
  );
  expect(result.score).toBeCloseTo(2.5, 12);
  expect(result.confidence).toBe(1);
});

test('a task has no score when success weighs nothing and nothing else is known', () => {
  const result = ciOnly({ ciWeights: { success: 0 } }).score(task());
  expect(result).toMatchObject({ score: null, confidence: 0, breakdown: [] });
});

test('an override is the score', () => {
  const result = strategy.score(task({ override }));
  expect(result).toMatchObject({ score: 2.5, overridden: true, confidence: 1 });
  expect(result.breakdown).toEqual(strategy.score(task()).breakdown);
});

test('wrong options are refused by name', () => {
  const bad = (options: unknown) => () => ciOnly(options as CiOnlyOptions);
  expectInvalidOption(bad({ weights: { ci: 1 } }), '', 'ciOnly()', 'ciWeights, budget', '"weights"');
  expectInvalidOption(bad({ ciWeights: { criteria: -0.1 } }), 'ciWeights.criteria', '>= 0', '-0.1');
  expectInvalidOption(bad({ budget: Number.NaN }), 'budget', '>= 0', 'NaN');
});
