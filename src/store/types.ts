import type { TenureError } from '../errors.js';
import type { JournalledEvent } from '../events/schema.js';
import type { Database } from './database.js';
import type { Foundations } from './foundation-types.js';
import type { Dropped } from './meta.js';
import type { Alone } from './queue.js';
import type { JournalRecord, NewRecord } from './records.js';
import type { RowChange } from './rollups/changes.js';
import type { CommitFold, Rollups } from './rollups/rollups.js';
import type { AgentSnapshot, DirectoryEntry, LoadResult, Projection } from './snapshot-types.js';

export type { Building, Foundation, Foundations, Past } from './foundation-types.js';
export type { JournalRecord, NewEventRecord, NewRecord, RetryRecord, TickRecord } from './records.js';
export type { AgentSnapshot, DirectoryEntry, LoadResult, Projection } from './snapshot-types.js';

/** Where an output stands in the order of all outputs: the record that caused it, then its place among its siblings. */
export interface OutputPosition {
  readonly seq: number;
  readonly position: number;
}

/** A durable output (a transition, a standing, a recommendation): JSON to the store. */
export interface Output extends OutputPosition {
  readonly type: string;
  readonly at: number;
  /** Absent when it is about a department. */
  readonly agentId?: string;
}

/** Records, both included, of which outputs are damaged or gone. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Stands where outputs are damaged or gone. */
export interface OutputGap {
  readonly gap: Gap;
}

/** A record up to which all can be dropped. */
export interface DropPoint {
  /** It is the last of a block of the journal, and not after the checkpoint. */
  readonly seq: number;
  /** How many events there are up to it that were not dropped before. */
  readonly events: number;
  /** The greatest number of an agent that has any of them, 0 for none. */
  readonly agents: number;
}

export interface TimeRange {
  /** Earliest `at`, inclusive. */
  readonly from?: number | undefined;
  /** Latest `at`, inclusive. */
  readonly to?: number | undefined;
  /** Latest first. */
  readonly reverse?: boolean | undefined;
}

/** Something derived that was found damaged, and was made again from the journal. */
export interface Repair {
  /** Absent when it is not of one agent alone. */
  readonly agentNo?: number;
  /** What was wrong with it. */
  readonly reason: string;
}

export interface MendRules {
  /** Runs the removal or the replacement of what is there, so that nobody reads meanwhile. */
  readonly alone: Alone;
  /** Whether it is to be broken off. */
  readonly isStopped: () => boolean;
}

export interface StoreOptions {
  /** Told of what the store repaired on its own. */
  readonly onRepaired?: ((repair: Repair) => void) | undefined;
  /** Told when a write has failed: from then on the store can be read, and takes nothing any more. */
  readonly onWriteFailed?: ((error: TenureError) => void) | undefined;
  /** `process`: what was written survives the death of the process. `power`: it survives a power cut, by fsync. */
  readonly durability: 'process' | 'power';
}

/**
 * Everything that Tenure keeps on disk: the journal, which is the truth, and what is derived from it.
 *
 * Every failure is a `TenureError`: `TENURE_CORRUPT` when something stored cannot be trusted (with `seq` when it is
 * a record of the journal), `TENURE_STORAGE` when the database failed, `TENURE_CLOSED` after `close`. After a write that
 * failed nothing is written any more: it is not known what the database holds until the store is opened anew.
 */
export interface Store {
  /** Sequence number of the last record, 0 when there is none. */
  readonly lastSeq: number;
  /** The greatest `now` ever journalled, 0 when there is none. */
  readonly watermark: number;
  /** Every record up to here is reflected in the snapshots. */
  readonly checkpoint: number;
  /** The greatest position that is stored, `undefined` when there is none. */
  readonly lastOutput: OutputPosition | undefined;
  /** The outputs of records up to here were made with other windows, strategies or another policy: see `settleOutputs`. */
  readonly settled: number;
  /**
   * What states, and outputs after those that are settled, are made with: as it was noted, else as the directory has it;
   * `undefined` when neither says. See `saveLayout`.
   */
  readonly layout: string | undefined;
  /** By which rules hiring is signalled, as it was noted; `undefined` when that is not known. See `saveLayout`. */
  readonly hiring: string | undefined;

  /** What stands in for the records that were dropped. */
  readonly foundations: Foundations;

  /** Totals and data points that questions about the company are answered from. */
  readonly rollups: Rollups;

  /**
   * Writes records in one atomic batch: all of them are durable when this resolves, or none is stored.
   * Their sequence numbers must continue `lastSeq`. Once a write has failed it is not known what is on the disk:
   * every further append rejects with `TENURE_STORAGE` until the store is opened anew.
   */
  append(records: readonly NewRecord[]): Promise<void>;
  /**
   * The sequence numbers under which events with these ids are stored, `undefined` where there is none.
   *
   * @param ats the times of the events, epoch milliseconds: with them, an event is found whose entry by id is gone
   */
  seqsOf(ids: readonly string[], ats?: readonly number[]): Promise<(number | undefined)[]>;
  /** One record. `TENURE_CORRUPT` with `seq` when it is damaged or missing. */
  read(seq: number): Promise<JournalRecord>;
  /** The canonical JSON of an event, to the letter as it was handed in. */
  canonical(seq: number): Promise<string>;
  /**
   * All records after a sequence number up to the present `lastSeq`, in order. A missing or damaged one is
   * `TENURE_CORRUPT` with its sequence number, never skipped.
   */
  replay(after: number): AsyncIterable<JournalRecord>;
  /**
   * An agent's events in sequence order: those in its index, and the caller's that are not in it yet. An index that
   * is damaged is rebuilt from the journal, and said.
   */
  eventsOf(agentNo: number, recent: readonly number[]): AsyncIterable<JournalledEvent>;
  /** All events with `from <= at <= to` in (at, seq) order, streamed. */
  timeline(range: TimeRange): AsyncIterable<JournalledEvent>;

  /**
   * Stores outputs, in one atomic batch. What is not after `lastOutput` is left as it is stored: outputs are made in
   * order, and a replay makes them again.
   */
  appendOutputs(outputs: readonly Output[]): Promise<void>;
  /**
   * Declares that the outputs so far were made with other windows, strategies or another policy than those in force from
   * now on: a replay does not make them again.
   *
   * @param upTo the last record that they are of; all by default
   */
  settleOutputs(upTo?: number): Promise<void>;
  /**
   * Notes what everything is made with from now on, unless that is noted already. It is to come before the first record:
   * as long as there are no snapshots, nothing else says it. What was made with something else must be settled and reset
   * by then.
   */
  saveLayout(layout: string, hiring?: string): Promise<void>;
  hasOutput(position: OutputPosition): Promise<boolean>;
  /**
   * Stored outputs with a sequence number greater than `after`, in (seq, position) order. One that is damaged or
   * missing is `TENURE_CORRUPT` with its sequence number (of a missing one: that of the next).
   */
  outputs(after: number): AsyncIterable<Output>;

  /** The same, and where others are damaged or gone, instead of an error. */
  soundOutputs(after: number): AsyncIterable<Output | OutputGap>;
  /**
   * Puts outputs back that are damaged or gone, in one atomic batch. The answer are the gaps that could be filled: what
   * was made again must have all that is sound of the same records, and be as much as there should be.
   *
   * @param remade all outputs of the records of the gaps
   * @param gaps in order; no two have a record in common
   */
  mendOutputs(remade: readonly Output[], gaps: readonly Gap[]): Promise<readonly Gap[]>;

  /**
   * Writes directory entries, states, index chunks and changes of figures in one atomic batch. Idempotent. An index
   * that is damaged is rebuilt from the journal first, and said. The answer is the number under which the changes of
   * figures are stored, for `foldFigures`; 0 when there are none.
   */
  saveAgents(snapshots: readonly AgentSnapshot[]): Promise<number>;
  /** Writes a projection in the place of the one of that name before. */
  saveProjection(name: string, projection: Projection): Promise<void>;
  /** A projection as it was saved; `undefined` when there is none that can be trusted: rebuild from the journal. */
  loadProjection(name: string): Promise<Projection | undefined>;
  /**
   * Folds changes of figures that are stored into the totals of departments and projects, in one atomic batch. The
   * answer is `false` when the roll-ups are damaged: see {@link mendRollups}.
   *
   * @param upTo the greatest number under which any of them is stored
   * @param commit runs the write, so that nobody reads meanwhile
   */
  foldFigures(changes: readonly RowChange[], upTo: number, commit: CommitFold): Promise<boolean>;
  /**
   * Makes the totals and data points that are damaged again while everything else goes on: single entries from the
   * others, else all of them anew. Nothing is folded meanwhile, and whoever reads them is told that they are damaged.
   * When it is broken off, it is done at the next opening, or by the next who asks.
   *
   * @param rows all data points as they are to be stored, each as a change from nothing, some at a time
   */
  mendRollups(rows: AsyncIterable<readonly RowChange[]>, rules: MendRules): Promise<void>;
  /** Declares that every record up to `seq` is reflected in the snapshots. */
  saveCheckpoint(seq: number): Promise<void>;
  /**
   * All directory entries by agent number. If any is damaged or missing this throws `TENURE_CORRUPT` without `seq`: call
   * `resetSnapshots` and rebuild everything with `replay(0)`.
   */
  directory(): AsyncIterable<DirectoryEntry>;
  /** One agent's state. Damage is an answer, not an exception. */
  loadAgent(agentNo: number): Promise<LoadResult>;
  /** Several agents' states, in the order of the numbers: much cheaper than one by one. */
  loadAgents(agentNos: readonly number[]): Promise<LoadResult[]>;
  /**
   * Drops all that can be rebuilt (directory, states, index, roll-ups, projections), in preparation of a rebuild. What is
   * left are the agents as of the last record that was dropped, and `checkpoint` is that record, 0 for none. What it was
   * made with is noted first, as far as it is known and was not before.
   */
  resetSnapshots(): Promise<void>;
  /** The last record that can be dropped, with all before it, for everything of times before a horizon to be gone. */
  dropPoint(horizon: number): Promise<DropPoint>;
  /**
   * Drops the records up to one that is not after the checkpoint, in one write: from then on the foundations that were
   * written before stand in for them, and nothing of times before the horizon is handed out any more.
   */
  dropRecords(dropped: Omit<Dropped, 'generation'>): Promise<void>;
  /**
   * Removes what was dropped from the database, bit by bit. It can be broken off, and gone on with.
   *
   * @param alone runs the removal of a part of the roll-ups while nobody reads them
   */
  sweep(isStopped: () => boolean, alone?: Alone): Promise<void>;

  /**
   * The database as it is now, as if the process had been killed at this moment: to be opened as a store of its own, and
   * read while this one goes on. It must be closed.
   */
  frozen(): Database;
  /** Waits for running operations, then closes the database. Idempotent. */
  close(): Promise<void>;
}
