import { z } from 'zod';
import { TenureError } from '../errors.js';
import type { RowTableParts } from '../windows/row-table.js';

/*
 * Bytes: the length of the head in UTF-8 (4 bytes), the head as JSON, spaces up to a multiple of 8, then of every
 * table its numbers (8 bytes each) and after all of them of every table its references (4 bytes each: a place in
 * the head's list, 0 for none). Numbers are as the processor keeps them, little-endian on all that Node runs on.
 */

interface Described {
  readonly head: unknown;
  /** Strings and whatever else rows refer to, each once. */
  readonly refs: readonly unknown[];
  readonly tables: readonly (readonly [mask: number, refMask: number, numbers: number, refs: number])[];
}

const count = z.int().min(0);
const described = z.strictObject({
  head: z.unknown(),
  refs: z.array(z.unknown()),
  tables: z.array(z.tuple([count, count, count, count])).length(3),
});

/** A head of plain JSON and three tables as bytes. */
export function packTables(head: unknown, tables: readonly RowTableParts[]): Uint8Array {
  const places = new Map<unknown, number>();
  const refs = tables.map((table) => Uint32Array.from(table.refs, (ref) => placeOf(places, ref)));
  const description: Described = {
    head,
    refs: [...places.keys()],
    tables: tables.map(({ mask, refMask, numbers, refs }) => [mask, refMask, numbers.length, refs.length]),
  };
  const json = Buffer.from(JSON.stringify(description));
  const start = padded(4 + json.length);
  const parts: ArrayBufferView[] = [...tables.map(({ numbers }) => numbers), ...refs];
  const bytes = Buffer.allocUnsafe(parts.reduce((sum, { byteLength }) => sum + byteLength, start));
  bytes.writeUInt32LE(json.length, 0);
  bytes.fill(0x20, json.copy(bytes, 4) + 4, start);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/**
 * What {@link packTables} wrote.
 *
 * @throws TenureError `TENURE_CORRUPT` when it did not write this
 */
export function openTables(bytes: unknown): { head: unknown; tables: RowTableParts[] } {
  if (!(bytes instanceof Uint8Array) || bytes.length < 4) throw notTables('it is not bytes');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const jsonLength = buffer.readUInt32LE(0);
  const parsed = described.safeParse(parse(buffer.subarray(4, 4 + jsonLength)));
  if (!parsed.success) throw notTables(z.prettifyError(parsed.error));
  const { head, refs, tables } = parsed.data;
  let at = padded(4 + jsonLength);
  const length = tables.reduce((sum, [, , numbers, refs]) => sum + 8 * numbers + 4 * refs, at);
  if (length !== bytes.length) throw notTables(`it has ${bytes.length} bytes, its head says ${length}`);
  const take = (size: number): ArrayBuffer => {
    const copy = new Uint8Array(size);
    copy.set(bytes.subarray(at, at + size));
    at += size;
    return copy.buffer;
  };
  const numbers = tables.map(([, , count]) => new Float64Array(take(8 * count)));
  const places = tables.map(([, , , count]) => new Uint32Array(take(4 * count)));
  return {
    head,
    tables: tables.map(([mask, refMask], i) => ({
      mask,
      refMask,
      numbers: numbers[i] as Float64Array,
      refs: Array.from(places[i] as Uint32Array, (place) => (place === 0 ? undefined : refs[place - 1])),
    })),
  };
}

/** Place of a reference in the list, from 1; 0 for none. */
function placeOf(places: Map<unknown, number>, ref: unknown): number {
  if (ref === undefined) return 0;
  const known = places.get(ref);
  if (known !== undefined) return known;
  places.set(ref, places.size + 1);
  return places.size;
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}

function notTables(why: string): TenureError {
  return new TenureError('TENURE_CORRUPT', `An agent's snapshot is not a state: ${why}`);
}
