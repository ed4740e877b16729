import type { JournalledEvent } from '../events/schema.js';
import type { Dropped } from './meta.js';
import type { DirectoryEntry, LoadResult, Projection } from './snapshot-types.js';

/** An agent as of the last record that was dropped. */
export interface Foundation {
  readonly entry: DirectoryEntry;
  readonly state: unknown;
}

/** An agent as its events of times before the horizon leave it, in the order of their times. */
export interface Past {
  readonly no: number;
  readonly state: unknown;
}

/**
 * What the next generation of the foundations is to stand in for, and how much of it is written: a drop goes on with it
 * in another process.
 */
export interface Building extends Omit<Dropped, 'generation'> {
  /** The last record that was dropped before. */
  readonly base: number;
  /** What the states are made with. */
  readonly layout: string;
  /** Agents with numbers up to this have a foundation. */
  readonly founded: number;
  /** Agents with numbers up to this have a past. */
  readonly passed: number;
}

/**
 * What stands in for the records that were dropped: every agent as of the last of them, which a replay goes on from;
 * every agent's past, which questions about a moment go on from; the departments; and the events that an agent may
 * still take anew. There are two generations: one is in force while the next is written, and one write changes over.
 * Unlike everything else that is kept beside the journal they cannot be made from it again: damage is `TENURE_CORRUPT`.
 */
export interface Foundations {
  /** What was dropped; another object after every drop. */
  readonly dropped: Dropped;
  /** Directory entries of all agents that have a foundation, by number. */
  entries(): AsyncIterable<DirectoryEntry>;
  /** All agents as of the last record that was dropped. */
  all(): AsyncIterable<Foundation>;
  /** An agent as of the last record that was dropped; `missing` when it had none by then. */
  load(no: number): Promise<LoadResult>;
  /** An agent's past; `missing` when it was not known by then. */
  loadPast(no: number): Promise<LoadResult>;
  /** The events that an agent may still take anew, by the number of their records, which were dropped. */
  events(): AsyncIterable<JournalledEvent>;
  /** The event of a record that was dropped, if an agent may still take it anew. */
  event(seq: number): Promise<JournalledEvent | undefined>;
  /**
   * The same of one that somebody still needs.
   *
   * @throws TenureError `TENURE_CORRUPT` with the record when it is damaged or missing
   */
  neededEvent(seq: number): Promise<JournalledEvent>;
  /** What is kept of all agents together as of the last record that was dropped, `undefined` when none was. */
  projection(): Promise<Projection | undefined>;

  /** What is written of the next generation, if one was begun with that noted and not given up since. */
  building(): Promise<Building | undefined>;
  /** Begins the next generation: what is left of one that was broken off is gone. */
  begin(building?: Building): Promise<void>;
  /** Notes how much of the next generation is written: all that was saved before. */
  note(building: Building): Promise<void>;
  /**
   * Reads the next generation back: once it is in force it is all that is left of what it stands in for.
   *
   * @throws TenureError `TENURE_CORRUPT` when it is not whole
   */
  check(building: Building): Promise<void>;
  saveAgents(foundations: readonly Foundation[]): Promise<void>;
  savePasts(pasts: readonly Past[]): Promise<void>;
  saveEvents(events: readonly JournalledEvent[]): Promise<void>;
  saveProjection(projection: Projection): Promise<void>;
  /** Takes what is of no one agent over into the next generation. */
  keepRest(): Promise<void>;
  /** Puts the next generation in force for what was dropped already. */
  replace(): Promise<void>;
}
