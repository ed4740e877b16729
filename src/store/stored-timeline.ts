import { isTenureError, type TenureError } from '../errors.js';
import type { StoredEvent } from '../events/schema.js';
import type { Connection, Put } from './connection.js';
import { droppedMeanwhile } from './failures.js';
import type { FinderMending } from './finder-mending.js';
import type { Journal } from './journal.js';
import { Queue } from './queue.js';
import type { DamagedHour } from './shelf-check.js';
import { eventsInTime } from './timeline.js';
import type { TimelineCounts } from './timeline-counts.js';
import type { TimeRange } from './types.js';

export interface StoredTimelineParts {
  readonly connection: Connection;
  readonly journal: Journal;
  readonly counts: TimelineCounts;
  readonly mending: FinderMending;
  /** Nothing is handed out of the times before, epoch milliseconds. */
  readonly horizon: () => number;
}

/** The events by their time. What finds them is made again from the journal when it is found damaged. */
export class StoredTimeline {
  readonly counts: TimelineCounts;
  private readonly counting = new Queue();

  constructor(private readonly parts: StoredTimelineParts) {
    this.counts = parts.counts;
  }

  /**
   * Events of a range in (at, seq) order, those up to a record, some at a time.
   *
   * @throws TenureError `TENURE_CORRUPT` with the record of the journal that cannot be read, or that keeps what finds it
   * from being made again
   */
  async *read(range: TimeRange, lastSeq: number): AsyncGenerator<StoredEvent[], void> {
    const { connection, journal, horizon } = this.parts;
    await this.count(lastSeq);
    const { seq, counts } = this.counts.snapshot();
    const since = horizon();
    const { from = since } = range;
    // Whoever asks knows from where on events are kept.
    if (since > 0 && from < since) throw droppedMeanwhile('from');
    const mend = (damage: DamagedHour) => this.mend(damage, since);
    const kept = { ...range, from, lastSeq: seq, counts, horizon: since, mend };
    const events = eventsInTime(connection, journal, kept);
    // What came after it was asked for is counted, but not in it.
    for await (const chunk of events) yield chunk.filter((event) => event.seq <= lastSeq);
  }

  /**
   * What makes the counts durable. A damaged journal does not keep the checkpoint from being saved: whoever reads the
   * timeline is told.
   */
  async countPuts(lastSeq: number): Promise<Put[]> {
    try {
      await this.count(lastSeq);
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) return [];
      throw error;
    }
    return [this.counts.put()];
  }

  private count(lastSeq: number): Promise<void> {
    return this.counting.run(() => this.counts.bringTo(this.parts.journal, lastSeq));
  }

  /** The answer is what kept it from being mended, if anything did. */
  private async mend({ keys }: DamagedHour, since: number): Promise<TenureError | undefined> {
    // What is gone may have been dropped, and be removed.
    if (this.parts.horizon() > since) throw droppedMeanwhile('from');
    const { mending } = this.parts;
    if (keys.length === 0) return await mending.all();
    await mending.entriesByTime(keys);
    return undefined;
  }
}
