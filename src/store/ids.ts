import { crc32 } from 'node:zlib';
import { TenureError } from '../errors.js';
import { type Connection, type Put, putText } from './connection.js';
import { idKey } from './keys.js';

const READING = 'Looking up ids';

/** The entry that finds an event by its id: the sequence number and a checksum over it and the id. */
export function idPut(id: string, seq: number): Put {
  return putText(idKey(id), idValue(id, seq));
}

/** Entries of ids that were come upon are damaged. */
export class DamagedIds extends TenureError {
  constructor(readonly ids: readonly string[]) {
    super('TENURE_CORRUPT', `The entry of event id ${JSON.stringify(ids[0])} is damaged`);
  }
}

/**
 * The sequence numbers of events with these ids, `undefined` where there is none.
 *
 * @throws DamagedIds
 */
export async function seqsOfIds(
  connection: Connection,
  ids: readonly string[],
): Promise<(number | undefined)[]> {
  const values = await connection.getTexts(READING, ids.map(idKey));
  const damaged = ids.filter((id, i) => !isSound(id, values[i]));
  if (damaged.length > 0) throw new DamagedIds(damaged);
  return values.map((value) => (value === undefined ? undefined : seqIn(value)));
}

/** The entries of those among these ids whose entry is damaged. */
export async function damagedIds(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const values = await connection.getTexts(READING, ids.map(idKey));
  const pairs = ids.map((id, i) => [id, values[i] ?? ''] as const);
  return new Map(pairs.filter(([id], i) => !isSound(id, values[i])));
}

/** The sequence number that an entry begins with, damaged or not. */
export function seqIn(value: string): number | undefined {
  const seq = Number.parseInt(value, 10);
  return Number.isSafeInteger(seq) && seq >= 1 ? seq : undefined;
}

function isSound(id: string, value: string | undefined): boolean {
  if (value === undefined) return true;
  // What does not even begin with a number has no checksum to compare.
  const seq = seqIn(value);
  return seq !== undefined && value === idValue(id, seq);
}

/** What the entry of an event's id holds. */
export function idValue(id: string, seq: number): string {
  return `${seq}.${crc32(id, seq % 0x1_0000_0000)}`;
}
