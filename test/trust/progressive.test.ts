import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalledEvent } from '../../src/events/schema.js';
import { progressiveTrust, type TrustRecord } from '../../src/trust/index.js';
import { fadedTo, NO_RECORD, withTrustEvent } from '../../src/trust/record.js';
import { anyHistory } from '../support/arbitraries.js';
import { stored } from '../support/history.js';

const DAY = 86_400_000;
const HALF_LIFE = 30 * DAY;

const recordOf = (events: readonly JournalledEvent[], now: number): TrustRecord =>
  fadedTo(
    events.reduce((record, event) => withTrustEvent(record, event, HALF_LIFE), NO_RECORD),
    now,
    HALF_LIFE,
  );

/** The record summed up in the plainest way: every event with what is left of it. */
function plainly(events: readonly JournalledEvent[], now: number) {
  const left = ({ at }: JournalledEvent) => 2 ** ((at - now) / HALF_LIFE);
  const sum = (of: (event: JournalledEvent) => number) =>
    events.reduce((total, event) => total + of(event) * left(event), 0);
  const verdicts = { approved: 0.9, changes_requested: 0.4, rejected: 0.1, commented: null };
  const said = (event: JournalledEvent): [value: number, weight: number] => {
    if (event.type === 'override.set' && event.target === 'quality') return [event.score / 10, 1];
    if (event.type !== 'review.submitted') return [0, 0];
    const value =
      event.score !== undefined ? event.score / 10 : event.verdict ? verdicts[event.verdict] : null;
    return value === null ? [0, 0] : [value, event.confidence ?? 1];
  };
  return {
    completed: sum(({ type }) => (type === 'task.completed' ? 1 : 0)),
    failed: sum(({ type }) => (type === 'task.failed' ? 1 : 0)),
    feedback: {
      sum: sum((event) => said(event)[0] * said(event)[1]),
      weight: sum((event) => said(event)[1]),
    },
  };
}

describe('the record of trust', () => {
  it('is what a sum over all events says, in whatever order they arrived', () => {
    fc.assert(
      fc.property(anyHistory().map(stored), (events) => {
        const now = Math.max(...events.map(({ at, recordedAt }) => Math.max(at, recordedAt)));
        const expected = plainly(events, now);
        for (const order of [events, [...events].reverse()]) {
          const record = recordOf(order, now);
          expect(record.completed).toBeCloseTo(expected.completed, 9);
          expect(record.failed).toBeCloseTo(expected.failed, 9);
          expect(record.feedback.sum).toBeCloseTo(expected.feedback.sum, 9);
          expect(record.feedback.weight).toBeCloseTo(expected.feedback.weight, 9);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('halves in a half-life', () => {
    const event = {
      id: 'e',
      type: 'task.failed',
      agentId: 'a',
      taskId: 't',
      at: 0,
      seq: 1,
      recordedAt: 0,
    } as const;
    expect(recordOf([event], HALF_LIFE)).toMatchObject({ completed: 0, failed: 0.5 });
  });
});

describe('progressiveTrust', () => {
  const tally = (mean: number) => ({ sum: mean * 4, weight: 4 });
  const record: TrustRecord = {
    asOf: 0,
    completed: 15,
    failed: 5,
    difficulty: tally(0.5),
    clean: tally(0.9),
    feedback: tally(0.8),
  };

  it('weighs what is known, and counts experience', () => {
    const { score, components } = progressiveTrust().score(record);
    expect(score).toBeCloseTo((0.2 * 0.5 + 0.3 * 0.75 + 0.2 * 0.9 + 0.3 * 0.8) * (20 / 25), 12);
    expect(components.map(({ component }) => component)).toEqual([
      'difficulty',
      'completion',
      'clean',
      'feedback',
      'experience',
    ]);
  });

  it('shares the weight of what nothing is known of among the others, and trusts nobody unknown', () => {
    const { difficulty: _, clean: __, ...known } = record;
    const nothing = { sum: 0, weight: 0 };
    const { score } = progressiveTrust().score({ ...known, difficulty: nothing, clean: nothing });
    expect(score).toBeCloseTo(((0.3 * 0.75 + 0.3 * 0.8) / 0.6) * 0.8, 12);
    expect(progressiveTrust().score(NO_RECORD)).toMatchObject({ score: 0 });
  });

  it('refuses options that make no sense, and names them', () => {
    const refusal = (options: object) => {
      try {
        progressiveTrust(options);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refusal({ margin: 2 })).toMatchObject({ code: 'TENURE_INVALID_OPTIONS', path: 'margin' });
    expect(refusal({ thresholds: { restricted: 0.9 } })).toMatchObject({ path: 'thresholds' });
    expect(refusal({ halfLife: 'long' })).toMatchObject({ code: 'TENURE_INVALID_OPTIONS', path: 'halfLife' });
    expect(refusal({ weight: {} })).toMatchObject({ code: 'TENURE_INVALID_OPTIONS' });
  });
});
