import fc from 'fast-check';
import { expect } from 'vitest';
import { isTenureError } from '../../src/errors.js';
import type {
  CollaborationInput,
  CollaborationObservation,
  QualityScore,
  Review,
  ScoreOverride,
  TaskFacts,
} from '../../src/scoring/index.js';

/** Frozen all the way down: a strategy that writes to its input throws. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}

export function task(facts: Partial<TaskFacts> = {}): TaskFacts {
  return frozen({ taskId: 't-1', agentId: 'ada', succeeded: true, reviews: [], ...facts });
}

export function review(facts: Partial<Review> = {}): Review {
  return { kind: 'code', reviewerId: 'grace', at: 1000, ...facts };
}

export function seen(observations: CollaborationObservation[], more: Partial<CollaborationInput> = {}) {
  return frozen({ agentId: 'ada', observations, ...more });
}

export const override: ScoreOverride = { score: 2.5, reason: 'plagiarised', by: 'linus', at: 5000 };

export function layerOf(result: QualityScore, name: string) {
  return result.breakdown.find((layer) => layer.layer === name);
}

/** Expects `TENURE_INVALID_OPTIONS` about `path`, with a message that holds each of `parts`. */
export function expectInvalidOption(make: () => unknown, path: string, ...parts: string[]): void {
  let thrown: unknown;
  try {
    make();
  } catch (error) {
    thrown = error;
  }
  if (!isTenureError(thrown, 'TENURE_INVALID_OPTIONS')) expect.fail(`got ${String(thrown)}`);
  expect(thrown.path).toBe(path);
  for (const part of parts) expect(thrown.message).toContain(part);
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const ten = fc.double({ min: 0, max: 10, noNaN: true });
const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const some = <T>(...values: T[]) => fc.constantFrom(...values);

export const anyReview: fc.Arbitrary<Review> = fc.record({
  kind: some('code', 'evaluation', 'peer'),
  reviewerId: some('a', 'b', 'c', 'd'),
  at: fc.nat({ max: 5 }),
  verdict: maybe(some('approved', 'commented', 'changes_requested', 'rejected')),
  score: maybe(ten),
  confidence: maybe(unit),
});

export const anyTask: fc.Arbitrary<TaskFacts> = fc.record({
  taskId: fc.constant('t-1'),
  agentId: fc.constant('ada'),
  succeeded: fc.boolean(),
  usage: maybe(fc.record({ cost: maybe(amount) })),
  signals: maybe(
    fc.record({
      criteriaMet: maybe(fc.nat(12)),
      criteriaTotal: maybe(fc.nat(10)),
      testsPassed: maybe(fc.nat(10)),
      testsFailed: maybe(fc.nat(10)),
    }),
  ),
  budget: maybe(amount),
  reviews: fc.array(anyReview, { maxLength: 12 }),
});

/** Any weight that passes, the extremes of floating point among them. */
export const anyWeight = fc.oneof(unit, some(0, Number.MIN_VALUE, Number.MAX_VALUE), amount);

export const anyObservation: fc.Arbitrary<CollaborationObservation> = fc.oneof(
  fc.record({
    at: fc.nat(),
    kind: some('delegation' as const),
    succeeded: fc.boolean(),
    responseSeconds: maybe(amount),
  }),
  fc.record({ at: fc.nat(), kind: some('conflict' as const), constructiveness: unit }),
  fc.record({ at: fc.nat(), kind: some('meeting' as const), contribution: unit }),
  fc.record({ at: fc.nat(), kind: some('loop' as const) }),
  fc.record({ at: fc.nat(), kind: some('handoff' as const), completeness: unit }),
  fc.record({ at: fc.nat(), kind: some('message' as const), quality: unit }),
  fc.record({
    at: fc.nat(),
    kind: some('helpfulness' as const),
    rating: unit,
    fromAgentId: maybe(some('ada', 'grace', 'linus')),
  }),
);
