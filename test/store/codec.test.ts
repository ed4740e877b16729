import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBlock, JournalBlock } from '../../src/store/codec/journal-block.js';
import { packSeqs, unpackSeqs } from '../../src/store/codec/packed-seqs.js';
import { seal, unseal } from '../../src/store/codec/seal.js';
import { decodeGroup, encodeGroup, groupByTime, spanOf } from '../../src/store/codec/timeline-group.js';
import { journalKey } from '../../src/store/keys.js';
import { eventRecord, NOON, range, tickRecord } from './support/records.js';

const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const ascending = fc.uniqueArray(seq, { maxLength: 50 }).map((seqs) => seqs.sort((a, b) => a - b));

describe('packed sequence numbers', () => {
  test('come back as they went in', () => {
    fc.assert(
      fc.property(ascending, (seqs) => {
        expect(unpackSeqs(packSeqs(seqs))).toEqual(seqs);
      }),
    );
  });

  test('take two bytes each for one agent among a thousand', () => {
    expect(packSeqs(range(1, 100).map((n) => n * 1000))).toHaveLength(200);
  });
});

describe('a sealed value', () => {
  const bytes = fc.uint8Array({ minLength: 0, maxLength: 60 }).map((array) => Buffer.from(array));

  test('comes back under its own key and under no other', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (key, other, payload) => {
        const value = seal(key, payload);
        expect(unseal(key, value)).toEqual(payload);
        if (!other.equals(key)) expect(unseal(other, value)).toBeUndefined();
      }),
    );
  });

  test('is not believed when any one bit of it is flipped', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(), (key, payload, at) => {
        const value = seal(key, payload);
        value[at % value.length]! ^= 1 << (at & 7);
        expect(unseal(key, value)).toBeUndefined();
      }),
    );
  });

  test('is of the bytes of a text, not of its characters', () => {
    const key = Buffer.from('k');
    expect(unseal(key, seal(key, 'naïve 🎉'))?.toString()).toBe('naïve 🎉');
  });
});

describe('a block of the journal', () => {
  test('whose text has fewer lines than it says is damaged, even under a good seal', () => {
    const key = journalKey(1);
    for (const text of ['', '0', '2\n5', '1', 'x\n5', '-1\n5']) {
      expect(JournalBlock.open(1, key, seal(key, text))).toBeUndefined();
    }
  });

  test('of events that were no JSON says which one', () => {
    const key = journalKey(7);
    const value = encodeBlock(key, [tickRecord(7), eventRecord(8, { json: '{' })]);
    const block = JournalBlock.open(7, key, value);
    expect(block?.record(7)).toEqual(tickRecord(7));
    expect(() => block?.record(8)).toThrow(expect.objectContaining({ code: 'TENURE_CORRUPT', seq: 8 }));
  });
});

describe('the groups of a block', () => {
  const at = fc.oneof(
    fc.integer({ min: NOON, max: NOON + 100_000 }),
    fc.integer({ min: 0, max: 253_402_300_799_999 }),
  );
  const block = fc
    .array(at, { minLength: 1, maxLength: 128 })
    .map((times) => times.map((time, index) => eventRecord(index + 1, { at: time })));

  test('hold every event once, lie apart in time, and are no longer than their level allows', () => {
    fc.assert(
      fc.property(block, (records) => {
        const groups = groupByTime(records);
        const positions = groups.flatMap((group) => group.positions);
        expect(positions.toSorted((a, b) => a - b)).toEqual(range(0, records.length - 1));
        groups.forEach((group, index) => {
          const times = group.positions.map((position) => records[position]!.at);
          expect([Math.min(...times), Math.max(...times)]).toEqual([group.minAt, group.maxAt]);
          expect(group.maxAt - group.minAt).toBeLessThanOrEqual(spanOf(group.level));
          if (index > 0) expect(group.minAt).toBeGreaterThan(groups[index - 1]!.maxAt);
          const { key, value } = encodeGroup(group);
          const sorted = { ...group, positions: group.positions.toSorted((a, b) => a - b) };
          expect(decodeGroup(group.level, key, value)).toEqual(sorted);
        });
      }),
    );
  });

  test('are one for a steady pace, however slow, and one more for each event that came late', () => {
    const steady = range(1, 128).map((n) => eventRecord(n, { at: NOON + n * 3_600_000 }));
    expect(groupByTime(steady)).toHaveLength(1);
    const late = [eventRecord(129, { at: NOON - 1e10 }), eventRecord(130, { at: NOON - 3e10 })];
    expect(groupByTime([...steady.slice(0, 126), ...late])).toHaveLength(3);
  });

  test('of ticks are none', () => {
    expect(groupByTime([tickRecord(1), tickRecord(2)])).toEqual([]);
  });
});
