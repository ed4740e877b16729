import { neededByStored } from '../../agent/needed-events.js';
import { isTenureError } from '../../errors.js';
import { unseal, unsealJson } from '../codec/seal.js';
import { decodeState } from '../codec/state-envelope.js';
import type { Connection } from '../connection.js';
import { projectionKeys } from '../foundations.js';
import { FOUNDATION, foundationPartsOf, partRange } from '../keys.js';
import type { Dropped } from '../meta.js';
import { readProjection } from '../projections.js';
import type { DirectoryEntry } from '../types.js';
import type { Finding } from './finding.js';

/** What there is beside the journal for records that were dropped. */
export interface Founded {
  /** The agents that have a foundation, by number. */
  readonly names: Map<number, string>;
  /** The records whose events are kept to be taken anew, or should be, which is said. */
  readonly events: Set<number>;
}

/**
 * Checks what stands in for the records that were dropped: it cannot be made again. What a change of generations that
 * was broken off has left is nobody's.
 */
export async function inspectFoundations(
  connection: Connection,
  { generation, agents, known, seq }: Dropped,
  note: (finding: Finding) => void,
): Promise<Founded> {
  const names = new Map<number, string>();
  const events = new Set<number>();
  /** By record, the number of an agent. */
  const needed = new Map<number, number>();
  const wrong = (message: string, of: Pick<Finding, 'seq' | 'agentId'> = {}): void =>
    note({ part: 'foundations', message, repairable: false, ...of });
  const counts = [0, 0, 0];
  for await (const entries of connection.entries('Reading the foundations', partRange('foundations'))) {
    for (const [key, value] of entries) {
      const place = foundationPartsOf(key);
      if (place && place.generation !== generation) continue;
      const { family, no } = place ?? { family: -1, no: -1 };
      if (family === FOUNDATION.entries) {
        const entry = unsealJson(key, value) as DirectoryEntry | undefined;
        if (entry?.no === no) names.set(no, entry.agentId);
      }
      const isState = family === FOUNDATION.states || family === FOUNDATION.pasts;
      const wants = isState ? neededBy(no, value) : [];
      for (const one of wants ?? []) if (one <= seq) needed.set(one, no);
      if (family === FOUNDATION.events) events.add(no);
      const isSound = isState ? wants !== undefined : unseal(key, value) !== undefined;
      if (!isSound) {
        const of = family === FOUNDATION.events ? { seq: no } : {};
        wrong(`An entry of the foundations is damaged (${NAMES[family] ?? 'unknown'}, ${no})`, of);
      }
      if (counts[family] !== undefined) counts[family] += 1;
    }
  }
  if (seq > 0 && !(await readProjection(connection, projectionKeys(generation)))) {
    wrong('The foundation of the departments is damaged');
  }
  const expected = [agents, agents, known];
  for (const [family, count] of expected.entries()) {
    if (counts[family] === count) continue;
    wrong(`There are ${counts[family]} entries of the foundations (${NAMES[family]}), expected ${count}`);
  }
  for (const [one, no] of needed) {
    if (events.has(one)) continue;
    const agentId = names.get(no);
    const whose = agentId === undefined ? `agent ${no}` : `agent ${JSON.stringify(agentId)}`;
    const message = `The event of record ${one}, kept for ${whose} to be taken anew, is missing`;
    wrong(message, { seq: one, ...(agentId !== undefined && { agentId }) });
  }
  return { names, events: new Set([...events, ...needed.keys()]) };
}

/** The events that a stored state may yet need; `undefined` when it is damaged. */
function neededBy(no: number, value: Buffer): readonly number[] | undefined {
  const loaded = decodeState(no, value);
  if (loaded.status !== 'ok') return undefined;
  try {
    return neededByStored(loaded.snapshot.state);
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return undefined;
    throw error;
  }
}

const NAMES = ['agents', 'states', 'pasts', 'events', 'departments'];
