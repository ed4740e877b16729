import { crc32 } from 'node:zlib';
import { type Connection, type Put, putText } from './connection.js';
import { corrupt } from './failures.js';
import { idKey } from './keys.js';

/** The entry that finds an event by its id: the sequence number and a checksum over it and the id. */
export function idPut(id: string, seq: number): Put {
  return putText(idKey(id), idValue(id, seq));
}

/** The sequence numbers of events with these ids, `undefined` where there is none. */
export async function seqsOfIds(
  connection: Connection,
  ids: readonly string[],
): Promise<(number | undefined)[]> {
  const values = await connection.getTexts('Looking up ids', ids.map(idKey));
  return values.map((value, index) => {
    if (value === undefined) return undefined;
    const seq = Number.parseInt(value, 10);
    // What does not even begin with a number has no checksum to compare.
    if (seq >= 1 && value === idValue(ids[index]!, seq)) return seq;
    throw corrupt(`The entry of event id ${JSON.stringify(ids[index])} is damaged`);
  });
}

/** What the entry of an event's id holds. */
export function idValue(id: string, seq: number): string {
  return `${seq}.${crc32(id, seq % 0x1_0000_0000)}`;
}
