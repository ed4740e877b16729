import { z } from 'zod';
import { TenureError } from '../errors.js';
import { openHead } from './table-bytes.js';

type Numbered = readonly { readonly seq: number }[];

/** The parts of a state that name events by their records. */
interface Naming {
  readonly leftOut: Numbered;
  readonly upcoming: Numbered;
  readonly expiries: Numbered;
}

/**
 * The records of the events that an agent may yet take, or take anew: those that it goes on without, those that are still
 * to come, and those that set an override which ends.
 */
export function neededEvents({ leftOut, upcoming, expiries }: Naming): number[] {
  return [...leftOut, ...upcoming, ...expiries].map(({ seq }) => seq);
}

/**
 * The same of a state as it is stored, whatever windows and strategies it is of.
 *
 * @throws TenureError `TENURE_CORRUPT` when it is not a state
 */
export function neededByStored(encoded: unknown): number[] {
  const { data, error } = schema.safeParse(openHead(encoded));
  if (data) return neededEvents(data);
  throw new TenureError('TENURE_CORRUPT', "An agent's snapshot is not a state", { cause: error });
}

const numbered = z.array(z.looseObject({ seq: z.int().min(1) }));
const schema = z.looseObject({ leftOut: numbered, upcoming: numbered, expiries: numbered });
