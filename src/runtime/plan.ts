import type { TenureError } from '../errors.js';
import type { JournalledEvent } from '../events/schema.js';
import type { NewRecord } from '../store/types.js';
import type { AppliedRecord } from './replica.js';
import type { FlushRequest, RecordRequest, RetryRequest } from './requests.js';
import type { Stamps } from './stamp.js';

/** An event that is in the journal, or in the group before this one: its number and canonical JSON. */
export interface Known {
  readonly seq: number;
  readonly json: string;
}

/** An event that is in the journal, or is about to be. */
export interface Taken {
  readonly request: RecordRequest;
  readonly seq: number;
  readonly duplicate: boolean;
}

/** An event with its place in the journal: as its agent takes it, and whoever brought it is told. */
export interface PlannedEvent extends Taken {
  readonly kind: 'event';
  readonly agentNo: number;
  readonly event: JournalledEvent;
}

/** A group of requests with its place in the journal worked out, not yet written. */
export interface Plan {
  /** As the store takes them: given up once they are stored, for the actors take longest, and need none of it. */
  records: NewRecord[];
  /** As the actors take them. */
  readonly applied: AppliedRecord[];
  /** Told once everything is durable and applied. */
  readonly taken: Taken[];
  readonly refused: { readonly request: RecordRequest | RetryRequest; readonly error: TenureError }[];
  /** Told then too. */
  readonly waiting: (FlushRequest | RetryRequest)[];
}

/** A plan in the making. */
export interface Draft extends Plan {
  /** Those who need something stored that is damaged. */
  readonly unreadable: Set<RecordRequest | RetryRequest>;
  /** Events of this group by id. */
  readonly ids: Map<string, Known>;
  readonly stamps: Stamps;
}
