import { unseal, unsealJson } from '../codec/seal.js';
import { decodeState } from '../codec/state-envelope.js';
import type { Connection } from '../connection.js';
import { projectionKeys } from '../foundations.js';
import { FOUNDATION, foundationPartsOf, partRange } from '../keys.js';
import type { Dropped } from '../meta.js';
import { readProjection } from '../projections.js';
import type { DirectoryEntry } from '../types.js';
import type { Finding } from './finding.js';

/**
 * Checks what stands in for the records that were dropped: it cannot be made again. What a change of generations that
 * was broken off has left is nobody's.
 *
 * @returns the agents that have a foundation, by number
 */
export async function inspectFoundations(
  connection: Connection,
  { generation, agents, known, seq }: Dropped,
  note: (finding: Finding) => void,
): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  const wrong = (message: string): void => note({ part: 'foundations', message, repairable: false });
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
      const isSound = isState ? decodeState(no, value).status === 'ok' : unseal(key, value) !== undefined;
      if (!isSound) wrong(`An entry of the foundations is damaged (${NAMES[family] ?? 'unknown'}, ${no})`);
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
  return names;
}

const NAMES = ['agents', 'states', 'pasts', 'events', 'departments'];
