import type { LeftOut } from '../agent/state.js';
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
  return eventOf(store, seq, (foundations) => foundations.event(seq));
}

/**
 * The event of a journal record that an agent does not hold yet: when the record was dropped, it was kept.
 *
 * @throws TenureError `TENURE_CORRUPT` with the record when it cannot be read, is missing, or is no event
 */
export function neededEvent(store: Store, seq: number): Promise<JournalledEvent> {
  return eventOf(store, seq, (foundations) => foundations.neededEvent(seq));
}

/**
 * The event that a retry has an agent take anew; `undefined` when the agent holds it already, and it was dropped.
 *
 * @param leftOut what the agent goes on without
 * @throws TenureError `TENURE_CORRUPT` with the event's record
 */
export function retriedEvent(
  store: Store,
  seq: number,
  leftOut: readonly LeftOut[],
): Promise<JournalledEvent | undefined> {
  return leftOut.some((letter) => letter.seq === seq) ? neededEvent(store, seq) : keptEvent(store, seq);
}

/** @param dropped reads it when the record was dropped */
function eventOf<Found>(
  store: Store,
  seq: number,
  dropped: (foundations: Store['foundations']) => Promise<Found>,
): Promise<Found | JournalledEvent> {
  return atOneFloor(store, async () => {
    if (seq <= store.foundations.dropped.seq) return await dropped(store.foundations);
    const record = await store.read(seq);
    if (record.kind === 'event') return record.event;
    throw new TenureError('TENURE_CORRUPT', `Record ${seq} is taken anew, and is no event`, { seq });
  });
}
