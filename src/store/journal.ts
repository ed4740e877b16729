import { isTenureError, type TenureError } from '../errors.js';
import type { StoredEvent } from '../events/schema.js';
import { pause } from './breathe.js';
import { JournalBlock } from './codec/journal-block.js';
import type { Connection, Entry } from './connection.js';
import { corruptRecord } from './failures.js';
import { firstSeqOf, journalKey, KEY_MAX } from './keys.js';
import type { JournalRecord } from './types.js';

const READING = 'Reading the journal';

/** Events handed on at once by a stream. */
const CHUNK = 128;

/** Blocks that are kept after they were read: whoever looks up one record often looks up its neighbours. */
const KEPT_BLOCKS = 8;

/** Up to where records were dropped. Shared by all who read the journal. */
export class Floor {
  constructor(public seq: number) {}
}

/** Reads the append-only log. Whatever is damaged or missing is `TENURE_CORRUPT` with its sequence number. */
export class Journal {
  readonly #connection: Connection;
  readonly #floor: Floor;
  /** The least recently used first. A block never changes once it is written. */
  #kept: JournalBlock[] = [];

  constructor(connection: Connection, floor = new Floor(0)) {
    this.#floor = floor;
    this.#connection = connection;
  }

  /** Records up to here were dropped, 0 for none. */
  get floor(): number {
    return this.#floor.seq;
  }

  /** The block at the end, `undefined` when the journal is empty. */
  async lastBlock(): Promise<JournalBlock | undefined> {
    const entry = await this.#connection.last(READING, { gte: journalKey(0), lte: journalKey(KEY_MAX) });
    return entry === undefined ? undefined : openBlock(entry);
  }

  /** The block that holds a record. */
  async blockOf(seq: number): Promise<JournalBlock> {
    if (seq <= this.floor) throw corruptRecord(seq, 'it is older than the retention, and was dropped');
    const kept = this.#kept.find((block) => block.has(seq));
    return this.#keep(kept ?? (await this.#fetch(seq)));
  }

  /** The block that begins with a record. */
  async blockAt(firstSeq: number): Promise<JournalBlock> {
    const kept = this.#kept.find((block) => block.firstSeq === firstSeq);
    if (kept !== undefined) return this.#keep(kept);
    const key = journalKey(firstSeq);
    const value = await reading(firstSeq, this.#connection.get(READING, key));
    if (value === undefined) throw corruptRecord(firstSeq, 'it is missing');
    return this.#keep(openBlock([key, value], firstSeq));
  }

  /** The records from `first` to `last` that were not dropped, in order and without a gap, a block at a time. */
  async *records(from: number, last: number): AsyncGenerator<JournalRecord[], void> {
    const first = Math.max(from, this.floor + 1);
    let expected = first;
    try {
      for await (const block of this.#blocks(first, last)) {
        yield await recordsOf(block, expected, last);
        expected = block.lastSeq + 1;
      }
    } catch (error) {
      if (!isDatabaseDamage(error)) throw error;
      // It failed for many blocks at once. One at a time tells which it is, and gives those before it.
      while (expected <= last) {
        const block = await this.blockOf(expected);
        yield await recordsOf(block, expected, last);
        expected = block.lastSeq + 1;
      }
    }
  }

  /** The sequence numbers of an agent's events up to one, ascending, by reading the whole journal. */
  async seqsOf(agentNo: number, upTo: number): Promise<number[]> {
    const seqs: number[] = [];
    for await (const records of this.records(1, upTo)) {
      for (const record of records) {
        if (record.kind === 'event' && record.agentNo === agentNo) seqs.push(record.seq);
      }
    }
    return seqs;
  }

  /** An agent's events of these ascending sequence numbers. A record that is not the agent's own is damage. */
  async *eventsAt(agentNo: number, seqs: readonly number[]): AsyncGenerator<StoredEvent[], void> {
    let block: JournalBlock | undefined;
    for (let start = 0; start < seqs.length; start += CHUNK) {
      const events: StoredEvent[] = [];
      for (const seq of seqs.slice(start, start + CHUNK)) {
        // It may be dropped while this goes on.
        if (seq <= this.floor) continue;
        if (!block?.has(seq)) block = await this.blockOf(seq);
        const record = block.record(seq);
        if (record.kind !== 'event' || record.agentNo !== agentNo) {
          throw corruptRecord(seq, `it is not an event of agent ${agentNo}`);
        }
        events.push(record.event);
        const due = pause();
        if (due) await due;
      }
      yield events;
    }
  }

  async *#blocks(first: number, last: number): AsyncGenerator<JournalBlock, void> {
    if (first > last) return;
    const block = await this.blockOf(first);
    yield block;
    let expected = block.lastSeq + 1;
    const rest = { gte: journalKey(expected), lte: journalKey(last) };
    for await (const entries of this.#connection.entries(READING, rest)) {
      for (const entry of entries) {
        const next = openBlock(entry, expected);
        if (next.firstSeq !== expected) throw corruptRecord(expected, 'it is missing');
        yield next;
        expected = next.lastSeq + 1;
      }
    }
    if (expected <= last) throw corruptRecord(expected, 'it is missing');
  }

  async #fetch(seq: number): Promise<JournalBlock> {
    const range = { gte: journalKey(0), lte: journalKey(seq) };
    const entry = await reading(seq, this.#connection.last(READING, range));
    if (entry === undefined) throw corruptRecord(seq, 'it is missing');
    const block = openBlock(entry, seq);
    if (!block.has(seq)) throw corruptRecord(seq, 'it is missing');
    return block;
  }

  #keep(block: JournalBlock): JournalBlock {
    this.#kept = this.#kept.filter(({ firstSeq }) => firstSeq !== block.firstSeq);
    this.#kept.push(block);
    if (this.#kept.length > KEPT_BLOCKS) this.#kept.shift();
    return block;
  }
}

/** @param seq the record that is looked for; without one, damage is reported as that of the block's first */
function openBlock([key, value]: Entry, seq?: number): JournalBlock {
  const firstSeq = firstSeqOf(key);
  const block = firstSeq === undefined ? undefined : JournalBlock.open(firstSeq, key, value);
  if (block === undefined) throw corruptRecord(seq ?? firstSeq ?? 0, 'its block is damaged');
  return block;
}

/** The records of a block, all of them or those from one to another. */
export async function recordsOf(
  block: JournalBlock,
  first = block.firstSeq,
  last = block.lastSeq,
): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for (let seq = first; seq <= Math.min(block.lastSeq, last); seq += 1) {
    records.push(block.record(seq));
    const due = pause();
    if (due) await due;
  }
  return records;
}

/** Says which record could not be read, if it is the database that noticed. */
async function reading<Result>(seq: number, result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    throw isDatabaseDamage(error) ? corruptRecord(seq, error.message, error) : error;
  }
}

function isDatabaseDamage(error: unknown): error is TenureError {
  return isTenureError(error, 'TENURE_CORRUPT') && error.seq === undefined;
}
