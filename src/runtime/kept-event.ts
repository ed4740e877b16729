import { TenureError } from '../errors.js';
import type { JournalledEvent } from '../events/schema.js';
import { atOneFloor } from '../store/one-floor.js';
import type { Store } from '../store/types.js';

/**
 * The event of a journal record. An event that an agent may take anew is kept when its record is dropped; `undefined`:
 * it was dropped, and its agent holds it.
 *
 * @throws TenureError `TENURE_CORRUPT` with the record when it cannot be read, or is no event
 */
export function keptEvent(store: Store, seq: number): Promise<JournalledEvent | undefined> {
  return atOneFloor(store, async () => {
    if (seq <= store.foundations.dropped.seq) return store.foundations.event(seq);
    const record = await store.read(seq);
    if (record.kind === 'event') return record.event;
    throw new TenureError('TENURE_CORRUPT', `Record ${seq} is taken anew, and is no event`, { seq });
  });
}
