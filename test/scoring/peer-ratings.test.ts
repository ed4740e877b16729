import { describe, expect, test } from 'vitest';
import {
  type CollaborationObservation,
  type PeerRatingsOptions,
  peerRatings,
} from '../../src/scoring/index.js';
import { expectInvalidOption, override, seen } from './facts.js';

const strategy = peerRatings();
const rated = (rating: number, fromAgentId?: string): CollaborationObservation => ({
  at: 1,
  kind: 'helpfulness',
  rating,
  fromAgentId,
});

describe('the ratings', () => {
  test('of each rater are averaged first, so that the busy have no louder voice', () => {
    // grace: (0.2 + 0.2 + 0.2) / 3 = 0.2, linus: 0.8; 10 × (0.2 + 0.8) / 2 = 5
    const result = strategy.score(
      seen([rated(0.2, 'grace'), rated(0.2, 'grace'), rated(0.2, 'grace'), rated(0.8, 'linus')]),
    );
    expect(result.score).toBeCloseTo(5, 12);
    expect(result.strategy).toBe('peerRatings');
    // 4 ratings / 10
    expect(result.confidence).toBe(0.4);
    expect(result.components).toEqual([
      { component: 'helpfulness', score: result.score, weight: 1, count: 4 },
    ]);
  });

  test('of one rater all count, not only the latest', () => {
    // 10 × (0.4 + 0.8) / 2 = 6
    expect(strategy.score(seen([rated(0.4, 'grace'), rated(0.8, 'grace')])).score).toBeCloseTo(6, 12);
  });

  test('without a name are together one rater', () => {
    // unnamed: (0.1 + 0.3) / 2 = 0.2, grace: 1; 10 × (0.2 + 1) / 2 = 6
    expect(strategy.score(seen([rated(0.1), rated(0.3), rated(1, 'grace')])).score).toBeCloseTo(6, 12);
  });

  test('that an agent gives itself count for nothing', () => {
    expect(strategy.score(seen([rated(1, 'ada'), rated(0.5, 'grace')]))).toEqual(
      strategy.score(seen([rated(0.5, 'grace')])),
    );
    expect(strategy.score(seen([rated(1, 'ada')])).score).toBeNull();
  });
});

test('nothing but ratings counts', () => {
  const result = strategy.score(
    seen([
      { at: 1, kind: 'delegation', succeeded: false, responseSeconds: 999 },
      { at: 2, kind: 'loop' },
      { at: 3, kind: 'message', quality: 0 },
    ]),
  );
  expect(result).toEqual({
    score: null,
    confidence: 0,
    strategy: 'peerRatings',
    overridden: false,
    components: [],
  });
});

test('an override holds with ratings and without', () => {
  const expected = { score: 2.5, confidence: 1, overridden: true };
  expect(strategy.score(seen([], { override }))).toMatchObject({ ...expected, components: [] });
  const result = strategy.score(seen([rated(1, 'grace')], { override }));
  expect(result).toMatchObject(expected);
  expect(result.components).toHaveLength(1);
});

test('the number of ratings for full confidence can be set', () => {
  const sure = peerRatings({ fullConfidenceCount: 2 });
  expect(sure.score(seen([rated(1, 'grace')])).confidence).toBe(0.5);
  expect(sure.score(seen([rated(1, 'grace'), rated(1), rated(0)])).confidence).toBe(1);
});

test('wrong options are refused by name', () => {
  const bad = (options: unknown) => () => peerRatings(options as PeerRatingsOptions);
  expectInvalidOption(bad({ fullConfidenceCount: 0 }), 'fullConfidenceCount', 'an integer >= 1', '0');
  expectInvalidOption(bad({ confidence: 1 }), '', 'peerRatings()', 'fullConfidenceCount', '"confidence"');
});
