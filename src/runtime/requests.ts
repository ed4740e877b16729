import type { TenureError } from '../errors.js';
import type { PerformanceEvent } from '../events/schema.js';

/** What became of a recorded event: its place in the journal, and whether it was there before. */
export interface Receipt {
  readonly seq: number;
  readonly duplicate: boolean;
}

/** An event on its way into the journal. */
export interface RecordRequest {
  readonly kind: 'record';
  readonly event: PerformanceEvent;
  /** The clock when the event was accepted; never goes back from one request to the next. */
  readonly now: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: TenureError) => void;
}

/** An event that its agent went on without is to be taken anew. */
export interface RetryRequest {
  readonly kind: 'retry';
  readonly agentId: string;
  /** The event's record. */
  readonly of: number;
  readonly now: number;
  readonly resolve: () => void;
  readonly reject: (error: TenureError) => void;
}

/** Time passed. */
export interface TickRequest {
  readonly kind: 'tick';
  readonly now: number;
  /** First and last number of the agents to look at; absent for all. */
  readonly agents?: readonly [first: number, last: number];
}

/** Resolves once everything requested before it is durable and applied. */
export interface FlushRequest {
  readonly kind: 'flush';
  readonly resolve: () => void;
  readonly reject: (error: TenureError) => void;
}

export type Request = RecordRequest | RetryRequest | TickRequest | FlushRequest;
