import type { JournalledEvent, Stamped } from '../events/schema.js';

/** A record of the journal. Events and ticks share one sequence, from 1, without gaps. */
export type JournalRecord =
  | {
      readonly kind: 'event';
      readonly seq: number;
      /** The tracker's clock when the record was accepted, epoch milliseconds. */
      readonly now: number;
      readonly agentNo: number;
      readonly event: JournalledEvent;
    }
  | RetryRecord
  | TickRecord;

export interface TickRecord {
  readonly kind: 'tick';
  readonly seq: number;
  readonly now: number;
  /** First and last number of the agents that it looked at, where it did not look at all. */
  readonly agents?: readonly [first: number, last: number];
  /** The departments that had one active agent, as far as the tick was about them; absent for none. */
  readonly alone?: readonly string[];
}

/** An event that its agent went on without is taken anew at this place. */
export interface RetryRecord {
  readonly kind: 'retry';
  readonly seq: number;
  readonly now: number;
  readonly agentNo: number;
  /** The event's record. */
  readonly of: number;
}

/** An event as the pipeline hands it in. */
export interface NewEventRecord {
  readonly kind: 'event';
  readonly seq: number;
  readonly now: number;
  readonly agentNo: number;
  readonly id: string;
  readonly at: number;
  /** Canonical JSON of the normalised event, as `JSON.stringify` writes it; kept to the letter. */
  readonly json: string;
  /** The department that was stamped when the event named none. */
  readonly department?: string | undefined;
  /** What else was stamped on it. */
  readonly stamped?: Stamped | undefined;
}

/** What the pipeline hands in. */
export type NewRecord = NewEventRecord | RetryRecord | TickRecord;
