import { isTenureError } from '../errors.js';
import { pause } from './breathe.js';
import type { FinderMending } from './finder-mending.js';
import type { Journal } from './journal.js';

/** Blocks looked through at a time: a few thousand events. */
const BLOCKS = 32;

/**
 * Looks through the journal, a part at a time and then from its beginning again, for events that cannot be found by
 * their id or their time any more, and puts back what is gone. Nothing else would notice an id that vanished before its
 * event is recorded a second time.
 */
export class Scrubber {
  private next: number;

  /** @param scrubbed the record up to which it came the last time */
  constructor(
    private readonly journal: Journal,
    private readonly mending: FinderMending,
    scrubbed: number,
  ) {
    this.next = scrubbed + 1;
  }

  /** The record up to which it came. */
  get scrubbed(): number {
    return this.next - 1;
  }

  /** Looks through the next part, up to a record. What is damaged in the journal is for those who read it. */
  async scrub(lastSeq: number): Promise<void> {
    for (let i = 0; i < BLOCKS && lastSeq > 0; i++) {
      if (this.next > lastSeq || this.next <= this.journal.floor) this.next = this.journal.floor + 1;
      try {
        const { lastSeq: end } = await this.mending.block(this.next);
        this.next = end + 1;
      } catch (error) {
        if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
        this.next += 1;
      }
      // Once around is enough.
      if (this.next > lastSeq) return;
      await pause();
    }
  }
}
