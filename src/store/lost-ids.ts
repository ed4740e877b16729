import { isTenureError } from '../errors.js';
import type { TimelineGroup } from './codec/timeline-group.js';
import type { FinderMending } from './finder-mending.js';
import type { StoredIds } from './stored-ids.js';
import type { StoredTimeline } from './stored-timeline.js';

export interface LostIdsParts {
  readonly ids: StoredIds;
  readonly timeline: StoredTimeline;
  readonly mending: FinderMending;
  /** The last record of the journal. */
  readonly lastSeq: () => number;
  /** Nothing is kept of the times before, epoch milliseconds. */
  readonly horizon: () => number;
}

/**
 * Finds events whose entries by id are gone, so that none is taken for a new one when it is recorded again. An event has
 * the same time whenever it is recorded, and so is found by that. To look there for every new event would cost more than to
 * write it: only those are looked for that are not later than all others, and whose id was seen before, by this process or
 * in what it opened, or may have been as long as not all of these ids are learnt. What was gone when it opened is noticed
 * by their number.
 */
export class LostIds {
  /** The greatest time of an event of before the opening, epoch milliseconds. */
  private opened: number | undefined;
  /** The same of those that were written since. */
  private written = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: LostIdsParts) {}

  /** Takes note of events that were written. */
  note(groups: readonly Pick<TimelineGroup, 'maxAt'>[]): void {
    for (const { maxAt } of groups) this.written = Math.max(this.written, maxAt);
  }

  /**
   * The sequence number of the event with an id and a time, `undefined` when there is none. Nothing was found under the
   * id.
   *
   * @throws TenureError `TENURE_CORRUPT` with a record of that time that cannot be read: it may be the event
   */
  async seqOf(id: string, at: number): Promise<number | undefined> {
    const { ids } = this.parts;
    await this.settle();
    const opened = await this.openedAt();
    // Nothing of that time is stored that it could be: this process knows the ids that it wrote.
    if (at > (ids.knows(id) ? Math.max(this.written, opened) : opened)) return undefined;
    if (ids.isLearning && !ids.knows(id)) {
      await ids.learnMore();
      await this.settle();
    }
    return ids.isLearning || ids.knows(id) || ids.isInDoubt ? await this.byTime(id, at) : undefined;
  }

  /** Has entries put back that were gone when the database was opened. */
  private async settle(): Promise<void> {
    const { ids, mending } = this.parts;
    if (ids.isLacking) ids.settle((await mending.all()) === undefined);
  }

  private async byTime(id: string, at: number): Promise<number | undefined> {
    const { timeline, mending, lastSeq, horizon } = this.parts;
    // Such an event is refused, whether it was there or not.
    if (at < horizon()) return undefined;
    try {
      for await (const events of timeline.read({ from: at, to: at }, lastSeq())) {
        const found = events.find((event) => event.id === id);
        if (!found) continue;
        await mending.block(found.seq);
        return found.seq;
      }
    } catch (error) {
      if (at >= horizon()) throw error;
    }
    return undefined;
  }

  private async openedAt(): Promise<number> {
    this.opened ??= await this.lastAt();
    return this.opened;
  }

  private async lastAt(): Promise<number> {
    const { timeline, lastSeq } = this.parts;
    try {
      for await (const [last] of timeline.read({ reverse: true }, lastSeq())) if (last) return last.at;
    } catch (error) {
      if (!isTenureError(error)) throw error;
      // It is damaged, or was dropped: then any may be.
      return Number.POSITIVE_INFINITY;
    }
    return Number.NEGATIVE_INFINITY;
  }
}
