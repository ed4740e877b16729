import { parseEvent } from '../../src/events/parse.js';
import type { StoredEvent } from '../../src/events/schema.js';
import { frozen } from '../scoring/facts.js';
import type { Arrival } from './arbitraries.js';

export const LEVELS = ['junior', 'mid', 'senior', 'lead', 'principal', 'director', 'vp', 'c_suite'];
export const PARSING = frozen({ currency: 'USD', maxClockSkew: 300_000, levels: LEVELS });

/** The events of a history as the journal would hold them, in order of arrival. */
export function stored(history: readonly Arrival[]): StoredEvent[] {
  return history.map(({ now, input }, index) =>
    frozen({ ...parseEvent(input, now, PARSING), seq: index + 1, recordedAt: now }),
  );
}
