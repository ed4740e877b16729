import { partsOf } from '../../agent/collaboration.js';
import type { CollaborationScoringStrategy } from '../../scoring/types.js';
import type { RowChange } from '../rollups/changes.js';
import type { Pair, ScopeBook } from '../rollups/scopes.js';
import { isObserved } from '../rollups/totals.js';
import { decodeRows, encodeRows, type NumberedRow } from './figure-rows.js';

/** Changes as rows, a row with figures of before in front of the row with those after: both have one number. */
export function encodeChanges(changes: readonly RowChange[]): Buffer {
  const rows: NumberedRow[] = [];
  for (let i = 0; i < changes.length; i++) {
    const { agentNo, pair, before, after } = changes[i] as RowChange;
    if (before) rows.push({ agentNo, pairNo: pair.no, row: before });
    rows.push({ agentNo, pairNo: pair.no, row: after });
  }
  const bits = bitsOf(changes);
  const encoded = encodeRows(rows);
  return Buffer.concat([bits, encoded]);
}

/** @throws RangeError when these are no changes, or of departments that nobody numbered */
export function decodeChanges(
  buffer: Buffer,
  scopes: ScopeBook,
  strategy: CollaborationScoringStrategy,
): RowChange[] {
  const count = buffer.readUInt32LE(0);
  const bits = buffer.subarray(4, 4 + Math.ceil(count / 8));
  const rows = decodeRows(buffer.subarray(4 + bits.length));
  const changes: RowChange[] = [];
  for (let i = 0; i < count; i++) {
    const before = (bits[i >> 3]! >> (i & 7)) & 1 ? next(rows).row : undefined;
    const { agentNo, pairNo, row: after } = next(rows);
    const parts = isObserved(after) ? partsOf(after.observation, strategy) : [];
    changes.push({ agentNo, pair: pairOf(scopes, pairNo), before, after, parts });
  }
  if (!rows.next().done) throw new RangeError('more rows than changes');
  return changes;
}

/** @throws RangeError when no pair has this number */
export function pairOf(scopes: ScopeBook, no: number): Pair {
  const scope = scopes.byNumber(no);
  if (scope?.kind === 'pair') return scope as Pair;
  throw new RangeError(`nothing has the number ${no}`);
}

/** How many changes, and a bit for each that has figures of before. */
function bitsOf(changes: readonly RowChange[]): Buffer {
  const bits = Buffer.alloc(4 + Math.ceil(changes.length / 8));
  bits.writeUInt32LE(changes.length, 0);
  for (let i = 0; i < changes.length; i++) {
    if (changes[i]?.before) bits[4 + (i >> 3)]! |= 1 << (i & 7);
  }
  return bits;
}

function next(rows: Generator<NumberedRow>): NumberedRow {
  const { value, done } = rows.next();
  if (done) throw new RangeError('fewer rows than changes');
  return value;
}
