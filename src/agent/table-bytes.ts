import { TenureError } from '../errors.js';
import { doublesFrom } from '../rows/doubles.js';
import { PackedIntegers } from '../rows/packed-integers.js';
import type { RowTableParts } from '../windows/row-table.js';
import { StoredList } from '../windows/stored-list.js';
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
  const bytes = Buffer.allocUnsafe(lengthOf(described, start));
  bytes.writeUInt32LE(headJson.length, 0);
  bytes.writeUInt32LE(refsJson.length, 4);
  headJson.copy(bytes, LENGTHS);
  refsJson.copy(bytes, LENGTHS + headJson.length);
  bytes.fill(0x20, LENGTHS + headJson.length + refsJson.length, start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = start;
  for (const { numbers } of tables) {
    for (let i = 0; i < numbers.length; i++, at += 8) view.setFloat64(at, numbers[i] as number, true);
  }
  for (const list of refs)
    for (let i = 0; i < list.length; i++, at += 4) view.setUint32(at, list[i] as number, true);
  return bytes;
}

/**
 * What {@link packTables} wrote.
 *
 * @throws TenureError `TENURE_CORRUPT` when it did not write this
 */
export function openTables(given: unknown): { head: unknown; tables: RowTableParts[] } {
  const bytes = bytesOf(given);
  const headEnd = LENGTHS + bytes.readUInt32LE(0);
  const refsEnd = headEnd + bytes.readUInt32LE(4);
  const { head, tables } = described(bytes.subarray(LENGTHS, headEnd));
  const start = padded(refsEnd);
  const length = lengthOf(tables, start);
  if (length !== bytes.length) throw notTables(`it has ${bytes.length} bytes, its head says ${length}`);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const source = new StoredList(bytes.toString('utf8', headEnd, refsEnd));
  let numbersAt = start;
  let refsAt = lengthOf(tables, start, 0);
  return {
    head,
    tables: tables.map(([mask, refMask, count, refCount]) => {
      const numbers = doublesFrom(view, numbersAt, count);
      const places = placesFrom(view, refsAt, refCount);
      numbersAt += 8 * count;
      refsAt += 4 * refCount;
      return { mask, refMask, numbers, refs: new StoredRefs(source, places, 0, refCount) };
    }),
  };
}

/**
 * The head alone of what {@link packTables} wrote.
 *
 * @throws TenureError `TENURE_CORRUPT` when it did not write this
 */
export function openHead(given: unknown): unknown {
  const bytes = bytesOf(given);
  return described(bytes.subarray(LENGTHS, LENGTHS + bytes.readUInt32LE(0))).head;
}

function bytesOf(given: unknown): Buffer {
  if (!(given instanceof Uint8Array) || given.length < LENGTHS) throw notTables('it is not bytes');
  return Buffer.from(given.buffer, given.byteOffset, given.length);
}

/** Where the tables end that begin at `start`. */
function lengthOf(tables: readonly Description[], start: number, bytesOfRef = 4): number {
  return tables.reduce((sum, [, , numbers, refs]) => sum + 8 * numbers + bytesOfRef * refs, start);
}

function placesOf(refs: RowTableParts['refs'], known: Map<unknown, number>): readonly number[] {
  return Array.from({ length: refs.length }, (_, i) => placeOf(known, refs.at(i)));
}

/** Room for the places of one table after another. */
const unpacked: number[] = [];

/** An agent has hundreds of them, and they are small: as numbers of their own they would take a tenth of what it takes. */
function placesFrom(view: DataView, at: number, count: number): PackedIntegers {
  for (let i = 0; i < count; i++) unpacked[i] = view.getUint32(at + 4 * i, true);
  return PackedIntegers.of(unpacked, count);
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
