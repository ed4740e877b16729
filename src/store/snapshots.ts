import { z } from 'zod';
import { isTenureError } from '../errors.js';
import { identifier } from '../events/fields.js';
import { type IndexHead, indexedSeqs, indexHeads, indexOperations, indexPuts } from './agent-index.js';
import { mapped, pause } from './breathe.js';
import { sealJson, unsealJson } from './codec/seal.js';
import { damaged, decodeState, encodeState } from './codec/state-envelope.js';
import { type Connection, type Put, put } from './connection.js';
import { corrupt, refused } from './failures.js';
import {
  AGENT_NO_MAX,
  ALL_DIRECTORY,
  ALL_INDEX,
  ALL_PROJECTIONS,
  ALL_STATES,
  agentNoOf,
  directoryKey,
  type KeyRange,
  stateKey,
} from './keys.js';
import { agentsPut, checkpointPut } from './meta.js';
import type { Rollups } from './rollups/rollups.js';
import type { AgentSnapshot, DirectoryEntry, Foundations, LoadResult, Repair } from './types.js';

const SAVING = 'Saving snapshots';
const READING = 'Reading the directory';

const directoryEntry = z.looseObject({
  no: z.int().min(0).max(AGENT_NO_MAX),
  agentId: identifier,
  seq: z.int().min(0),
});

/** What an index is rebuilt from, and who is told. */
export interface IndexSource {
  /** The sequence numbers of an agent's events up to one, ascending, from the journal itself. */
  seqsOf(agentNo: number, upTo: number): Promise<number[]>;
  onRepaired(repair: Repair): void;
}

/** What is kept of the agents so that the journal need not be replayed from its beginning. */
export class Snapshots {
  readonly #connection: Connection;
  readonly #source: IndexSource;
  /** How many agents the directory has; `undefined` when it is damaged. */
  #agents: number | undefined;

  readonly #rollups: Rollups;

  constructor(
    connection: Connection,
    agents: number | undefined,
    { source, rollups }: { source: IndexSource; rollups: Rollups },
  ) {
    this.#connection = connection;
    this.#agents = agents;
    this.#source = source;
    this.#rollups = rollups;
  }

  /**
   * Writes states, directory entries, index chunks and changes of figures in one atomic batch. Callers take turns.
   * The answer is the number under which the changes are stored, 0 when there are none.
   */
  async save(snapshots: readonly AgentSnapshot[], lastSeq: number): Promise<number> {
    for (let i = 0; i < snapshots.length; i++) checkSnapshot(snapshots[i] as AgentSnapshot, lastSeq);
    const heads = await this.#headsOf(snapshots);
    let agents = this.#agents;
    const puts: Put[] = [];
    for (let i = 0; i < snapshots.length; i++) {
      const { entry, state, newSeqs } = snapshots[i] as AgentSnapshot;
      const before = heads.get(entry.no);
      if (before === undefined && agents !== undefined) agents += 1;
      const key = directoryKey(entry.no);
      puts.push(put(key, sealJson(key, entry)));
      if (before !== 'lost') {
        const index = indexPuts(entry.no, before, newSeqs);
        heads.set(entry.no, index.head);
        puts.push(...index.puts);
      }
      puts.push(put(stateKey(entry.no), encodeState(entry.no, entry.seq, state)));
      const due = pause();
      if (due) await due;
    }
    if (agents !== undefined && agents !== this.#agents) puts.push(agentsPut(agents));
    const scopes = this.#rollups.scopes.size;
    const changes = this.#rollups.savePuts(snapshots.flatMap(({ changes = [] }) => changes));
    if (changes) puts.push(...changes.puts);
    await this.#connection.writeDerived(SAVING, puts);
    this.#agents = agents;
    if (!changes) return 0;
    this.#rollups.saved(changes.saveNo, scopes);
    return changes.saveNo;
  }

  /** Directory entries by agent number. Throws if any is damaged, missing or ahead of the journal. */
  async *directory(lastSeq: number): AsyncGenerator<DirectoryEntry[], void> {
    const expected = this.#agents;
    if (expected === undefined) throw corrupt('The directory, or what it belongs to, is damaged');
    let count = 0;
    for await (const entries of this.#connection.entries(READING, ALL_DIRECTORY)) {
      count += entries.length;
      yield await mapped(entries, ([key, value]) => openEntry(key, value, lastSeq));
    }
    if (count < expected) throw corrupt(`The directory is damaged: ${expected - count} entries are missing`);
  }

  /** The numbers of the agents in the directory, whatever it says of them. */
  async *numbers(): AsyncGenerator<number[], void> {
    for await (const entries of this.#connection.entries(READING, ALL_DIRECTORY)) {
      yield entries.map(([key]) => agentNoOf(key));
    }
  }

  /** States, in the order of the numbers. */
  async load(agentNos: readonly number[], lastSeq: number): Promise<LoadResult[]> {
    try {
      const values = await this.#connection.getMany('Reading snapshots', agentNos.map(stateKey));
      return await mapped(values, (value, index) => openState(agentNos[index]!, value, lastSeq));
    } catch (error) {
      if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
      const [agentNo] = agentNos;
      if (agentNos.length === 1) return [damaged(agentNo!, error.message, error)];
      // The database noticed damage somewhere among them. One at a time tells where, and gives the others.
      const results: LoadResult[] = [];
      for (const one of agentNos) results.push(...(await this.load([one], lastSeq)));
      return results;
    }
  }

  /**
   * Empties all of it and the roll-ups, down to the foundations. How many agents there are is not known from the first
   * write to the last: if this is interrupted, that is reported, and it is done again.
   */
  async reset(foundations: Foundations): Promise<void> {
    this.#agents = undefined;
    const { seq } = foundations.dropped;
    const puts = [checkpointPut(seq), agentsPut(undefined)];
    await this.#connection.writeDerived('Resetting the snapshots', puts);
    await this.#rollups.reset();
    for (const part of [ALL_PROJECTIONS, ALL_INDEX, ALL_STATES, ALL_DIRECTORY] satisfies KeyRange[]) {
      await this.#connection.clear('Resetting the snapshots', part);
    }
    const count = await this.#restore(foundations);
    await this.#connection.writeDerived('Resetting the snapshots', [agentsPut(count)]);
    this.#agents = count;
  }

  /** Writes the foundations as snapshots, and says how many. */
  async #restore(foundations: Foundations): Promise<number> {
    let count = 0;
    for await (const { entry, state } of foundations.all()) {
      const { no, seq } = entry;
      const key = directoryKey(no);
      const { puts } = indexPuts(no, undefined, []);
      puts.push(put(key, sealJson(key, entry)), put(stateKey(no), encodeState(no, seq, state)));
      await this.#connection.writeDerived(SAVING, puts);
      count += 1;
      await pause();
    }
    return count;
  }

  /**
   * Takes what was dropped out of an agent's index; one that cannot be read or made again stays as it is. Callers take
   * turns with `save`.
   */
  async trimIndex(agentNo: number, floor: number): Promise<void> {
    const seqs = await this.#indexedIfAny(agentNo);
    const kept = seqs.filter((seq) => seq > floor);
    if (kept.length === seqs.length) return;
    const operations = await indexOperations(this.#connection, agentNo, kept);
    await this.#connection.writeDerived('Trimming an index', operations);
  }

  async #indexedIfAny(agentNo: number): Promise<number[]> {
    try {
      return await this.indexed(agentNo);
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) return [];
      throw error;
    }
  }

  /** The sequence numbers in an agent's index. One that is damaged is rebuilt from the journal. */
  async indexed(agentNo: number): Promise<number[]> {
    try {
      const seqs = await indexedSeqs(this.#connection, agentNo);
      if (seqs !== undefined) return seqs;
      const saved = await this.#savedSeq(agentNo);
      if (saved === undefined) return [];
      return await this.#rebuildIndex(agentNo, saved, `The index of agent ${agentNo} is missing`);
    } catch (error) {
      if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
      return await this.#rebuildIndex(agentNo, await this.#savedSeq(agentNo), error.message);
    }
  }

  /** Writes an agent's index anew, as of its snapshot, in one atomic batch. Callers take turns with `save`. */
  async #rebuildIndex(agentNo: number, saved: number | undefined, reason: string): Promise<number[]> {
    const seqs = await this.#source.seqsOf(agentNo, saved ?? 0);
    await this.#connection.writeDerived(
      'Rebuilding an index',
      await indexOperations(this.#connection, agentNo, seqs),
    );
    this.#source.onRepaired({ agentNo, reason });
    return seqs;
  }

  /** The record that an agent's snapshot reflects, `undefined` when it was never saved. */
  async #savedSeq(agentNo: number): Promise<number | undefined> {
    const key = directoryKey(agentNo);
    const value = await this.#connection.get(READING, key);
    return value && openEntry(key, value, Number.MAX_SAFE_INTEGER).seq;
  }

  /** Of those among these agents that were ever saved, the records that their snapshots reflect, if that is still known. */
  async #savedSeqs(agentNos: readonly number[]): Promise<Map<number, number | 'damaged'>> {
    const keys = agentNos.map(directoryKey);
    const values = keys.length === 0 ? [] : await this.#connection.getMany(READING, keys);
    const seqs = new Map<number, number | 'damaged'>();
    for (const [i, value] of values.entries()) {
      if (value) seqs.set(agentNos[i]!, sealedEntry(keys[i]!, value)?.seq ?? 'damaged');
    }
    return seqs;
  }

  /**
   * The heads of agents' indexes, `undefined` where there is none yet. An index that is damaged is rebuilt; where the
   * journal does not allow that it is left as it is, for whoever reads it: its agent can be saved without.
   */
  async #headsOf(snapshots: readonly AgentSnapshot[]): Promise<Map<number, IndexHead | 'lost' | undefined>> {
    const agentNos = [...new Set(snapshots.map(({ entry }) => entry.no))];
    const found = await indexHeads(this.#connection, agentNos);
    const saved = await this.#savedSeqs(agentNos.filter((_, i) => typeof found[i] !== 'object'));
    const heads = new Map<number, IndexHead | 'lost' | undefined>();
    for (const [i, head] of found.entries()) {
      const agentNo = agentNos[i]!;
      const isSound = typeof head === 'object' || (head === 'missing' && !saved.get(agentNo));
      if (isSound) {
        heads.set(agentNo, head === 'missing' ? undefined : head);
        continue;
      }
      const reason = `The index of agent ${agentNo} is ${head}`;
      heads.set(agentNo, await this.#headAnew(agentNo, saved.get(agentNo), reason));
    }
    return heads;
  }

  async #headAnew(
    agentNo: number,
    saved: number | 'damaged' | undefined,
    reason: string,
  ): Promise<IndexHead | 'lost'> {
    // It is written anew in a moment.
    if (saved === 'damaged') return 'lost';
    try {
      const seqs = await this.#rebuildIndex(agentNo, saved, reason);
      return { last: seqs.at(-1) ?? 0, count: seqs.length };
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) return 'lost';
      throw error;
    }
  }
}

/** What the snapshots of the directory were made with, `undefined` when there are none, or that is not known any more. */
export async function directoryLayout(connection: Connection): Promise<string | undefined> {
  try {
    const entry = await connection.last(READING, ALL_DIRECTORY);
    const layout = entry && sealedEntry(...entry)?.layout;
    return typeof layout === 'string' ? layout : undefined;
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return undefined;
    throw error;
  }
}

/** An index may name only what the journal has, and a snapshot reflect only that. */
function checkSnapshot({ entry, newSeqs }: AgentSnapshot, lastSeq: number): void {
  const { no, seq } = entry;
  if (!isCount(no) || no > AGENT_NO_MAX) throw refused(`expected the number of an agent, got ${no}`);
  if (!isCount(seq) || seq > lastSeq) {
    throw refused(`agent ${no}: expected a snapshot of a record up to ${lastSeq}, got ${seq}`);
  }
  let previous = 0;
  for (let i = 0; i < newSeqs.length; i++) {
    const next = newSeqs[i] as number;
    if (!isCount(next) || next <= previous || next > seq) {
      throw refused(`agent ${no}: expected ascending sequence numbers up to ${seq}, got ${next}`);
    }
    previous = next;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function openState(agentNo: number, value: Buffer | undefined, lastSeq: number): LoadResult {
  if (value === undefined) return { status: 'missing' };
  const result = decodeState(agentNo, value);
  if (result.status !== 'ok' || result.snapshot.seq <= lastSeq) return result;
  return damaged(agentNo, `it is of record ${result.snapshot.seq}, the journal ends at ${lastSeq}`);
}

function openEntry(key: Buffer, value: Buffer, lastSeq: number): DirectoryEntry {
  const entry = sealedEntry(key, value);
  if (entry === undefined) throw corrupt('An entry of the directory is damaged');
  const { no, seq } = entry;
  if (seq <= lastSeq) return entry;
  throw corrupt(`The directory is damaged: agent ${no} is at record ${seq}, the journal ends at ${lastSeq}`);
}

/** `undefined` when it is damaged. */
function sealedEntry(key: Buffer, value: Buffer): DirectoryEntry | undefined {
  const { data } = directoryEntry.safeParse(unsealJson(key, value));
  return data && directoryKey(data.no).equals(key) ? data : undefined;
}
