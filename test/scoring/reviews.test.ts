import { describe, expect, test } from 'vitest';
import { reviewLayer } from '../../src/scoring/reviews.js';
import type { Review } from '../../src/scoring/types.js';
import { review, task } from './facts.js';

const layer = reviewLayer('codeReview', 'code', 1, undefined);
const read = (...reviews: Review[]) => layer.read(task({ reviews }));

describe('one review', () => {
  test('scores its score, whatever its verdict', () => {
    expect(read(review({ score: 6.5 }))).toEqual({ score: 6.5, confidence: 1 });
    expect(read(review({ score: 6.5, verdict: 'rejected' }))?.score).toBe(6.5);
    expect(read(review({ score: 6.5, verdict: 'commented' }))?.score).toBe(6.5);
    expect(read(review({ score: 0, verdict: 'approved' }))?.score).toBe(0);
  });

  test('without a score is worth its verdict', () => {
    expect(read(review({ verdict: 'approved' }))?.score).toBe(9);
    expect(read(review({ verdict: 'changes_requested' }))?.score).toBe(4);
    expect(read(review({ verdict: 'rejected' }))?.score).toBe(1);
  });

  test('that is a bare comment scores nothing', () => {
    expect(read(review({ verdict: 'commented' }))).toBeNull();
    expect(read(review())).toBeNull();
  });

  test('of another kind is another layer’s', () => {
    expect(read(review({ kind: 'peer', score: 3 }), review({ kind: 'evaluation', score: 3 }))).toBeNull();
  });

  test('given without any confidence is no data', () => {
    expect(read(review({ score: 10, confidence: 0 }))).toBeNull();
  });
});

describe('several reviews of one reviewer', () => {
  test('count once, as the latest', () => {
    const first = review({ at: 1, verdict: 'rejected' });
    const last = review({ at: 2, verdict: 'approved' });
    expect(read(first, last)?.score).toBe(9);
    expect(read(last, first)?.score).toBe(9);
  });

  test('at one time count as the later in the list', () => {
    expect(read(review({ score: 2 }), review({ score: 8 }))?.score).toBe(8);
    expect(read(review({ score: 8 }), review({ score: 2 }))?.score).toBe(2);
  });

  test('are not withdrawn by a later comment', () => {
    expect(read(review({ at: 1, score: 8 }), review({ at: 2, verdict: 'commented' }))?.score).toBe(8);
  });

  test('of different kinds do not replace each other', () => {
    expect(read(review({ at: 1, score: 8 }), review({ at: 2, kind: 'peer', score: 1 }))?.score).toBe(8);
  });

  test('of which the latest has no confidence leave nothing', () => {
    expect(read(review({ at: 1, score: 8 }), review({ at: 2, score: 1, confidence: 0 }))).toBeNull();
  });
});

describe('several reviewers', () => {
  test('are averaged', () => {
    // (9 + 4 + 5) / 3 = 6
    const result = read(
      review({ reviewerId: 'a', verdict: 'approved' }),
      review({ reviewerId: 'b', verdict: 'changes_requested' }),
      review({ reviewerId: 'c', score: 5 }),
    );
    expect(result).toEqual({ score: 6, confidence: 1 });
  });

  test('weigh by their confidence', () => {
    // (0.5 × 8 + 0.25 × 2) / 0.75 = 6; 1 − 0.5 × 0.75 = 0.625
    const result = read(
      review({ reviewerId: 'a', score: 8, confidence: 0.5 }),
      review({ reviewerId: 'b', score: 2, confidence: 0.25 }),
    );
    expect(result).toEqual({ score: 6, confidence: 0.625 });
  });

  test('who all have no confidence are no data', () => {
    const unsure = { score: 8, confidence: 0 };
    expect(read(review({ reviewerId: 'a', ...unsure }), review({ reviewerId: 'b', ...unsure }))).toBeNull();
  });

  test('who are bots with names like those of object members are reviewers like any', () => {
    // (2 + 8) / 2 = 5
    const result = read(
      review({ reviewerId: '__proto__', score: 2 }),
      review({ reviewerId: 'constructor', score: 8 }),
    );
    expect(result?.score).toBe(5);
  });
});

test('what verdicts are worth can be set, one by one', () => {
  const strict = reviewLayer('codeReview', 'code', 1, { approved: 7, rejected: 0 });
  const worth = (verdict: Review['verdict']) => strict.read(task({ reviews: [review({ verdict })] }))?.score;
  expect(worth('approved')).toBe(7);
  expect(worth('changes_requested')).toBe(4);
  expect(worth('rejected')).toBe(0);
  expect(worth('commented')).toBeUndefined();
});
