import { Buffer } from 'node:buffer';
import { drained } from '../drained.js';
import { ByteReader, type ByteWriter } from './bytes.js';
import { CHUNK, type ChunkRow, RowChunk } from './row-chunk.js';
import { NOWHERE, RowLog } from './row-log.js';

/** Rows in a log before it is worth packing them, at least; of many rows a share, for each of them may be in another chunk. */
const LOG_ROWS = 4_096;
const LOG_SHARE = 1 / 16;

/** Shared by all tables: a row is read to its end before the next one is. */
const reader = new ByteReader(Buffer.alloc(0), 0);

/**
 * An immutable table of rows of bytes by number, from 1 on: what is said of agents, for example. Setting a row answers with
 * a new version that shares all but the row with the one before. Takes no object for a row, and no work of the garbage
 * collector: rows lie packed in chunks, those that were set since in a log, of which each version knows how much is its own.
 */
export class Rows {
  private constructor(
    private readonly chunks: readonly (RowChunk | undefined)[],
    private readonly log: RowLog,
    /** How much of the log is this version's. */
    private readonly logged: number,
    readonly size: number,
    /** No row has a greater number. */
    private readonly last: number,
  ) {}

  static empty(): Rows {
    return new Rows([], new RowLog(), 0, 0, 0);
  }

  has(no: number): boolean {
    if (this.log.find(no, this.logged) !== NOWHERE) return true;
    return (this.chunkOf(no)?.sizeOf(placeOf(no)) ?? 0) > 0;
  }

  /** What `reading` makes of a row, without a look at another one; `undefined` without one. */
  read<Result>(no: number, reading: (row: ByteReader) => Result): Result | undefined {
    const { log } = this;
    const place = log.find(no, this.logged);
    if (place !== NOWHERE) return reading(reader.at(log.memory, log.startOf(place)));
    const chunk = this.chunkOf(no);
    if (!chunk || chunk.sizeOf(placeOf(no)) === 0) return undefined;
    return reading(reader.at(chunk.bytes, chunk.startOf(placeOf(no))));
  }

  /** The bytes of a row as a text of as many characters, to compare it by; `undefined` without one. */
  key(no: number): string | undefined {
    const { log } = this;
    const place = log.find(no, this.logged);
    if (place !== NOWHERE) return log.memory.toString('latin1', log.startOf(place), log.endOf(place));
    const chunk = this.chunkOf(no);
    const size = chunk?.sizeOf(placeOf(no)) ?? 0;
    if (!chunk || size === 0) return undefined;
    return chunk.bytes.toString('latin1', chunk.startOf(placeOf(no)), chunk.startOf(placeOf(no)) + size);
  }

  /** @param row at least a byte */
  set(no: number, row: ByteWriter): Rows {
    // Another version has written behind this one: it goes on with a log of its own.
    if (this.log.length > this.logged) return drained(this.packing()).set(no, row);
    const size = this.has(no) ? this.size : this.size + 1;
    this.log.add(no, row.bytes, row.end);
    return new Rows(this.chunks, this.log, this.log.length, size, Math.max(this.last, no));
  }

  /** The numbers of all rows, ascending. */
  *numbers(): Generator<number, undefined> {
    for (let no = 1; no <= this.last; no++) if (this.has(no)) yield no;
    return undefined;
  }

  /** Whether so much was set that it should be packed: the log grows until then. */
  get isLoose(): boolean {
    return this.logged >= Math.max(LOG_ROWS, this.size * LOG_SHARE);
  }

  /** The same rows, all in chunks; made in pieces. */
  *packing(): Generator<undefined, Rows> {
    const chunks = this.chunks.slice();
    for (const [index, rows] of yield* this.loggedByChunk()) {
      chunks[index] = (chunks[index] ?? RowChunk.EMPTY).with(rows);
      yield;
    }
    return new Rows(chunks, new RowLog(), 0, this.size, this.last);
  }

  private *loggedByChunk(): Generator<undefined, Map<number, ChunkRow[]>> {
    const { log, logged } = this;
    const byChunk = new Map<number, ChunkRow[]>();
    for (const no of log.numbers(logged).sort((a, b) => a - b)) {
      const at = log.find(no, logged);
      const row = { place: placeOf(no), memory: log.memory, from: log.startOf(at), to: log.endOf(at) };
      const rows = byChunk.get(indexOf(no));
      if (rows) rows.push(row);
      else byChunk.set(indexOf(no), [row]);
      yield;
    }
    return byChunk;
  }

  private chunkOf(no: number): RowChunk | undefined {
    return this.chunks[indexOf(no)];
  }
}

function indexOf(no: number): number {
  return Math.floor((no - 1) / CHUNK);
}

function placeOf(no: number): number {
  return (no - 1) % CHUNK;
}
