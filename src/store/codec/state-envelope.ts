import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { corrupt } from '../failures.js';
import type { LoadResult } from '../types.js';

/** The format of an agent's stored state that this version writes, and the only one that it reads. */
export const STATE_FORMAT = 1;

const MACHINE = 'agent';
const NEWLINE = 0x0a;

const anyFormat = z.object({ format: z.int() });
const header = z.strictObject({
  format: z.literal(STATE_FORMAT),
  machine: z.literal(MACHINE),
  agentNo: z.int().min(0),
  seq: z.int().min(0),
  checksum: z.int().min(0),
});
type Header = z.output<typeof header>;

/** A line that says what follows, so that a newer format can be told from damage, and then the state as JSON. */
export function encodeState(agentNo: number, seq: number, state: unknown): string {
  const payload = JSON.stringify(state) ?? 'null';
  const checksum = checksumOf({ agentNo, seq }, payload);
  const top: Header = { format: STATE_FORMAT, machine: MACHINE, agentNo, seq, checksum };
  return `${JSON.stringify(top)}\n${payload}`;
}

/** Reads a state back; anything that is not exactly as it was written for this agent is `damaged` or `newer`. */
export function decodeState(agentNo: number, value: Buffer): LoadResult {
  const end = value.indexOf(NEWLINE);
  const top = parse(value.subarray(0, Math.max(end, 0)));
  const version = anyFormat.safeParse(top);
  if (version.success && version.data.format > STATE_FORMAT) {
    const message = `Snapshot of agent ${agentNo}: format ${version.data.format}, this version reads ${STATE_FORMAT}`;
    return { status: 'newer', error: corrupt(message) };
  }
  const known = header.safeParse(top);
  if (!known.success) return damaged(agentNo, 'its header is damaged', known.error);
  if (known.data.agentNo !== agentNo) return damaged(agentNo, `it is agent ${known.data.agentNo}'s`);
  const payload = value.subarray(end + 1);
  if (checksumOf(known.data, payload) !== known.data.checksum)
    return damaged(agentNo, 'its checksum is wrong');
  const state = parse(payload);
  if (state === undefined) return damaged(agentNo, 'it is not JSON');
  return { status: 'ok', snapshot: { agentNo, seq: known.data.seq, state } };
}

export function damaged(agentNo: number, why: string, cause?: unknown): LoadResult {
  return { status: 'damaged', error: corrupt(`Snapshot of agent ${agentNo}: ${why}`, cause) };
}

/** Covers the header's own numbers too: a state that claims another position is as wrong as another state. */
function checksumOf({ agentNo, seq }: Pick<Header, 'agentNo' | 'seq'>, payload: string | Buffer): number {
  return crc32(payload, crc32(`${STATE_FORMAT} ${MACHINE} ${agentNo} ${seq}`));
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}
