import { groupByTime, type TimelineGroup } from './codec/timeline-group.js';
import type { Journal } from './journal.js';
import { type TimelineMeta, timelinePut } from './meta.js';
import type { JournalRecord } from './types.js';

const HOUR_MS = 3_600_000;
const LEVEL_LIMIT = 8;

/** Which shelf an entry of the timeline belongs to: its level, and the hour in which it begins. */
export type Shelf = number;

export function shelfOf({ level, minAt }: Pick<TimelineGroup, 'level' | 'minAt'>): Shelf {
  return hourOf(minAt) * LEVEL_LIMIT + level;
}

export function hourOfShelf(shelf: Shelf): number {
  return Math.floor(shelf / LEVEL_LIMIT);
}

/** The whole hours that a range of times reaches into. Epoch milliseconds, both included. */
export function wholeHours(from: number, to: number): { from: number; to: number } {
  return { from: hourOf(from) * HOUR_MS, to: hourOf(to) * HOUR_MS + HOUR_MS - 1 };
}

export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

/** How many entries the timeline must have, by shelf. */
export type ShelfCounts = ReadonlyMap<Shelf, number>;

/**
 * How many entries the timeline has for every hour, so that one that vanished is noticed by whoever looks into its
 * hour. Saved with the checkpoints; what came after is counted as it is written, or from the journal when it is first
 * asked for.
 */
export class TimelineCounts {
  private readonly counts: Map<Shelf, number>;
  /** The record up to which entries are counted: always the last of a commit. */
  private seq: number;

  constructor(saved: TimelineMeta | undefined, lastSeq: number) {
    const isGood = saved !== undefined && saved.seq <= lastSeq;
    this.counts = new Map(isGood ? saved.counts : []);
    this.seq = isGood ? saved.seq : 0;
  }

  /** Counts the entries of a commit that was just written. */
  note(groups: readonly TimelineGroup[], firstSeq: number, lastSeq: number): void {
    if (firstSeq !== this.seq + 1) return;
    for (const group of groups) this.add(shelfOf(group));
    this.seq = lastSeq;
  }

  /** Counts what is written and not counted yet. Callers take turns. */
  async bringTo(journal: Journal, lastSeq: number): Promise<void> {
    if (this.seq >= lastSeq) return;
    // Taken over at the end: reading may fail, and the next one begins again.
    const found: Shelf[] = [];
    for await (const block of journal.records(this.seq + 1, lastSeq)) {
      for (const group of groupsOf(block)) found.push(shelfOf(group));
    }
    for (const shelf of found) this.add(shelf);
    this.seq = lastSeq;
  }

  /** Forgets what is counted of times before one, epoch milliseconds at the beginning of an hour. */
  forgetBefore(horizon: number): void {
    for (const shelf of this.counts.keys()) {
      if (hourOfShelf(shelf) < hourOf(horizon)) this.counts.delete(shelf);
    }
  }

  /** What is counted, and up to which record; it does not change any more. */
  snapshot(): { readonly seq: number; readonly counts: ShelfCounts } {
    return { seq: this.seq, counts: new Map(this.counts) };
  }

  put() {
    return timelinePut({ seq: this.seq, counts: [...this.counts] });
  }

  private add(shelf: Shelf): void {
    this.counts.set(shelf, (this.counts.get(shelf) ?? 0) + 1);
  }
}

/** The entries that a whole block of the journal has in the timeline. */
export function groupsOf(block: readonly JournalRecord[]): TimelineGroup[] {
  return groupByTime(
    block.map((record) => (record.kind === 'event' ? { ...record, at: record.event.at } : record)),
  );
}
