import type { SimulatedClock } from 'xstate';
import type { PerformanceEventInput } from '../events/schema.js';
import type { IngestSummary, Tracker } from '../tracker.js';
import type { Company } from './company.js';

export interface SimulateOptions {
  /** First day to live through, counted from the founding. */
  readonly fromDay: number;
  /** How many days. */
  readonly days: number;
  /** Called when everything of a day has been handed to the tracker. */
  readonly onDay?: (day: number) => void;
  /** Stops between two events; what was handed over is recorded. */
  readonly signal?: AbortSignal;
}

/**
 * Lets a company live through some days on a simulated clock, and records all that happens. Days that were
 * recorded before, in full or in part, may be lived through again: their events have the same ids.
 */
export async function simulate(
  tracker: Tracker,
  clock: SimulatedClock,
  company: Company,
  options: SimulateOptions,
): Promise<IngestSummary> {
  const summary = await tracker.recordAll(live(clock, company, options));
  await tracker.flush();
  return summary;
}

async function* live(
  clock: SimulatedClock,
  company: Company,
  { fromDay, days, onDay, signal }: SimulateOptions,
): AsyncGenerator<PerformanceEventInput> {
  for (let day = fromDay; day < fromDay + days; day++) {
    for (const { deliveredAt, event } of company.day(day)) {
      if (signal?.aborted) return;
      if (deliveredAt > clock.now()) clock.set(deliveredAt);
      yield event;
    }
    onDay?.(day);
  }
}
