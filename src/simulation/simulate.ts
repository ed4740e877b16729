import { merge } from 'rxjs';
import type { SimulatedClock } from 'xstate';
import type { IngestSummary, Tracker } from '../tracker.js';
import type { Company } from './company.js';
import { compareDeliveries, type Delivery } from './delivery.js';
import { type Employee, Office } from './office.js';
import { People, type PeopleCounts } from './people.js';

export interface SimulateOptions {
  /** How many days the record holds already, counted from the founding; the last of them may be there in part. */
  readonly fromDay: number;
  /** How many days. */
  readonly days: number;
  /** Called when everything of a day is recorded. */
  readonly onDay?: (day: number) => void;
  /** Stops between two days. */
  readonly signal?: AbortSignal;
}

export interface SimulationOutcome extends IngestSummary {
  /** Everybody who ever worked there. */
  readonly staff: readonly Employee[];
  /** What was done about what Tenure said, since the founding. */
  readonly people: PeopleCounts;
}

/**
 * Lets a company live through some days on a simulated clock. It embeds the tracker as any host would: it records
 * what happens, hears what Tenure recommends, and acts on it. The days that are recorded are lived through again
 * without the tracker, with what it said then, so that the company goes on as if it had never stopped; the last of
 * them is recorded again, and what is known of it is a duplicate.
 */
export async function simulate(
  tracker: Tracker,
  clock: SimulatedClock,
  company: Company,
  { fromDay, days, onDay, signal }: SimulateOptions,
): Promise<SimulationOutcome> {
  const office = new Office(company);
  const people = new People(office);
  for await (const output of tracker.log()) people.hear(output);
  const listening = merge(tracker.recommendations$, tracker.hiring$).subscribe((output) =>
    people.hear(output),
  );
  const total = { accepted: 0, duplicates: 0, rejected: [] as IngestSummary['rejected'][number][] };
  try {
    for (let day = 0; day < fromDay + days && !signal?.aborted; day++) {
      const decided = people.morning(day);
      const deliveries = merged(decided, office.nextDay());
      if (day < fromDay) continue;
      const { accepted, duplicates, rejected } = await tracker.recordAll(onTheClock(clock, deliveries));
      await tracker.flush();
      total.accepted += accepted;
      total.duplicates += duplicates;
      total.rejected.push(...rejected);
      onDay?.(day);
    }
  } finally {
    listening.unsubscribe();
  }
  return { ...total, staff: [...office.staff.values()], people: people.done };
}

function merged(a: readonly Delivery[], b: readonly Delivery[]): Delivery[] {
  return a.length === 0 ? [...b] : [...a, ...b].sort(compareDeliveries);
}

function* onTheClock(clock: SimulatedClock, deliveries: readonly Delivery[]) {
  for (const { deliveredAt, event } of deliveries) {
    if (deliveredAt > clock.now()) clock.set(deliveredAt);
    yield event;
  }
}
