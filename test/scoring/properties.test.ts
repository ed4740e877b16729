import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  behavioral,
  ciOnly,
  humanOnly,
  layered,
  peerRatings,
  type Review,
  reviewsOnly,
} from '../../src/scoring/index.js';
import { anyObservation, anyReview, anyTask, anyWeight, frozen, seen } from './facts.js';

const qualities = [layered(), layered({ budget: 5 }), ciOnly(), reviewsOnly(), humanOnly()];
const collaborations = [behavioral(), peerRatings()];
const anyQuality = fc.constantFrom(...qualities);
const anyCollaboration = fc.constantFrom(...collaborations);
const observations = fc.array(anyObservation, { maxLength: 30 });

function expectSound(result: {
  score: number | null;
  confidence: number;
  parts: readonly { score: number; weight: number }[];
}): void {
  for (const { score } of [...result.parts, { score: result.score ?? 0 }]) {
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(10);
  }
  expect(result.confidence).toBeGreaterThanOrEqual(0);
  expect(result.confidence).toBeLessThanOrEqual(1);
  expect(result.score === null).toBe(result.parts.length === 0);
  if (result.parts.length === 0) return;
  expect(result.parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  // The parts shown explain the score shown.
  const explained = result.parts.reduce((sum, { score, weight }) => sum + score * weight, 0);
  expect(explained).toBeCloseTo(result.score as number, 9);
}

/** Reviews by reviewers who speak once in a layer: no word supersedes another. */
const oneWordEach = fc.uniqueArray(anyReview, {
  selector: ({ kind, reviewerId }) => `${kind} ${reviewerId}`,
});

describe('quality', () => {
  test('is 0–10 or null, of shares that add up to 1, for any task', () => {
    fc.assert(
      fc.property(anyQuality, anyTask, (strategy, task) => {
        const { score, confidence, breakdown } = strategy.score(frozen(task));
        expectSound({ score, confidence, parts: breakdown });
      }),
      { numRuns: 500 },
    );
  });

  test('is sound with any weights, the smallest and largest numbers too', () => {
    const weights = fc.record({
      ci: anyWeight,
      codeReview: anyWeight,
      evaluation: anyWeight,
      peer: anyWeight,
    });
    const ciWeights = fc.record({ criteria: anyWeight, success: anyWeight, costEfficiency: anyWeight });
    const positive = (given: object) => Object.values(given).some((weight) => weight > 0);
    fc.assert(
      fc.property(
        anyTask,
        weights.filter(positive),
        ciWeights.filter(positive),
        (task, weights, ciWeights) => {
          const { score, confidence, breakdown } = layered({ weights, ciWeights }).score(task);
          expectSound({ score, confidence, parts: breakdown });
        },
      ),
    );
  });

  test('does not depend on the order in which reviewers speak', () => {
    const shuffled = oneWordEach.chain((reviews) =>
      fc.tuple(
        fc.constant(reviews),
        fc.shuffledSubarray(reviews, { minLength: reviews.length, maxLength: reviews.length }),
      ),
    );
    fc.assert(
      fc.property(anyQuality, anyTask, shuffled, (strategy, task, [reviews, otherwise]) => {
        const one = strategy.score({ ...task, reviews });
        const other = strategy.score({ ...task, reviews: otherwise });
        expect(other.score === null).toBe(one.score === null);
        expect(other.score ?? 0).toBeCloseTo(one.score ?? 0, 9);
        expect(other.confidence).toBeCloseTo(one.confidence, 9);
      }),
    );
  });

  test('is not changed by what scores nothing', () => {
    const bare = anyReview.map(
      (review): Review => ({ ...review, score: undefined, verdict: 'commented', at: 99 }),
    );
    fc.assert(
      fc.property(anyQuality, anyTask, fc.array(bare), (strategy, task, comments) => {
        const more = { ...task, reviews: [...comments, ...task.reviews, ...comments] };
        expect(strategy.score(more)).toEqual(strategy.score(task));
      }),
    );
  });

  test('counts only the latest word of each reviewer', () => {
    fc.assert(
      fc.property(anyQuality, anyTask, oneWordEach, (strategy, task, reviews) => {
        const scoring = reviews.filter(
          ({ score, verdict }) => score !== undefined || (verdict ?? 'commented') !== 'commented',
        );
        const superseded = scoring.map((review) => ({ ...review, score: 0, confidence: 1, at: -1 }));
        const once = strategy.score({ ...task, reviews: scoring });
        const twice = strategy.score({ ...task, reviews: [...scoring, ...superseded] });
        expect(twice.score ?? -1).toBeCloseTo(once.score ?? -1, 9);
        expect(twice.confidence).toBeCloseTo(once.confidence, 9);
      }),
    );
  });

  test('is never less sure for one more reviewer', () => {
    fc.assert(
      fc.property(anyQuality, anyTask, anyReview, (strategy, task, review) => {
        const more = { ...task, reviews: [...task.reviews, { ...review, reviewerId: 'newcomer' }] };
        const before = strategy.score(task).confidence;
        expect(strategy.score(more).confidence).toBeGreaterThanOrEqual(before - 1e-12);
      }),
    );
  });

  test('under an override shows the same layers beneath', () => {
    fc.assert(
      fc.property(anyQuality, anyTask, fc.integer({ min: 0, max: 10 }), (strategy, task, score) => {
        const override = { score, reason: 'checked by hand', by: 'linus', at: 0 };
        const result = strategy.score({ ...task, override });
        expect(result).toMatchObject({ score, overridden: true, confidence: 1 });
        expect(result.breakdown).toEqual(strategy.score(task).breakdown);
      }),
    );
  });
});

describe('collaboration', () => {
  test('is 0–10 or null, of shares that add up to 1, for any observations', () => {
    fc.assert(
      fc.property(anyCollaboration, observations, (strategy, observations) => {
        const { score, confidence, components } = strategy.score(seen(observations));
        expectSound({ score, confidence, parts: components });
      }),
      { numRuns: 500 },
    );
  });

  test('does not depend on the order of the observations', () => {
    fc.assert(
      fc.property(anyCollaboration, observations, (strategy, observations) => {
        const forth = strategy.score(seen(observations));
        const back = strategy.score(seen([...observations].reverse()));
        expect(back.score ?? -1).toBeCloseTo(forth.score ?? -1, 9);
        expect(back.confidence).toBe(forth.confidence);
      }),
    );
  });

  test('equals the formula written out, component by component', () => {
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    fc.assert(
      fc.property(observations, (observations) => {
        const of = (value: (o: (typeof observations)[number]) => number | undefined) =>
          observations.map(value).filter((score) => score !== undefined);
        const parts = [
          [0.25, of((o) => (o.kind === 'delegation' ? Number(o.succeeded) : undefined))],
          [
            0.15,
            of((o) =>
              o.kind === 'delegation' && o.responseSeconds !== undefined
                ? Math.max(0, 1 - o.responseSeconds / 300)
                : undefined,
            ),
          ],
          [0.15, of((o) => (o.kind === 'message' ? o.quality : undefined))],
          [0.15, of((o) => (o.kind === 'helpfulness' ? o.rating : undefined))],
          [0.15, of((o) => (o.kind === 'conflict' ? o.constructiveness : undefined))],
          [0.15, of((o) => (o.kind === 'meeting' ? o.contribution : undefined))],
          [0.15, of((o) => (o.kind === 'handoff' ? o.completeness : undefined))],
          [0.15, of((o) => (o.kind === 'loop' ? 0 : 1))],
        ].filter((part): part is [number, number[]] => (part[1] as number[]).length > 0);
        const total = parts.reduce((sum, [weight]) => sum + weight, 0);
        const expected = parts.reduce((sum, [weight, values]) => sum + weight * 10 * mean(values), 0) / total;
        const { score } = behavioral().score(seen(observations));
        if (observations.length === 0) expect(score).toBeNull();
        else expect(score).toBeCloseTo(expected, 9);
      }),
    );
  });
});

test('every strategy says the same twice, and names itself', () => {
  fc.assert(
    fc.property(anyTask, observations, (task, observations) => {
      for (const strategy of qualities) {
        expect(strategy.score(task)).toEqual(strategy.score(task));
        expect(strategy.score(task).strategy).toBe(strategy.name);
      }
      for (const strategy of collaborations) {
        const input = seen(observations);
        expect(strategy.score(input)).toEqual(strategy.score(input));
        expect(strategy.score(input).strategy).toBe(strategy.name);
      }
    }),
  );
});
