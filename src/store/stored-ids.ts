import { pause, pauseAmong } from './breathe.js';
import type { Connection } from './connection.js';
import { IdFilter } from './id-filter.js';
import { seqIn, seqsOfIds } from './ids.js';
import { idOfKey, type KeyRange, keyAfter, partRange } from './keys.js';
import type { Dropped } from './meta.js';
import { SeqSet } from './seq-set.js';

const LEARNING = 'Reading the ids';

/** Ids of before the opening that are learnt for each look-up in vain: by then it has cost about as much as those. */
const LEARNT_A_MISS = 4;

/**
 * Ids that are learnt when an event is looked for by its time: some 20 ms. The next time it is twice as many, so that it is
 * over after a few, however much there is of a time.
 */
const LEARNT_A_DOUBT = 8_000;

/** Ids that the filter takes at most, which bounds its memory: 90 MB. With more of them every id is looked up. */
const MAX_IDS = 20_000_000;

/** What the journal held when it was opened, and what was dropped of that by now. */
interface JournalAtOpening {
  readonly lastSeq: number;
  /** How many events, dropped ones too. */
  readonly events: number;
  readonly dropped: () => Pick<Dropped, 'seq' | 'events'>;
}

/** What looking up ids came to. */
export interface LookUp {
  /** `undefined` where nothing is found. */
  readonly seqs: (number | undefined)[];
  /** Places of ids that were looked up in vain. */
  readonly missed: readonly number[];
}

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
  /** The records of those that were learnt. */
  private learnt: SeqSet | undefined;
  private learntNext = LEARNT_A_DOUBT;
  private lacking = false;
  private doubted = false;

  constructor(
    private readonly connection: Connection,
    private readonly journal: JournalAtOpening,
  ) {
    const { dropped, lastSeq } = journal;
    if (lastSeq > 0) this.unknown = partRange('ids');
    if (lastSeq > MAX_IDS) this.filter = undefined;
    else this.learnt = new SeqSet(dropped().seq, lastSeq);
  }

  /** Whether ids of before the opening are still to be learnt. */
  get isLearning(): boolean {
    return this.unknown !== undefined && this.filter !== undefined;
  }

  /** Whether fewer were learnt than there are events: entries are gone, and are to be put back. */
  get isLacking(): boolean {
    return this.lacking;
  }

  /** Whether entries are gone for good: that an id is not found says nothing. */
  get isInDoubt(): boolean {
    return this.doubted;
  }

  /** Takes note of an id that is about to be written. */
  add(id: string): void {
    this.filter?.add(id);
    if (this.filter && this.filter.size > MAX_IDS) this.giveUp();
  }

  /** Whether an id was added or learnt, with hardly any exception. */
  knows(id: string): boolean {
    return this.filter?.mayHave(id) ?? false;
  }

  /** The sequence numbers of events with these ids, and the places of those that were looked up in vain. */
  async lookUp(ids: readonly string[]): Promise<LookUp> {
    const places: number[] = [];
    for (let i = 0; i < ids.length; i++) {
      if (this.mayHave(ids[i]!)) places.push(i);
      const due = pauseAmong(i);
      if (due) await due;
    }
    const seqs: (number | undefined)[] = new Array(ids.length).fill(undefined);
    if (places.length === 0) return { seqs, missed: places };
    const found = await seqsOfIds(
      this.connection,
      places.map((place) => ids[place]!),
    );
    const missed: number[] = [];
    for (const [i, seq] of found.entries()) {
      seqs[places[i]!] = seq;
      if (seq === undefined) missed.push(places[i]!);
    }
    await this.learn(missed.length * LEARNT_A_MISS);
    return { seqs, missed };
  }

  /** Learns some more, for who has to look for an event by its time as long as not all is known. */
  async learnMore(): Promise<void> {
    await this.learn(this.learntNext);
    this.learntNext *= 2;
  }

  /** What was gone was put back; or some of it could not be, so that from now on every id is looked up. */
  settle(isWhole: boolean): void {
    this.lacking = false;
    this.doubted = !isWhole;
  }

  private mayHave(id: string): boolean {
    return this.unknown !== undefined || this.doubted || this.filter === undefined || this.filter.mayHave(id);
  }

  private giveUp(): void {
    this.filter = undefined;
    this.learnt = undefined;
  }

  /** Learns about so many more of the ids that were there at the opening. */
  private async learn(count: number): Promise<void> {
    if (count === 0 || this.unknown === undefined || this.filter === undefined) return;
    let left = count;
    for await (const entries of this.connection.entries(LEARNING, this.unknown)) {
      for (const [key, value] of entries) {
        this.add(idOfKey(key) ?? '');
        this.learnt?.add(seqIn(value.toString('latin1')) ?? 0);
      }
      this.unknown = { ...this.unknown, gte: keyAfter(entries.at(-1)![0]) };
      left -= entries.length;
      if (left <= 0) return;
      const due = pause();
      if (due) await due;
    }
    this.unknown = undefined;
    const { seq, events } = this.journal.dropped();
    const expected = this.journal.events - events;
    this.lacking = this.learnt !== undefined && this.learnt.countAfter(seq) < expected;
    this.learnt = undefined;
  }
}
