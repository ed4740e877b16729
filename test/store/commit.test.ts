import { expect, it } from 'vitest';
import { drained } from '../../src/drained.js';
import { committing } from '../../src/store/commit.js';
import { eventRecord } from './support/records.js';

const NOTHING = { lastSeq: 0, watermark: 0, events: 0 };
const records = (count: number) => Array.from({ length: count }, (_, i) => eventRecord(i + 1));

it('a commit is put together in pieces of a block at most, and comes to one head', () => {
  const pieces = committing(NOTHING, records(1_000));
  let count = 0;
  for (let piece = pieces.next(); !piece.done; piece = pieces.next()) count++;
  expect(count).toBeGreaterThanOrEqual(8);
  const { head, puts, groups } = drained(committing(NOTHING, records(1_000)));
  expect(head).toMatchObject({ lastSeq: 1_000, events: 1_000 });
  // An entry for each id, for each block and its groups in time, and for the head.
  expect(puts).toHaveLength(1_000 + 8 + groups.length + 1);
});

it('nothing of a commit is put together when one of its records does not belong there', () => {
  const [first, second] = records(2);
  expect(() => drained(committing(NOTHING, [first!, { ...second!, seq: 3 }]))).toThrow(
    'expected record 2, got 3',
  );
});
