import { z } from 'zod';
import { isTenureError } from '../errors.js';
import { pause } from './breathe.js';
import { sealJson, unsealJson } from './codec/seal.js';
import { type Connection, type Put, put } from './connection.js';
import { refused } from './failures.js';
import { projectionKey } from './keys.js';
import type { Projection } from './types.js';

/** Elements of a long list in one entry: what is put into JSON, and read from it, in one go. */
const PIECE = 128;

const count = z.int().min(0);
/** `lists`: of which fields of the state the elements lie in entries of their own, and how many there are. */
const head = z.object({ seq: count, state: z.unknown(), lists: z.record(z.string(), count) });
const piece = z.object({ seq: count, items: z.custom<readonly unknown[]>(Array.isArray) });

/**
 * What is kept of all agents together. It grows with the company, so long lists in it are cut into pieces: the event
 * loop gets its turn between two. All of a projection is written in one atomic batch.
 */
export class Projections {
  constructor(private readonly connection: Connection) {}

  async save(name: string, { seq, state }: Projection, lastSeq: number): Promise<void> {
    if (!Number.isSafeInteger(seq) || seq < 0 || seq > lastSeq) {
      throw refused(`projection ${name}: expected a record up to ${lastSeq}, got ${seq}`);
    }
    const puts = await projectionPuts({ seq, state }, (number) => pieceKey(name, number));
    await this.connection.writeDerived('Saving a projection', puts);
  }

  /** Damage, and a projection of a record that the journal has not, are as good as none. */
  async load(name: string, lastSeq: number): Promise<Projection | undefined> {
    const found = await readProjection(this.connection, (number) => pieceKey(name, number));
    return found && found.seq <= lastSeq ? found : undefined;
  }
}

/** What stores a projection: its head as number 0, and then the pieces of its lists. */
export async function projectionPuts(
  { seq, state }: Projection,
  keyOf: (number: number) => Buffer,
): Promise<Put[]> {
  const { short, long } = parted(state);
  const puts: Put[] = [];
  const add = async (value: unknown): Promise<void> => {
    const key = keyOf(puts.length);
    puts.push(put(key, sealJson(key, value)));
    await pause();
  };
  await add({
    seq,
    state: short,
    lists: Object.fromEntries(long.map(([field, { length }]) => [field, length])),
  });
  for (const [, items] of long) {
    for (let i = 0; i < items.length; i += PIECE) await add({ seq, items: items.slice(i, i + PIECE) });
  }
  return puts;
}

/** A projection as it was stored; `undefined` when it is damaged or gone, or a piece of it. */
export async function readProjection(
  connection: Connection,
  keyOf: (number: number) => Buffer,
): Promise<Projection | undefined> {
  const read = async (number: number): Promise<unknown> => {
    const key = keyOf(number);
    const value = await connection.get('Reading a projection', key);
    return value && unsealJson(key, value);
  };
  try {
    const { data } = head.safeParse(await read(0));
    if (!data) return undefined;
    const { seq, lists } = data;
    const state = data.state as Record<string, unknown>;
    let number = 0;
    for (const [field, length] of Object.entries(lists)) {
      const items: unknown[] = [];
      while (items.length < length) {
        const found = piece.safeParse(await read(++number)).data;
        if (found?.seq !== seq || found.items.length === 0) return undefined;
        for (const item of found.items) items.push(item);
        await pause();
      }
      state[field] = items;
    }
    return { seq, state };
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return undefined;
    throw error;
  }
}

function pieceKey(name: string, number: number): Buffer {
  return projectionKey(number === 0 ? name : `${name}/${number}`);
}

/** The long lists of a state, and the rest of it. */
function parted(state: unknown): { short: unknown; long: [field: string, items: unknown[]][] } {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return { short: state, long: [] };
  const isLong = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > PIECE;
  const long = Object.entries(state).filter((entry): entry is [string, unknown[]] => isLong(entry[1]));
  const short = Object.fromEntries(Object.entries(state).filter(([, value]) => !isLong(value)));
  return { short, long };
}
