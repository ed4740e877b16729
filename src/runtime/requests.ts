import type { TenureError } from '../errors.js';
import type { PerformanceEvent } from '../events/schema.js';

/** What became of a recorded event: its place in the journal, and whether it was there before. */
export interface Receipt {
  readonly seq: number;
  readonly duplicate: boolean;
}

/** Who is told what became of events: one for as many as it likes, by the mark that it gave each of them. */
export interface Sender<Mark = unknown> {
  taken(seq: number, duplicate: boolean): void;
  refused(error: TenureError, mark: Mark): void;
}

/** An event on its way into the journal. */
export interface RecordRequest {
  readonly kind: 'record';
  readonly event: PerformanceEvent;
  /** The clock when the event was accepted; never goes back from one request to the next. */
  readonly now: number;
  readonly sender: Sender;
  readonly mark: unknown;
}

/** Tells whoever waits for a request that it is refused. */
export function refuse(request: Exclude<Request, TickRequest>, error: TenureError): void {
  if (request.kind === 'record') request.sender.refused(error, request.mark);
  else request.reject(error);
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
