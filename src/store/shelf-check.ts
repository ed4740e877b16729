import { TenureError } from '../errors.js';
import type { TimelineGroup } from './codec/timeline-group.js';
import { timelinePartsOf } from './keys.js';
import { hourOf, type ShelfCounts, shelfOf } from './timeline-counts.js';

const HOUR_MS = 3_600_000;

/** Entries of one hour of the timeline are damaged or gone. */
export class DamagedHour extends TenureError {
  /** @param keys of the damaged ones, none for some that are gone */
  constructor(
    message: string,
    readonly keys: readonly Buffer[],
  ) {
    const seq = keys[0] && timelinePartsOf(keys[0])?.blockSeq;
    super('TENURE_CORRUPT', message, seq === undefined ? {} : { seq });
  }

  /** Tells one damage from another. */
  get what(): string {
    return this.keys.length > 0 ? this.keys.map((key) => key.toString('hex')).join() : this.message;
  }
}

/** Hours, epoch milliseconds, both ends included. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** Compares the entries of one level of the timeline with how many there should be, hour by hour. */
export class ShelfCheck {
  /** The hours that must have entries, in the order of reading. */
  private readonly expected: number[] = [];
  private index = 0;

  private readonly first: number;
  /** The last hour that is sound, in the order of reading. */
  private passed: number | undefined;

  /** @param hours whole hours; those before the horizon are not counted */
  constructor(
    private readonly counts: ShelfCounts,
    private readonly level: number,
    private readonly hours: Hours & { readonly reverse: boolean; readonly horizon: number },
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

  /** The hours that were not found sound yet. */
  get left(): Hours {
    const { from, to, reverse } = this.hours;
    if (this.passed === undefined) return { from, to };
    return reverse ? { from, to: this.passed * HOUR_MS - 1 } : { from: (this.passed + 1) * HOUR_MS, to };
  }

  /**
   * Takes note of all entries of one hour, which may be none. Those after `lastSeq` were not counted.
   *
   * @throws DamagedHour when there are more or fewer, or none of an hour before
   */
  found(groups: readonly TimelineGroup[], lastSeq: number): void {
    const counted = groups.filter(({ blockSeq }) => blockSeq <= lastSeq);
    if (counted.length === 0) return;
    const hour = hourOf(counted[0]!.minAt);
    if (hour >= this.first) this.check(hour, counted);
    this.passed = hour;
  }

  private check(hour: number, counted: readonly TimelineGroup[]): void {
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

  private damaged(hour: number, found: number): DamagedHour {
    const expected = this.counts.get(shelfOf({ level: this.level, minAt: hour * HOUR_MS })) ?? 0;
    const when = new Date(hour * HOUR_MS).toISOString();
    const message = `The timeline is damaged: expected ${expected} entries from ${when} on, found ${found}`;
    return new DamagedHour(message, []);
  }
}
