import { expect, test } from 'vitest';
import { type ReviewsOnlyOptions, reviewsOnly } from '../../src/scoring/index.js';
import { expectInvalidOption, layerOf, override, review, task } from './facts.js';

const strategy = reviewsOnly();

test('code reviews, evaluations and peers weigh as in layered, without ci', () => {
  // (0.25 × 9 + 0.25 × 5 + 0.10 × 1) / 0.60 = (2.25 + 1.25 + 0.1) / 0.6 = 6
  const result = strategy.score(
    task({
      succeeded: false,
      reviews: [
        review({ verdict: 'approved' }),
        review({ kind: 'evaluation', score: 5 }),
        review({ kind: 'peer', verdict: 'rejected' }),
      ],
    }),
  );
  expect(result.score).toBeCloseTo(6, 12);
  expect(result.confidence).toBeCloseTo(1, 12);
  expect(result.strategy).toBe('reviewsOnly');
  expect(layerOf(result, 'peer')?.weight).toBeCloseTo(1 / 6, 12);
});

test('confidence is the weight of the layers with data, each times its own', () => {
  // 0.25 / 0.60 × 0.6 = 0.25
  const result = strategy.score(task({ reviews: [review({ score: 7, confidence: 0.6 })] }));
  expect(result.score).toBe(7);
  expect(result.confidence).toBeCloseTo(0.25, 12);
});

test('a task that nobody has scored has no score, whether it succeeded or failed', () => {
  const reviews = [review({ verdict: 'commented' })];
  for (const succeeded of [true, false]) {
    const result = strategy.score(task({ succeeded, reviews }));
    expect(result).toMatchObject({ score: null, confidence: 0, overridden: false, breakdown: [] });
  }
});

test('an override needs no reviews', () => {
  expect(strategy.score(task({ override }))).toEqual({
    score: 2.5,
    confidence: 1,
    strategy: 'reviewsOnly',
    overridden: true,
    breakdown: [],
  });
});

test('weights and verdict scores can be set', () => {
  // (0.75 × 8 + 0.25 × 4) / 1 = 7
  const result = reviewsOnly({
    weights: { codeReview: 0.75 },
    verdictScores: { approved: 8 },
  }).score(task({ reviews: [review({ verdict: 'approved' }), review({ kind: 'evaluation', score: 4 })] }));
  expect(result.score).toBeCloseTo(7, 12);
});

test('wrong options are refused by name', () => {
  const bad = (options: unknown) => () => reviewsOnly(options as ReviewsOnlyOptions);
  expectInvalidOption(bad({ weights: { ci: 1 } }), 'weights', 'codeReview, evaluation, peer', '"ci"');
  expectInvalidOption(bad({ weights: { peer: null } }), 'weights.peer', '>= 0', 'null');
  const none = { codeReview: 0, evaluation: 0, peer: 0 };
  expectInvalidOption(bad({ weights: none }), 'weights', 'at least one weight > 0');
  expectInvalidOption(bad({ verdictScores: { rejected: -1 } }), 'verdictScores.rejected', '0 to 10', '-1');
});
