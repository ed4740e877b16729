import { paced } from './breathe.js';
import { committing } from './commit.js';
import type { Connection } from './connection.js';
import type { FinderMending } from './finder-mending.js';
import { DamagedIds } from './ids.js';
import { LostIds } from './lost-ids.js';
import type { Head } from './meta.js';
import type { LookUp, StoredIds } from './stored-ids.js';
import type { StoredTimeline } from './stored-timeline.js';
import type { NewRecord } from './types.js';

export interface JournalWriterParts {
  readonly connection: Connection;
  readonly ids: StoredIds;
  readonly timeline: StoredTimeline;
  readonly mending: FinderMending;
  /** Nothing is kept of the times before, epoch milliseconds. */
  readonly horizon: () => number;
}

/** The journal's growing end: writes records behind all others, and knows which events are there already. */
export class JournalWriter {
  readonly #parts: JournalWriterParts;
  readonly #lostIds: LostIds;
  #head: Head;

  constructor(parts: JournalWriterParts, head: Head) {
    this.#parts = parts;
    this.#head = head;
    const { ids, timeline, mending, horizon } = parts;
    this.#lostIds = new LostIds({ ids, timeline, mending, horizon, lastSeq: () => this.#head.lastSeq });
  }

  /** What the journal amounts to. */
  get head(): Head {
    return this.#head;
  }

  /** Writes records, with all that finds them, in one atomic batch. */
  async append(records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { connection, ids, timeline } = this.#parts;
    const { puts, groups, head } = await paced(committing(this.#head, records));
    // Before they are written: an id that is stored must never be taken for a new one.
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as NewRecord;
      if (record.kind === 'event') ids.add(record.id);
    }
    await connection.write('Writing to the journal', puts);
    this.#head = head;
    timeline.counts.note(groups, records[0]!.seq, head.lastSeq);
    this.#lostIds.note(groups);
  }

  /** Takes over what another journal came to, whose records are not in this one. */
  beginAfter(head: Head): void {
    this.#head = head;
  }

  /**
   * The sequence numbers of events by id; `undefined` for those that are not stored.
   *
   * @param ats their times, epoch milliseconds: finds those, too, whose entries by id are gone
   */
  async seqsOf(ids: readonly string[], ats: readonly number[]): Promise<(number | undefined)[]> {
    const { seqs, missed } = await this.#lookUp(ids);
    for (const place of missed) {
      const at = ats[place];
      if (at !== undefined) seqs[place] = await this.#lostIds.seqOf(ids[place]!, at);
    }
    return seqs;
  }

  async #lookUp(ids: readonly string[]): Promise<LookUp> {
    const { ids: stored, mending } = this.#parts;
    try {
      return await stored.lookUp(ids);
    } catch (error) {
      if (!(error instanceof DamagedIds)) throw error;
      await mending.entriesById(error.ids);
      return await stored.lookUp(ids);
    }
  }
}
