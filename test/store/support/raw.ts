import type { Database } from '../../../src/store/database.js';
import type { DatabasePart } from '../../../src/testing/index.js';
import { noteDamage } from '../../support/faults.js';

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/** One part of the database, as abstract-level's sublevels name them. */
export type Part = DatabasePart;

export type RawEntry = [key: Buffer, value: Buffer];

/** All entries of a part, or of the database, behind the store's back. */
export async function entriesOf(db: Database, part?: Part): Promise<RawEntry[]> {
  const bounds = part === undefined ? {} : { gte: Buffer.from(`!${part}!`), lte: Buffer.from(`!${part}"`) };
  const iterator = db.iterator<Buffer, Buffer>({ ...bounds, ...BINARY, reverse: false, limit: -1 });
  const entries: RawEntry[] = [];
  for (let chunk = await iterator.nextv(100); chunk.length > 0; chunk = await iterator.nextv(100)) {
    entries.push(...chunk);
  }
  await iterator.close();
  return entries;
}

export async function putRaw(db: Database, key: Buffer, value: Buffer): Promise<void> {
  await db.batch([{ type: 'put', key, value, ...BINARY }], { ...BINARY, sync: false });
}

export async function deleteRaw(db: Database, key: Buffer): Promise<void> {
  noteDamage();
  await db.clear<Buffer>({ gte: key, lte: key, keyEncoding: 'buffer' });
}

/** Leaves this of an entry, `undefined` for nothing. */
export async function harmRaw(db: Database, key: Buffer, value: Buffer | undefined): Promise<void> {
  if (value === undefined) return await deleteRaw(db, key);
  noteDamage();
  await putRaw(db, key, value);
}

/** What may become of a value on a bad disk. */
export const DAMAGES: Record<string, (value: Buffer) => Buffer | undefined> = {
  'one bit flipped at the beginning': (value) => flip(value, 0),
  'one bit flipped in the middle': (value) => flip(value, value.length >> 1),
  'one bit flipped at the end': (value) => flip(value, value.length - 1),
  'its second half cut off': (value) => value.subarray(0, value.length >> 1),
  'nothing left of it': () => Buffer.alloc(0),
  'something appended': (value) => Buffer.concat([value, Buffer.from('0')]),
};

/** Damages the n-th entry of a part; negative counts from the end, `undefined` deletes it. */
export async function damage(
  db: Database,
  part: Part,
  index: number,
  how: (value: Buffer) => Buffer | undefined,
): Promise<void> {
  const entry = (await entriesOf(db, part)).at(index);
  if (entry === undefined) throw new Error(`there is no entry ${index} in ${part}`);
  await harmRaw(db, entry[0], how(entry[1]));
}

function flip(value: Buffer, at: number): Buffer {
  const copy = Buffer.from(value);
  copy[at]! ^= 1;
  return copy;
}
