import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { neededByStored } from '../agent/needed-events.js';
import { TenureError } from '../errors.js';
import { performanceEventSchema } from '../events/schema.js';
import type { Foundations, LoadResult } from '../store/types.js';
import { stampedSchema } from './stamped.js';

/** What no replay of the exported records can make again, one line each, sealed with a checksum of its own. */

const count = z.int().min(0);
const crc = z.int().min(0).max(0xffff_ffff);
const anything = z.record(z.string(), z.unknown());
/** What the pieces that follow come to: how many bytes, and their CRC-32. */
const payload = { bytes: z.int().min(1), payload: crc };

const agentLine = z.strictObject({ kind: z.literal('agent'), entry: anything, ...payload, crc });
const pastLine = z.strictObject({ kind: z.literal('past'), no: z.int().min(1), ...payload, crc });
const departmentsLine = z.strictObject({ kind: z.literal('departments'), seq: count, ...payload, crc });
const pieceLine = z.strictObject({ kind: z.literal('piece'), data: z.string().min(1), crc });
const keptEvent = anything.refine((value) => {
  const { seq, recordedAt, stamped, isDepartmentStamped, ...event } = value;
  const isNumbered = z.int().min(1).safeParse(seq).success && z.number().min(0).safeParse(recordedAt).success;
  return (
    isNumbered &&
    z.literal(true).optional().safeParse(isDepartmentStamped).success &&
    stampedSchema.optional().safeParse(stamped).success &&
    performanceEventSchema.safeParse(event).success
  );
}, 'expected an event as a journal keeps it');
const keptLine = z.strictObject({ kind: z.literal('kept'), event: keptEvent, crc });

/** What stands in for the records that were dropped: every agent, every past, events, the departments. */
export const foundationSchema = z.discriminatedUnion('kind', [
  agentLine,
  pastLine,
  departmentsLine,
  pieceLine,
  keptLine,
]);
export type FoundationLine = z.output<typeof foundationSchema>;

const output = anything.refine(
  ({ type, seq, position, at }) =>
    typeof type === 'string' &&
    typeof at === 'number' &&
    z.int().min(1).safeParse(seq).success &&
    count.safeParse(position).success,
  'expected an output as the log keeps it',
);
/** The log, as far as a replay does not make it again; and then the end of the export. */
export const outputSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('output'), output, crc }),
  z.strictObject({ kind: z.literal('end'), outputs: count, crc }),
]);
export type OutputLine = z.output<typeof outputSchema>;

/** Bytes in one line: about a quarter of what a line may have. */
const PIECE = 192 * 1024;

/** A line with its checksum. */
export function sealed<Line extends object>(line: Line): Line & { readonly crc: number } {
  return { ...line, crc: crc32(JSON.stringify(line)) };
}

/** Whether a line is as it was sealed. */
export function isSealed({ crc, ...line }: { readonly crc: number }): boolean {
  return crc32(JSON.stringify(line)) === crc;
}

/** The lines of what stands in for the records that were dropped, in the order in which an import takes them. */
export async function* foundationLines(foundations: Foundations): AsyncGenerator<FoundationLine, void> {
  const { dropped } = foundations;
  if (dropped.seq === 0) return;
  const missing = new Set<number>();
  const note = (state: unknown): void => {
    for (const seq of neededByStored(state)) if (seq <= dropped.seq) missing.add(seq);
  };
  for await (const { entry, state } of foundations.all()) {
    note(state);
    yield* parted({ kind: 'agent', entry } as const, bytesOf(state));
  }
  for (let no = 1; no <= dropped.known; no++) {
    const past = stored(await foundations.loadPast(no));
    note(past);
    yield* parted({ kind: 'past', no } as const, bytesOf(past));
  }
  for await (const event of foundations.events()) {
    missing.delete(event.seq);
    yield sealed({ kind: 'kept', event: { ...event } } as const);
  }
  // Whoever asks for one that is not there is told.
  for (const seq of missing) await foundations.neededEvent(seq);
  const { seq = 0, state } = (await foundations.projection()) ?? {};
  yield* parted({ kind: 'departments', seq } as const, Buffer.from(JSON.stringify(state)));
}

function* parted<Line extends object>(line: Line, bytes: Uint8Array) {
  yield sealed({ ...line, bytes: bytes.length, payload: crc32(bytes) });
  for (let start = 0; start < bytes.length; start += PIECE) {
    const data = Buffer.from(bytes.subarray(start, start + PIECE)).toString('base64');
    yield sealed({ kind: 'piece', data } as const);
  }
}

function stored(loaded: LoadResult): unknown {
  if (loaded.status === 'ok') return loaded.snapshot.state;
  if (loaded.status === 'missing') throw new RangeError('An agent that was known has no past');
  throw loaded.error;
}

function bytesOf(state: unknown): Uint8Array {
  if (state instanceof Uint8Array) return state;
  throw new TenureError('TENURE_CORRUPT', 'A foundation is not the state of an agent');
}
