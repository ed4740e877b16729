import { isTenureError } from '../../errors.js';
import { JournalBlock } from '../codec/journal-block.js';
import type { Connection, Entry } from '../connection.js';
import { firstSeqOf, partRange } from '../keys.js';
import type { JournalRecord } from '../types.js';
import type { Finding } from './finding.js';

const READING = 'Reading the journal';

/** A block that is sound: its records in order. */
export type SoundBlock = readonly [JournalRecord, ...JournalRecord[]];

/**
 * Hands on every sound block of the journal, and notes what is damaged or missing between them. Nothing is thrown for
 * what the journal holds.
 *
 * @param range the last record that was dropped, and the last that there is
 */
export async function* soundBlocks(
  connection: Connection,
  { floor, lastSeq }: { readonly floor: number; readonly lastSeq: number },
  note: (finding: Finding & { readonly seq: number }) => void,
): AsyncGenerator<SoundBlock, void> {
  // What was dropped may not be removed yet, or a part of it.
  let expected = floor + 1;
  const missing = (until: number): void => {
    const range = expected === until ? `Record ${expected} is` : `Records ${expected} to ${until} are`;
    note({ part: 'journal', seq: expected, message: `${range} missing or damaged`, repairable: false });
  };
  try {
    for await (const entries of connection.entries(READING, partRange('journal'))) {
      for (const entry of entries) {
        const block = open(entry);
        if (block === undefined) continue;
        const first = block[0].seq;
        if (first > expected) missing(first - 1);
        expected = Math.max(expected, block.at(-1)!.seq + 1);
        yield block;
      }
    }
  } catch (error) {
    if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
    note({ part: 'journal', seq: expected, message: error.message, repairable: false });
    return;
  }
  if (expected <= lastSeq) missing(lastSeq);
}

/** `undefined` when the block is damaged: the gap that it leaves is noted. */
function open([key, value]: Entry): SoundBlock | undefined {
  const firstSeq = firstSeqOf(key);
  const block = firstSeq === undefined ? undefined : JournalBlock.open(firstSeq, key, value);
  if (block === undefined) return undefined;
  const records: JournalRecord[] = [];
  try {
    for (let seq = block.firstSeq; seq <= block.lastSeq; seq++) records.push(block.record(seq));
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return undefined;
    throw error;
  }
  return records as unknown as SoundBlock;
}
