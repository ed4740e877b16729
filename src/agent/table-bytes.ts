import { TenureError } from '../errors.js';
import type { RowTableParts } from '../windows/row-table.js';
import { StoredRefs } from '../windows/stored-refs.js';

/*
 * Bytes: the lengths of the head and of the references (4 bytes each), both as JSON in UTF-8, spaces up to a
 * multiple of 8, then of every table its numbers (8 bytes each), and after all of them of every table its references
 * (4 bytes each: a place in the list, 0 for none). Numbers are as the processor keeps them, little-endian on all
 * that Node runs on. The list of references, mostly the ids of tasks, is read when somebody asks for one.
 */
const LENGTHS = 8;

type Description = readonly [mask: number, refMask: number, numbers: number, refs: number];

/** A head of plain JSON and some tables as bytes. */
export function packTables(head: unknown, tables: readonly RowTableParts[]): Uint8Array {
  const places = new Map<unknown, number>();
  const refs = tables.map((table) => placesOf(table.refs, places));
  const described = tables.map(
    ({ mask, refMask, numbers }, i): Description => [mask, refMask, numbers.length, refs[i]?.length ?? 0],
  );
  const headJson = Buffer.from(JSON.stringify({ head, tables: described }));
  const refsJson = Buffer.from(JSON.stringify([...places.keys()]));
  const start = padded(LENGTHS + headJson.length + refsJson.length);
  const parts: ArrayBufferView[] = [...tables.map(({ numbers }) => numbers), ...refs];
  const bytes = Buffer.allocUnsafe(parts.reduce((sum, { byteLength }) => sum + byteLength, start));
  bytes.writeUInt32LE(headJson.length, 0);
  bytes.writeUInt32LE(refsJson.length, 4);
  headJson.copy(bytes, LENGTHS);
  refsJson.copy(bytes, LENGTHS + headJson.length);
  bytes.fill(0x20, LENGTHS + headJson.length + refsJson.length, start);
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
export function openTables(given: unknown): { head: unknown; tables: RowTableParts[] } {
  if (!(given instanceof Uint8Array) || given.length < LENGTHS) throw notTables('it is not bytes');
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
  const headEnd = LENGTHS + bytes.readUInt32LE(0);
  const refsEnd = headEnd + bytes.readUInt32LE(4);
  const { head, tables } = described(bytes.subarray(LENGTHS, headEnd));
  const start = padded(refsEnd);
  const length = tables.reduce((sum, [, , numbers, refs]) => sum + 8 * numbers + 4 * refs, start);
  if (length !== bytes.length) throw notTables(`it has ${bytes.length} bytes, its head says ${length}`);

  // Copied, from places that are not always a multiple of 8; of each table alone, so that one that grows frees it.
  let at = start;
  const numbers: Float64Array[] = [];
  // No closures here, and readers made elsewhere: those of one function keep all that any of them refers to.
  for (const [, , count] of tables) {
    numbers.push(new Float64Array(copyOf(given, at, at + 8 * count)));
    at += 8 * count;
  }
  const allPlaces = new Uint32Array(copyOf(given, at, given.length));
  const refAt = listReader(copyOf(given, headEnd, refsEnd));
  let end = 0;
  return {
    head,
    tables: tables.map(([mask, refMask, , count], i) => {
      end += count;
      const places = allPlaces.subarray(end - count, end);
      const refs = new StoredRefs(reader(places, refAt), 0, count);
      return { mask, refMask, numbers: numbers[i] as Float64Array, refs };
    }),
  };
}

function placesOf(refs: RowTableParts['refs'], known: Map<unknown, number>): Uint32Array {
  const places = new Uint32Array(refs.length);
  for (let i = 0; i < places.length; i++) places[i] = placeOf(known, refs.at(i));
  return places;
}

function copyOf(bytes: Uint8Array, from: number, to: number): ArrayBuffer {
  const copy = new Uint8Array(to - from);
  copy.set(bytes.subarray(from, to));
  return copy.buffer;
}

/** Reads the list when it is first asked for a place, and lets its bytes go. Apart, so that nothing else is kept with it. */
function listReader(bytes: ArrayBuffer): (place: number) => unknown {
  let json: ArrayBuffer | undefined = bytes;
  let list: unknown[] = [];
  return (place) => {
    if (json) {
      list = JSON.parse(Buffer.from(json).toString()) as unknown[];
      json = undefined;
    }
    return place === 0 ? undefined : list[place - 1];
  };
}

function reader(places: Uint32Array, refAt: (place: number) => unknown): (place: number) => unknown {
  return (place) => refAt(places[place] as number);
}

function described(json: Buffer): { head: unknown; tables: readonly Description[] } {
  let parsed: { head?: unknown; tables?: unknown } | undefined;
  try {
    parsed = JSON.parse(json.toString());
  } catch {
    // Said below.
  }
  const tables = parsed?.tables;
  if (!Array.isArray(tables) || !tables.every(isDescription)) throw notTables('its head is not one');
  return { head: parsed?.head, tables };
}

function isDescription(value: unknown): value is Description {
  return Array.isArray(value) && value.length === 4 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
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

function notTables(why: string): TenureError {
  return new TenureError('TENURE_CORRUPT', `An agent's snapshot is not a state: ${why}`);
}
