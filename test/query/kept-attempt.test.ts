import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptAttempt } from '../../src/query/kept-attempt.js';
import { type AttemptRow, isObserved } from '../../src/store/rollups/totals.js';

const figure = fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }));
const attempt: fc.Arbitrary<AttemptRow> = fc.record({
  at: fc.nat({ max: 8.64e15 }),
  seq: fc.integer({ min: 1, max: 2 ** 48 }),
  succeeded: fc.boolean(),
  quality: figure,
  cost: figure,
  completionMs: figure,
  tokens: figure,
  toolCalls: figure,
});

test('an attempt that is kept as numbers has every figure it had, and lacks what it lacked', () => {
  fc.assert(
    fc.property(attempt, (row) => {
      const kept = new KeptAttempt(row);
      const { at, seq, succeeded, quality, cost, completionMs, tokens, toolCalls } = kept;
      expect({ at, seq, succeeded, quality, cost, completionMs, tokens, toolCalls }).toEqual(row);
      expect(isObserved(kept)).toBe(false);
    }),
  );
});
