import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activeOverride, type OverrideSlot, withOverrideEvent } from '../../src/agent/override.js';
import type { EventOf } from '../../src/events/schema.js';
import { frozen } from '../scoring/facts.js';

type OverrideEvent = EventOf<'override.set' | 'override.cleared'> & { readonly seq: number };

const common = { agentId: 'ada', target: 'quality', by: 'linus' } as const;
const set = (at: number, seq: number, score: number, expiresAt?: number): OverrideEvent =>
  frozen({
    ...common,
    type: 'override.set',
    id: `e-${seq}`,
    at,
    seq,
    score,
    reason: 'why',
    ...(expiresAt !== undefined && { expiresAt }),
  });
const cleared = (at: number, seq: number): OverrideEvent =>
  frozen({ ...common, type: 'override.cleared', id: `e-${seq}`, at, seq });
const slotOf = (...events: OverrideEvent[]) =>
  events.reduce<OverrideSlot | undefined>((slot, event) => frozen(withOverrideEvent(slot, event)), undefined);
const scoreAt = (now: number, ...events: OverrideEvent[]) => activeOverride(slotOf(...events), now)?.score;

describe('an override', () => {
  test('is in force until it is cleared, and says by whom, why and since when', () => {
    expect(activeOverride(slotOf(set(10, 1, 2)), 10)).toEqual({
      score: 2,
      reason: 'why',
      by: 'linus',
      at: 10,
    });
    expect(scoreAt(1e15, set(10, 1, 2))).toBe(2);
    expect(scoreAt(20, set(10, 1, 2), cleared(20, 2))).toBeUndefined();
  });

  test('of 0 is an override', () => {
    expect(scoreAt(10, set(10, 1, 0))).toBe(0);
  });

  test('is over at the very moment at which it expires', () => {
    expect(scoreAt(19, set(10, 1, 2, 20))).toBe(2);
    expect(scoreAt(20, set(10, 1, 2, 20))).toBeUndefined();
    expect(activeOverride(slotOf(set(10, 1, 2, 20)), 15)).toMatchObject({ expiresAt: 20 });
  });

  test('that has expired does not bring back the one that it replaced', () => {
    expect(scoreAt(25, set(5, 1, 7), set(10, 2, 2, 20))).toBeUndefined();
  });

  test('does not count when a later word was there before it', () => {
    expect(scoreAt(30, cleared(20, 1), set(10, 2, 2))).toBeUndefined();
    expect(scoreAt(30, set(20, 1, 7), set(10, 2, 2))).toBe(7);
    expect(scoreAt(30, set(20, 1, 7), cleared(10, 2))).toBe(7);
  });

  test('of the same moment as another gives way to the one journalled later', () => {
    expect(scoreAt(10, set(10, 1, 7), set(10, 2, 2))).toBe(2);
    expect(scoreAt(10, set(10, 1, 7), cleared(10, 2))).toBeUndefined();
    expect(scoreAt(10, cleared(10, 1), set(10, 2, 2))).toBe(2);
  });

  test('is decided by the latest word in time, in whatever order the words arrive', () => {
    const word = fc.tuple(fc.nat(5), fc.boolean(), fc.nat(10), fc.option(fc.integer({ min: 1, max: 5 })));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(12), (words, now) => {
        const events = words.map(([at, isSet, score, span], seq) =>
          isSet ? set(at, seq, score, span === null ? undefined : at + span) : cleared(at, seq),
        );
        const last = [...events].sort((a, b) => a.at - b.at || a.seq - b.seq).at(-1) as OverrideEvent;
        const isActive = last.type === 'override.set' && now < (last.expiresAt ?? Infinity);
        expect(scoreAt(now, ...events)).toBe(isActive ? last.score : undefined);
        expect(scoreAt(now, ...events.toReversed())).toBe(isActive ? last.score : undefined);
      }),
    );
  });
});

test('where nobody ever said anything nothing is in force', () => {
  expect(activeOverride(undefined, 0)).toBeUndefined();
});
