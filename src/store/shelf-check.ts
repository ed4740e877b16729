import type { TimelineGroup } from './codec/timeline-group.js';
import { corrupt } from './failures.js';
import { hourOf, type ShelfCounts, shelfOf } from './timeline-counts.js';

const HOUR_MS = 3_600_000;

/** Compares the entries of one level of the timeline with how many there should be, hour by hour. */
export class ShelfCheck {
  /** The hours that must have entries, in the order of reading. */
  private readonly expected: number[] = [];
  private index = 0;

  private readonly first: number;

  /** @param hours whole hours, epoch milliseconds, both included; those before the horizon are not counted */
  constructor(
    private readonly counts: ShelfCounts,
    private readonly level: number,
    hours: {
      readonly from: number;
      readonly to: number;
      readonly reverse: boolean;
      readonly horizon: number;
    },
  ) {
    const { from, to, reverse, horizon } = hours;
    const [first, last] = [hourOf(Math.max(from, horizon)), hourOf(to)];
    this.first = first;
    for (const shelf of counts.keys()) {
      if (shelf % 8 !== level) continue;
      const hour = Math.floor(shelf / 8);
      if (hour >= first && hour <= last) this.expected.push(hour);
    }
    this.expected.sort((a, b) => (reverse ? b - a : a - b));
  }

  /** Takes note of all entries of one hour, which may be none. Those after `lastSeq` were not counted. */
  found(groups: readonly TimelineGroup[], lastSeq: number): void {
    const counted = groups.filter(({ blockSeq }) => blockSeq <= lastSeq);
    if (counted.length === 0) return;
    const hour = hourOf(counted[0]!.minAt);
    if (hour < this.first) return;
    const next = this.expected[this.index];
    if (next !== hour) throw this.damaged(next ?? hour, next === undefined ? counted.length : 0);
    if (this.counts.get(shelfOf(counted[0]!)) !== counted.length) throw this.damaged(hour, counted.length);
    this.index += 1;
  }

  /** All hours were read. */
  done(): void {
    const next = this.expected[this.index];
    if (next !== undefined) throw this.damaged(next, 0);
  }

  private damaged(hour: number, found: number): Error {
    const expected = this.counts.get(shelfOf({ level: this.level, minAt: hour * HOUR_MS })) ?? 0;
    const when = new Date(hour * HOUR_MS).toISOString();
    return corrupt(`The timeline is damaged: expected ${expected} entries from ${when} on, found ${found}`);
  }
}
