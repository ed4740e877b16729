import type { Connection } from './connection.js';
import { IdFilter } from './id-filter.js';
import { seqsOfIds } from './ids.js';
import { idOfKey, type KeyRange, keyAfter, partRange } from './keys.js';

const LEARNING = 'Reading the ids';

/** Ids of before the opening that are learnt for each look-up in vain: by then it has cost about as much as those. */
const LEARNT_A_MISS = 4;

/** Ids that the filter takes at most, which bounds its memory: 45 MB. With more of them every id is looked up. */
const MAX_IDS = 20_000_000;

/**
 * Finds events by their ids. Nearly every id that is asked about is new, and to find out from the database that
 * something is not there costs more than to write it: a filter in memory knows most of the new ones.
 *
 * The filter is never stored, and so is never wrong about what another process wrote, or a crash undid: it gets the ids
 * of this process before they are written, and learns those that the database held when it was opened bit by bit as
 * ids are looked up. Until it knows all of them it decides nothing.
 */
export class StoredIds {
  /** `undefined` when there are too many ids. */
  private filter: IdFilter | undefined = new IdFilter();
  /** Where the ids are that are still to be learnt; `undefined` when there are none. */
  private unknown: KeyRange | undefined;

  /** @param stored how many events the database holds, about; with 0 it holds no ids */
  constructor(
    private readonly connection: Connection,
    stored: number,
  ) {
    if (stored > 0) this.unknown = partRange('ids');
    if (stored > MAX_IDS) this.filter = undefined;
  }

  /** Takes note of an id that is about to be written. */
  add(id: string): void {
    this.filter?.add(id);
    if (this.filter && this.filter.size > MAX_IDS) this.filter = undefined;
  }

  /** The sequence numbers of events with these ids, `undefined` where there is none. */
  async seqsOf(ids: readonly string[]): Promise<(number | undefined)[]> {
    const places: number[] = [];
    for (let i = 0; i < ids.length; i++) if (this.mayHave(ids[i]!)) places.push(i);
    const seqs: (number | undefined)[] = new Array(ids.length).fill(undefined);
    if (places.length === 0) return seqs;
    const found = await seqsOfIds(
      this.connection,
      places.map((place) => ids[place]!),
    );
    let misses = 0;
    for (const [i, seq] of found.entries()) {
      seqs[places[i]!] = seq;
      if (seq === undefined) misses++;
    }
    await this.learn(misses * LEARNT_A_MISS);
    return seqs;
  }

  private mayHave(id: string): boolean {
    return this.unknown !== undefined || this.filter === undefined || this.filter.mayHave(id);
  }

  /** Learns about so many more of the ids that were there at the opening. */
  private async learn(count: number): Promise<void> {
    if (count === 0 || this.unknown === undefined || this.filter === undefined) return;
    let left = count;
    for await (const entries of this.connection.entries(LEARNING, this.unknown)) {
      for (const [key] of entries) this.add(idOfKey(key) ?? '');
      this.unknown = { ...this.unknown, gte: keyAfter(entries.at(-1)![0]) };
      left -= entries.length;
      if (left <= 0) return;
    }
    this.unknown = undefined;
  }
}
