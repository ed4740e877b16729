import { Buffer } from 'node:buffer';
import { grown } from './grown.js';

/** Bytes of a piece of memory that ids lie in. */
const PIECE = 65_536;
/** UTF-16 code units of an id at most: one byte says how many. */
const LONGEST = 256;
/** Hash tables that share the ids by their hashes: each grows on its own, so that none takes long. */
const TABLES = 64;
const TABLE_BITS = 6;
const FULL = 0.75;

/**
 * Ids by number, from 1 on, and numbers by id. Ids are any texts of 1 to 256 UTF-16 code units; they lie as bytes one behind
 * another: a text and an entry of a map for each would take three times as much, and work of the garbage collector.
 */
export class IdTable {
  private readonly pieces: Buffer[] = [];
  /** Where the next id goes. Nothing lies at 0. */
  private end = 1;
  /** By number less one: twice where its id starts, and 1 if its code units take two bytes each; 0 for none. */
  private starts = new Uint32Array(64);
  /** Numbers, each at its hash or behind it. */
  private readonly tables: Uint32Array[] = Array.from({ length: TABLES }, () => new Uint32Array(4));
  private readonly counts = new Uint32Array(TABLES);

  /** The greatest number. */
  last = 0;

  /** The number of an id, from now on at least. */
  add(id: string): number {
    const known = this.numberOf(id);
    if (known !== undefined) return known;
    this.set(this.last + 1, id);
    return this.last;
  }

  /** Gives an id that has none a number that is free. */
  set(no: number, id: string): void {
    this.reserve(no);
    this.starts[no - 1] = this.append(id);
    this.last = Math.max(this.last, no);
    const hashed = hash(id);
    const table = hashed % TABLES;
    this.counts[table]!++;
    if (this.counts[table]! > FULL * this.tables[table]!.length) this.grow(table);
    place(this.tables[table]!, hashed, no);
  }

  /** Whether there is an id of a number. */
  has(no: number): boolean {
    return (this.starts[no - 1] ?? 0) !== 0;
  }

  numberOf(id: string): number | undefined {
    if (typeof id !== 'string' || id.length === 0 || id.length > LONGEST) return undefined;
    const hashed = hash(id);
    const table = this.tables[hashed % TABLES]!;
    const mask = table.length - 1;
    for (let at = (hashed >>> TABLE_BITS) & mask; table[at] !== 0; at = (at + 1) & mask) {
      if (this.isOf(table[at]!, id)) return table[at];
    }
    return undefined;
  }

  /** The id of a number that is taken. */
  idOf(no: number): string {
    const start = this.starts[no - 1]!;
    const [piece, from] = this.memoryAt(start);
    const length = piece[from]! + 1;
    return isWide(start)
      ? piece.toString('utf16le', from + 1, from + 1 + 2 * length)
      : piece.toString('latin1', from + 1, from + 1 + length);
  }

  private isOf(no: number, id: string): boolean {
    const start = this.starts[no - 1]!;
    const [piece, from] = this.memoryAt(start);
    if (piece[from]! + 1 !== id.length) return false;
    for (let i = 0; i < id.length; i++)
      if (unitAt(piece, from + 1, i, isWide(start)) !== id.charCodeAt(i)) return false;
    return true;
  }

  /** What it takes of memory. */
  get bytes(): number {
    return (
      this.tables.reduce((sum, { byteLength }) => sum + byteLength, 0) +
      this.starts.byteLength +
      PIECE * this.pieces.length
    );
  }

  private append(id: string): number {
    const wide = /[\u0100-\uffff]/.test(id);
    const size = 1 + (wide ? 2 : 1) * id.length;
    // An id lies in one piece.
    if ((this.end % PIECE) + size > PIECE) this.end = Math.ceil(this.end / PIECE) * PIECE;
    const start = this.end;
    this.end += size;
    const index = Math.floor(start / PIECE);
    this.pieces[index] ??= Buffer.allocUnsafeSlow(PIECE);
    const piece = this.pieces[index] as Buffer;
    piece[start % PIECE] = id.length - 1;
    piece.write(id, (start % PIECE) + 1, wide ? 'utf16le' : 'latin1');
    return 2 * start + (wide ? 1 : 0);
  }

  private grow(index: number): void {
    const table = this.tables[index]!;
    const larger = new Uint32Array(2 * table.length);
    for (const no of table) if (no !== 0) place(larger, this.hashOf(no), no);
    this.tables[index] = larger;
  }

  private hashOf(no: number): number {
    const start = this.starts[no - 1]!;
    const [piece, from] = this.memoryAt(start);
    const length = piece[from]! + 1;
    let value = BASIS;
    for (let i = 0; i < length; i++) {
      value = Math.imul(value ^ unitAt(piece, from + 1, i, isWide(start)), PRIME);
    }
    return folded(value);
  }

  private memoryAt(start: number): [piece: Buffer, from: number] {
    const at = Math.floor(start / 2);
    return [this.pieces[Math.floor(at / PIECE)] as Buffer, at % PIECE];
  }

  private reserve(no: number): void {
    if (no <= this.starts.length) return;
    this.starts = grown(this.starts, new Uint32Array(Math.ceil(1.5 * no)));
  }
}

function isWide(start: number): boolean {
  return start % 2 === 1;
}

function unitAt(piece: Buffer, from: number, i: number, wide: boolean): number {
  return wide ? piece[from + 2 * i]! + 256 * piece[from + 2 * i + 1]! : piece[from + i]!;
}

function place(table: Uint32Array, hashed: number, no: number): void {
  const mask = table.length - 1;
  let at = (hashed >>> TABLE_BITS) & mask;
  while (table[at] !== 0) at = (at + 1) & mask;
  table[at] = no;
}

/** FNV-1a over UTF-16 code units. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

function hash(text: string): number {
  let value = BASIS;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), PRIME);
  return folded(value);
}

/** So that the low bits depend on all of it. */
function folded(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
