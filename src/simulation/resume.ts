import { z } from 'zod';
import { TenureError } from '../errors.js';
import type { Tracker } from '../tracker.js';
import { type Company, type CompanyOptions, createCompany } from './company.js';

/** What the hiring of the first agent says about the company. */
const markerSchema = z.object({
  simulation: z.object({
    seed: z.int(),
    agents: z.int().positive(),
    departments: z.int().positive(),
    days: z.int().positive(),
  }),
});

export interface Resumption {
  readonly company: Company;
  /** The last day of which the database holds anything: it may hold only part of it. */
  readonly lastDay: number;
}

/**
 * Finds the company that a database holds, and how far it got, from the record alone. `undefined` when the
 * database is empty.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` when the database holds something else, or when a given option
 * differs from what the company was founded with
 */
export async function resume(
  tracker: Tracker,
  given: Partial<CompanyOptions> = {},
): Promise<Resumption | undefined> {
  const latest = await first(tracker.events({ reverse: true, limit: 1 }));
  if (latest === undefined) return undefined;
  const hired = await first(tracker.events({ types: ['agent.hired'], limit: 1 }));
  const marker = markerSchema.safeParse(hired?.metadata);
  if (!marker.success) throw refusal('The database holds events that are not a simulation’s');
  const founded = marker.data.simulation;
  for (const key of ['seed', 'agents', 'departments'] as const) {
    const asked = given[key];
    if (asked === undefined || asked === founded[key]) continue;
    throw refusal(`The database holds a company with ${key} ${founded[key]}, not ${asked}`);
  }
  const company = createCompany(founded);
  return { company, lastDay: Math.max(0, company.dayOf(latest.at)) };
}

async function first<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item;
  return undefined;
}

function refusal(message: string): TenureError {
  return new TenureError('TENURE_INVALID_OPTIONS', message);
}
