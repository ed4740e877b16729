import { z } from 'zod';
import { sealJson, unsealJson } from './codec/seal.js';
import { type Connection, type Put, put, putText } from './connection.js';
import { corrupt } from './failures.js';
import { type MetaName, metaKey } from './keys.js';

/** The format of the database that this version writes, and the only one that it reads. */
export const FORMAT = 1;

const READING = 'Reading the format of the database';
const CREATING = 'Creating the store';

const format = z.object({ format: z.int().min(1) });
const head = z.strictObject({
  lastSeq: z.int().min(0),
  watermark: z.number().min(0),
  events: z.int().min(0),
});
const checkpoint = z.strictObject({ seq: z.int().min(0) });
const agents = z.strictObject({ count: z.int().min(0).optional() });

/** What the journal amounts to; written with every commit, so that a journal that lost its end is noticed. */
export type Head = z.output<typeof head>;

export interface Meta {
  readonly head: Head;
  readonly checkpoint: number;
  /** How many agents the directory has, `undefined` when that is not known any more. */
  readonly agents: number | undefined;
}

const EMPTY: Meta = { head: { lastSeq: 0, watermark: 0, events: 0 }, checkpoint: 0, agents: 0 };

export function headPut(value: Head): Put {
  return metaPut('head', value);
}

export function checkpointPut(seq: number): Put {
  return metaPut('checkpoint', { seq });
}

export function agentsPut(count: number | undefined): Put {
  return metaPut('agents', { count });
}

/**
 * Reads what the database is, or makes an empty one Tenure's. Refuses a newer format, a database of somebody else,
 * and one whose head is damaged. A checkpoint that is damaged reads as 0: that is always true, if slow.
 */
export async function openMeta(connection: Connection): Promise<Meta> {
  const names: MetaName[] = ['format', 'head', 'checkpoint', 'agents'];
  const keys = names.map(metaKey);
  const [version, ...sealed] = await connection.getMany(READING, keys);
  if (version === undefined) return await create(connection);
  checkFormat(version);
  const values = sealed.map((value, index) => value && unsealJson(keys[index + 1]!, value));
  const known = head.safeParse(values[0]);
  if (!known.success) throw corrupt('The head of the journal is damaged: its end is not known', known.error);
  const reached = checkpoint.safeParse(values[1]).data?.seq ?? 0;
  return {
    head: known.data,
    checkpoint: reached <= known.data.lastSeq ? reached : 0,
    agents: agents.safeParse(values[2]).data?.count,
  };
}

async function create(connection: Connection): Promise<Meta> {
  if (!(await connection.isEmpty(READING))) {
    throw corrupt('The database holds something, but not in a format of Tenure: it is left as it is');
  }
  await connection.write(CREATING, [
    // Without a seal: every version to come must be able to read it.
    putText(metaKey('format'), JSON.stringify({ format: FORMAT })),
    headPut(EMPTY.head),
    checkpointPut(0),
    agentsPut(0),
  ]);
  return EMPTY;
}

function checkFormat(value: Buffer): void {
  let found: unknown;
  try {
    found = JSON.parse(value.toString());
  } catch {
    // Not JSON: what follows says so.
  }
  const version = format.safeParse(found);
  if (!version.success) throw corrupt('The format of the database cannot be read', version.error);
  if (version.data.format === FORMAT) return;
  throw corrupt(`The database is of format ${version.data.format}, this version reads ${FORMAT}`);
}

function metaPut(name: MetaName, value: unknown): Put {
  const key = metaKey(name);
  return put(key, sealJson(key, value));
}
