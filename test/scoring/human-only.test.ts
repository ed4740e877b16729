import { expect, test } from 'vitest';
import { type HumanOnlyOptions, humanOnly } from '../../src/scoring/index.js';
import { expectInvalidOption, override, review, task } from './facts.js';

const strategy = humanOnly();

test('code reviews and peers weigh 0.25 to 0.10', () => {
  // (0.25 × 9 + 0.10 × 2) / 0.35 = 2.45 / 0.35 = 7
  const result = strategy.score(
    task({ reviews: [review({ verdict: 'approved' }), review({ kind: 'peer', score: 2 })] }),
  );
  expect(result.score).toBeCloseTo(7, 12);
  expect(result.confidence).toBeCloseTo(1, 12);
  expect(result.strategy).toBe('humanOnly');
});

test('no machine has a say: evaluations, tests, success and cost change nothing', () => {
  const reviews = [review({ verdict: 'approved' })];
  const judged = task({
    succeeded: false,
    signals: { testsPassed: 0, testsFailed: 9 },
    usage: { cost: 99 },
    budget: 1,
    reviews: [...reviews, review({ kind: 'evaluation', score: 0 })],
  });
  expect(strategy.score(judged)).toEqual(strategy.score(task({ reviews })));
});

test('without a human word there is no score', () => {
  const result = strategy.score(task({ reviews: [review({ kind: 'evaluation', score: 10 })] }));
  expect(result).toMatchObject({ score: null, confidence: 0, breakdown: [] });
});

test('an override is a human word', () => {
  expect(strategy.score(task({ override }))).toMatchObject({ score: 2.5, overridden: true, confidence: 1 });
});

test('weights and verdict scores can be set', () => {
  // peers alone: code reviews are switched off
  const peers = humanOnly({ weights: { codeReview: 0 }, verdictScores: { approved: 10 } });
  const reviews = [review({ verdict: 'rejected' }), review({ kind: 'peer', verdict: 'approved' })];
  expect(peers.score(task({ reviews })).score).toBe(10);
});

test('wrong options are refused by name', () => {
  const bad = (options: unknown) => () => humanOnly(options as HumanOnlyOptions);
  expectInvalidOption(bad({ weights: { evaluation: 1 } }), 'weights', 'codeReview, peer', '"evaluation"');
  expectInvalidOption(bad({ weights: { codeReview: 0, peer: 0 } }), 'weights', 'at least one weight > 0');
  expectInvalidOption(bad({ weights: { peer: -1 } }), 'weights.peer', '>= 0', '-1');
});
