import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { corrupt } from '../failures.js';
import type { LoadResult } from '../types.js';

/** The formats of an agent's stored state that this version writes and reads: with JSON after the header, or bytes. */
const JSON_FORMAT = 1;
const BYTES_FORMAT = 2;

const MACHINE = 'agent';
const NEWLINE = 0x0a;

const anyFormat = z.object({ format: z.int() });
const header = z.strictObject({
  format: z.literal([JSON_FORMAT, BYTES_FORMAT]),
  machine: z.literal(MACHINE),
  agentNo: z.int().min(0),
  seq: z.int().min(0),
  checksum: z.int().min(0),
});
type Header = z.output<typeof header>;

/** A line that says what follows, so that a newer format can be told from damage, and then the state. */
export function encodeState(agentNo: number, seq: number, state: unknown): Buffer {
  const isBytes = state instanceof Uint8Array;
  const payload = isBytes ? state : Buffer.from(JSON.stringify(state) ?? 'null');
  const place = { format: isBytes ? BYTES_FORMAT : JSON_FORMAT, agentNo, seq } as const;
  const top: Header = { ...place, machine: MACHINE, checksum: checksumOf(place, payload) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(top)}\n`), payload]);
}

/** Reads a state back; anything that is not exactly as it was written for this agent is `damaged` or `newer`. */
export function decodeState(agentNo: number, value: Buffer): LoadResult {
  const end = value.indexOf(NEWLINE);
  const top = parse(value.subarray(0, Math.max(end, 0)));
  const version = anyFormat.safeParse(top);
  if (version.success && version.data.format > BYTES_FORMAT) {
    const message = `Snapshot of agent ${agentNo}: format ${version.data.format}, this version reads up to ${BYTES_FORMAT}`;
    return { status: 'newer', error: corrupt(message) };
  }
  const known = header.safeParse(top);
  if (!known.success) return damaged(agentNo, 'its header is damaged', known.error);
  if (known.data.agentNo !== agentNo) return damaged(agentNo, `it is agent ${known.data.agentNo}'s`);
  const payload = value.subarray(end + 1);
  if (checksumOf(known.data, payload) !== known.data.checksum)
    return damaged(agentNo, 'its checksum is wrong');
  const state = known.data.format === BYTES_FORMAT ? payload : parse(payload);
  if (state === undefined) return damaged(agentNo, 'it is not JSON');
  return { status: 'ok', snapshot: { agentNo, seq: known.data.seq, state } };
}

export function damaged(agentNo: number, why: string, cause?: unknown): LoadResult {
  return { status: 'damaged', error: corrupt(`Snapshot of agent ${agentNo}: ${why}`, { cause }) };
}

/** Covers the header's own numbers too: a state that claims another position is as wrong as another state. */
function checksumOf(
  { format, agentNo, seq }: Pick<Header, 'format' | 'agentNo' | 'seq'>,
  payload: Uint8Array,
): number {
  return crc32(payload, crc32(`${format} ${MACHINE} ${agentNo} ${seq}`));
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}
