import type { TenureError } from '../errors.js';
import type { RowChange } from './rollups/changes.js';

/**
 * What is always in memory of an agent: small, plain JSON, one an agent, all of them loaded at opening.
 * `seq` is the journal position that the agent's snapshot reflects.
 */
export interface DirectoryEntry {
  readonly no: number;
  readonly agentId: string;
  readonly seq: number;
  readonly [extra: string]: unknown;
}

/** One agent's state as of `entry.seq`. */
export interface AgentSnapshot {
  readonly entry: DirectoryEntry;
  /** Plain JSON, or bytes. */
  readonly state: unknown;
  /** This agent's event sequence numbers since its last snapshot, ascending. */
  readonly newSeqs: readonly number[];
  /** What changed of its figures since its last snapshot, in order. */
  readonly changes?: readonly RowChange[];
}

/** A state as it came back: whole, of a format that this version reads. */
export interface StoredState {
  readonly agentNo: number;
  /** The journal position that the state reflects. */
  readonly seq: number;
  readonly state: unknown;
}

/** What became of a snapshot. Neither a `damaged` nor a `newer` one is to be trusted: rebuild from the journal. */
export type LoadResult =
  | { readonly status: 'ok'; readonly snapshot: StoredState }
  | { readonly status: 'missing' }
  | { readonly status: 'damaged' | 'newer'; readonly error: TenureError };

/** What is kept of all agents together (of the departments), so that it need not be made from the journal again. */
export interface Projection {
  /** The journal position that it reflects. */
  readonly seq: number;
  /** Plain JSON. */
  readonly state: unknown;
}
