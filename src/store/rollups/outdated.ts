import { pause } from '../breathe.js';
import { FAMILY, type Family, type Place, type Shelves } from './shelves.js';
import { DAYS, HOURLY, type Level, periodOf, slotOf } from './slots.js';

/** A slot of which nothing is asked for any more. */
export interface Outdated extends Place {
  readonly family: Family;
}

/** The slots that hold nothing but what is of times before a midnight (UTC, epoch milliseconds). */
export async function outdatedSlots(shelves: Shelves, horizon: number): Promise<Outdated[]> {
  const pagesBefore = (level: Level): number => Math.floor(slotOf(level, horizon) / level.pageSlots);
  const ends: readonly (readonly [family: Family, end: number])[] = [
    [FAMILY.days, pagesBefore(DAYS)],
    [FAMILY.hours, pagesBefore(HOURLY)],
    [FAMILY.rowsByTime, slotOf(HOURLY, horizon)],
    [FAMILY.rowsByAgent, periodOf(horizon)],
  ];
  const outdated: Outdated[] = [];
  for (const [family, end] of ends) {
    // Data points by time lie on a shelf for each day.
    const last = family === FAMILY.rowsByTime ? slotOf(DAYS, horizon) - 1 : Number.MAX_SAFE_INTEGER;
    for (const shelf of shelves.numbers(family, 0, last)) {
      for (const slot of shelves.slots(family, shelf, 0, end - 1)) outdated.push({ family, shelf, slot });
      const due = pause();
      if (due) await due;
    }
  }
  return outdated;
}
