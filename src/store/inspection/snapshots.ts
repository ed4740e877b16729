import { neededByStored } from '../../agent/needed-events.js';
import { isTenureError } from '../../errors.js';
import { indexedSeqs } from '../agent-index.js';
import { unsealJson } from '../codec/seal.js';
import { decodeState } from '../codec/state-envelope.js';
import type { Connection } from '../connection.js';
import { directoryKey, partRange, stateKey } from '../keys.js';
import type { Meta } from '../meta.js';
import type { DirectoryEntry } from '../types.js';
import type { Finding } from './finding.js';
import type { Founded } from './foundations.js';

const READING = 'Reading snapshots';

/** What the journal says of an agent. */
export interface Known {
  readonly agentId: string;
  /** Its events, ascending. */
  readonly seqs: number[];
}

/** What snapshots are compared with. */
export interface Grounds {
  readonly agents: ReadonlyMap<number, Known>;
  /** See {@link Founded}. */
  readonly events: Founded['events'];
}

/** Compares directory, states and indexes with the journal, and with one another. */
export async function* inspectSnapshots(
  connection: Connection,
  meta: Meta,
  grounds: Grounds,
): AsyncGenerator<Finding, void> {
  const { agents } = grounds;
  const saved = new Map<number, DirectoryEntry>();
  for await (const entries of connection.entries(READING, partRange('directory'))) {
    for (const [key, value] of entries) {
      const entry = unsealJson(key, value) as DirectoryEntry | undefined;
      if (entry === undefined || !directoryKey(entry.no).equals(key)) {
        yield { part: 'directory', message: 'An entry of the directory is damaged', repairable: true };
      } else saved.set(entry.no, entry);
    }
  }
  if (meta.agents !== saved.size) {
    const message = `The directory has ${saved.size} sound entries, expected ${meta.agents ?? 'an unknown number'}`;
    yield { part: 'directory', message, repairable: true };
  }
  for (const [no, { agentId, seqs }] of agents) {
    const entry = saved.get(no);
    if (entry === undefined && (seqs[0] ?? 0) <= meta.checkpoint) {
      yield { part: 'directory', agentId, message: `Agent ${no} is not in it`, repairable: true };
    } else if (entry) yield* inspectAgent(connection, entry, meta, grounds);
  }
  for (const [no, entry] of saved) {
    if (agents.has(no)) continue;
    const { agentId } = entry;
    yield {
      part: 'directory',
      agentId,
      message: `Agent ${no} has no event in the journal`,
      repairable: true,
    };
  }
  for (const part of ['states', 'index']) {
    for await (const entries of connection.entries(READING, partRange(part))) {
      for (const [key] of entries) {
        const no = key.length >= part.length + 6 ? key.readUInt32BE(part.length + 2) : -1;
        if (!saved.has(no))
          yield { part, message: `An entry belongs to no saved agent (${no})`, repairable: true };
      }
    }
  }
}

async function* inspectAgent(
  connection: Connection,
  { no, agentId, seq }: DirectoryEntry,
  { head: { lastSeq }, dropped }: Meta,
  { agents, events }: Grounds,
): AsyncGenerator<Finding, void> {
  const known = agents.get(no);
  const where = { agentId, repairable: true } as const;
  if (agentId !== known?.agentId) {
    yield {
      ...where,
      part: 'directory',
      message: `Agent ${no} is ${JSON.stringify(known?.agentId)} in the journal`,
    };
  }
  if (seq > lastSeq) {
    yield {
      ...where,
      part: 'directory',
      seq,
      message: `Agent ${no} is at record ${seq}, the journal ends at ${lastSeq}`,
    };
  }
  const value = await connection.get(READING, stateKey(no));
  const state = value && decodeState(no, value);
  if (state === undefined) yield { ...where, part: 'states', message: `Snapshot of agent ${no} is missing` };
  else if (state.status !== 'ok') {
    yield { ...where, part: 'states', message: 'error' in state ? state.error.message : state.status };
  } else if (state.snapshot.seq !== seq) {
    const message = `Snapshot of agent ${no} is of record ${state.snapshot.seq}, the directory says ${seq}`;
    yield { ...where, part: 'states', seq, message };
  } else {
    for (const lost of lostEvents(state.snapshot.state, dropped.seq, events)) {
      const message = `Snapshot of agent ${no} needs the event of record ${lost}, which is not kept any more`;
      yield { ...where, part: 'states', seq: lost, message };
    }
  }
  const expected = known?.seqs.filter((one) => one <= seq) ?? [];
  const wrong = await indexFault(connection, no, expected, dropped.seq);
  if (wrong !== undefined) yield { ...where, part: 'index', message: wrong };
}

/**
 * Dropped events that a state may yet need, and that nobody has. They are not in its foundation's needs either, or that
 * would be what is damaged: an agent that is made of its foundation again does without.
 */
function lostEvents(state: unknown, floor: number, events: ReadonlySet<number>): number[] {
  return floor === 0 ? [] : neededIn(state).filter((seq) => seq <= floor && !events.has(seq));
}

/** One of an older format is made again when it is needed. */
function neededIn(state: unknown): number[] {
  try {
    return neededByStored(state);
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return [];
    throw error;
  }
}

async function indexFault(
  connection: Connection,
  no: number,
  expected: readonly number[],
  floor: number,
): Promise<string | undefined> {
  try {
    const indexed = await indexedSeqs(connection, no);
    if (indexed === undefined) return `The index of agent ${no} is missing`;
    const found = indexed.filter((seq) => seq > floor);
    if (found.length === expected.length && found.every((seq, i) => seq === expected[i])) return undefined;
    return `The index of agent ${no} has ${found.length} records, the journal has ${expected.length}`;
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return error.message;
    throw error;
  }
}
