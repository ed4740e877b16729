import { z } from 'zod';
import { packSeqs, unpackSeqs } from './codec/packed-seqs.js';
import { seal, sealJson, unseal, unsealJson } from './codec/seal.js';
import { type Connection, type Del, del, type Put, put } from './connection.js';
import { corrupt } from './failures.js';
import { indexKey, KEY_MAX } from './keys.js';

const READING = 'Reading the index of an agent';

const head = z.strictObject({ last: z.int().min(0), count: z.int().min(0) });

/** What an agent's index amounts to. It exists as soon as the agent was saved, and tells a missing chunk. */
export type IndexHead = z.output<typeof head>;

/** The heads of these agents' indexes, or what is wrong with them; an agent that was never saved has none. */
export async function indexHeads(
  connection: Connection,
  agentNos: readonly number[],
): Promise<(IndexHead | 'missing' | 'damaged')[]> {
  const keys = agentNos.map((agentNo) => indexKey(agentNo, 0));
  const values = await connection.getMany(READING, keys);
  return values.map((value, index) =>
    value === undefined ? 'missing' : (openHead(keys[index]!, value) ?? 'damaged'),
  );
}

/** What adds sequence numbers to an index. Those that it has already are left out, so a repetition is harmless. */
export function indexPuts(
  agentNo: number,
  before: IndexHead | undefined,
  seqs: readonly number[],
): { puts: Put[]; head: IndexHead } {
  const { last, count } = before ?? { last: 0, count: 0 };
  const fresh = seqs.slice(firstAfter(last, seqs));
  const after = { last: fresh.at(-1) ?? last, count: count + fresh.length };
  const puts: Put[] = [];
  if (fresh.length > 0) {
    const key = indexKey(agentNo, fresh[0]!);
    puts.push(put(key, seal(key, packSeqs(fresh))));
  }
  if (fresh.length > 0 || before === undefined) {
    const key = indexKey(agentNo, 0);
    puts.push(put(key, sealJson(key, after)));
  }
  return { puts, head: after };
}

/** Where in an ascending list the numbers greater than another begin. */
function firstAfter(last: number, seqs: readonly number[]): number {
  let i = 0;
  while (i < seqs.length && (seqs[i] as number) <= last) i++;
  return i;
}

/** What puts exactly these sequence numbers in the place of an agent's index, whatever is there. */
export async function indexOperations(
  connection: Connection,
  agentNo: number,
  seqs: readonly number[],
): Promise<(Put | Del)[]> {
  const { puts } = indexPuts(agentNo, undefined, seqs);
  const dels: Del[] = [];
  const range = { gte: indexKey(agentNo, 0), lte: indexKey(agentNo, KEY_MAX) };
  for await (const entries of connection.entries(READING, range)) {
    for (const [key] of entries) dels.push(del(key));
  }
  return [...dels, ...puts];
}

/**
 * All sequence numbers in an agent's index, ascending, checked to be complete; `undefined` when there is no index.
 *
 * @throws TenureError `TENURE_CORRUPT` when it is damaged
 */
export async function indexedSeqs(connection: Connection, agentNo: number): Promise<number[] | undefined> {
  const range = { gte: indexKey(agentNo, 0), lte: indexKey(agentNo, KEY_MAX) };
  const seqs: number[] = [];
  let expected: IndexHead = { last: 0, count: 0 };
  let isHead = true;
  for await (const entries of connection.entries(READING, range)) {
    for (const [key, value] of entries) {
      if (isHead) {
        // The head sorts first. If it is gone, a chunk is in its place, and its key is not the head's.
        if (!key.equals(range.gte)) throw damaged(agentNo);
        const opened = openHead(key, value);
        if (opened === undefined) throw damaged(agentNo);
        expected = opened;
        isHead = false;
      } else {
        const packed = unseal(key, value);
        if (packed === undefined) throw damaged(agentNo);
        for (const seq of unpackSeqs(packed)) seqs.push(seq);
      }
    }
  }
  if (isHead) return undefined;
  if (seqs.length !== expected.count || (seqs.at(-1) ?? 0) !== expected.last) throw damaged(agentNo);
  return seqs;
}

function openHead(key: Buffer, value: Buffer): IndexHead | undefined {
  return head.safeParse(unsealJson(key, value)).data;
}

function damaged(agentNo: number): Error {
  return corrupt(`The index of agent ${agentNo} is damaged`);
}
