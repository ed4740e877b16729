import { withItem } from '../with-item.js';
import { Chunk } from './chunk.js';
import { partsOf, type RowLayout, RowTable, type RowTableParts } from './row-table.js';

/** What a timeline holds: things with a moment, in the order of `(at, seq)`. `seq` is unique among them. */
export interface Row {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Journal sequence number of the event that it came from. */
  readonly seq: number;
}

/** Rows in a chunk at most: small enough to copy for a late row, large enough to make whole chunks worth skipping. */
const CHUNK_SIZE = 32;

/**
 * An immutable list of rows in time order, in chunks of columns. The latest version adds a row at the end of its
 * last chunk's table in place, where no other version looks, and puts a row in the place of another there, too (see
 * {@link Chunk}); a late row copies one chunk. All else is shared with the version before. So an old state stays valid, and an event that fails half-way changes nothing.
 */
export class Timeline<R extends Row> {
  /** Where a reader may keep what it computed over all rows: they never change. */
  memo: unknown;

  private constructor(
    private readonly layout: RowLayout<R>,
    private readonly chunks: readonly Chunk[],
    readonly size: number,
  ) {}

  static empty<R extends Row>(layout: RowLayout<R>): Timeline<R> {
    return new Timeline<R>(layout, [], 0);
  }

  /** Rows in any order. */
  static from<R extends Row>(layout: RowLayout<R>, rows: readonly R[]): Timeline<R> {
    let timeline = Timeline.empty(layout);
    for (const row of [...rows].sort(compareRows)) timeline = timeline.insert(row);
    return timeline;
  }

  /** A timeline of all rows that {@link parts} took apart, in the same order. */
  static of<R extends Row>(layout: RowLayout<R>, parts: RowTableParts): Timeline<R> {
    const all = RowTable.of(parts);
    if (all.used > 0 && all.used <= CHUNK_SIZE) return new Timeline<R>(layout, [Chunk.of(all)], all.used);
    // As many as there are, and no room for more: this is done for every agent of a company that is opened.
    const chunks: Chunk[] = new Array(Math.ceil(all.used / CHUNK_SIZE));
    for (let c = 0, from = 0; c < chunks.length; c++, from += CHUNK_SIZE) {
      chunks[c] = Chunk.of(all.piece(from, Math.min(all.used, from + CHUNK_SIZE)));
    }
    return new Timeline<R>(layout, chunks, all.used);
  }

  /** All rows, in order, taken apart for writing them down. */
  parts(): RowTableParts {
    return partsOf(this.chunks);
  }

  insert(row: R): Timeline<R> {
    const { cells } = this.layout;
    this.layout.write(row, cells);
    const index = this.chunkFor(row);
    const chunk = this.chunks[index];
    if (!chunk || (index === this.chunks.length - 1 && isBefore(chunk, chunk.count - 1, row.at, row.seq)))
      return this.append(chunk);
    const { table, count } = chunk;
    const place = lowerBound(chunk, row.at, row.seq);
    const changed = RowTable.like(table, Math.min(CHUNK_SIZE, count + 1));
    changed.splice(table, count, place, place, cells);
    return new Timeline<R>(this.layout, this.withTable(index, changed), this.size + 1);
  }

  /** Puts a row in the place of the one with the same `at` and `seq`. */
  replace(row: R): Timeline<R> {
    const index = this.chunkFor(row);
    const chunk = this.chunks[index];
    const place = chunk ? lowerBound(chunk, row.at, row.seq) : 0;
    if (!chunk || !isAt(chunk, place, row.at, row.seq))
      throw new RangeError(`No row ${row.seq} at ${row.at} to replace`);
    const { cells } = this.layout;
    this.layout.write(row, cells);
    const replaced = chunk.withRow(place, cells);
    if (replaced) return new Timeline<R>(this.layout, withItem(this.chunks, index, replaced), this.size);
    const changed = RowTable.like(chunk.table, chunk.count);
    changed.splice(chunk.table, chunk.count, place, place + 1, cells);
    return new Timeline<R>(this.layout, this.withTable(index, changed), this.size);
  }

  /** Without the rows before a moment. */
  dropBefore(at: number): Timeline<R> {
    if (!(this.firstAt < at)) return this;
    const kept: Chunk[] = [];
    let size = 0;
    for (const chunk of this.chunks) {
      const start = lowerBound(chunk, at, 0);
      if (start === chunk.count) continue;
      kept.push(start === 0 ? chunk : this.rowsFrom(chunk, start));
      size += chunk.count - start;
    }
    return new Timeline<R>(this.layout, kept, size);
  }

  /** Time of the earliest row, `Infinity` without any. */
  get firstAt(): number {
    return this.chunks[0]?.times.number(0, 0) ?? Number.POSITIVE_INFINITY;
  }

  /** Time of the latest row, `-Infinity` without any. */
  get lastAt(): number {
    const last = this.chunks.at(-1);
    return last ? last.times.number(last.count - 1, 0) : Number.NEGATIVE_INFINITY;
  }

  /** Time of the first row at or after a moment, `Infinity` without any. */
  firstAtOrAfter(at: number): number {
    const chunk = this.chunks[this.firstChunkReaching(at)];
    return chunk ? chunk.times.number(lowerBound(chunk, at, 0), 0) : Number.POSITIVE_INFINITY;
  }

  /** The row at this place in time, `undefined` when there is none. */
  find({ at, seq }: Row): R | undefined {
    const chunk = this.chunks[this.chunkFor({ at, seq })];
    const place = chunk ? lowerBound(chunk, at, seq) : 0;
    return chunk && isAt(chunk, place, at, seq) ? this.layout.read(chunk.table, place) : undefined;
  }

  /** The rows with `from ≤ at ≤ to`, in order. */
  *range(from: number, to: number): Generator<R, void, undefined> {
    for (let c = this.firstChunkReaching(from); c < this.chunks.length; c++) {
      const chunk = this.chunks[c] as Chunk;
      const end = upperBound(chunk, to);
      for (let i = lowerBound(chunk, from, 0); i < end; i++) yield this.layout.read(chunk.table, i);
      if (end < chunk.count) return;
    }
  }

  /** Visits the rows of `[from, to]` where they lie, for readers who need a column or two of each. */
  scan(from: number, to: number, onRow: (table: RowTable, row: number) => void): void {
    this.visit(from, to, undefined, onRow);
  }

  /**
   * Visits `[from, to]` as whole chunks where it can and as single rows at the edges, so that a reader can keep
   * sums by chunk.
   */
  visit(
    from: number,
    to: number,
    onChunk: ((chunk: Chunk) => void) | undefined,
    onRow: (table: RowTable, row: number) => void,
  ): void {
    for (let c = this.firstChunkReaching(from); c < this.chunks.length; c++) {
      const chunk = this.chunks[c] as Chunk;
      const { times, count } = chunk;
      if (times.number(0, 0) > to) return;
      if (onChunk && times.number(0, 0) >= from && times.number(count - 1, 0) <= to) {
        onChunk(chunk);
        continue;
      }
      const { table } = chunk;
      const end = upperBound(chunk, to);
      for (let i = lowerBound(chunk, from, 0); i < end; i++) onRow(table, i);
    }
  }

  /** How many rows have `from ≤ at ≤ to`. */
  count(from: number, to: number): number {
    let count = 0;
    for (let c = this.firstChunkReaching(from); c < this.chunks.length; c++) {
      const chunk = this.chunks[c] as Chunk;
      const { times } = chunk;
      if (times.number(0, 0) > to) break;
      const isWhole = times.number(0, 0) >= from && times.number(chunk.count - 1, 0) <= to;
      count += isWhole ? chunk.count : upperBound(chunk, to) - lowerBound(chunk, from, 0);
    }
    return count;
  }

  toArray(): R[] {
    return [...this.range(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)];
  }

  /** The row in the layout's cells, behind all others. */
  private append(last: Chunk | undefined): Timeline<R> {
    const { cells } = this.layout;
    const chunks = this.chunks.slice();
    if (!last || last.count >= CHUNK_SIZE) {
      const table = last ? RowTable.like(last.table, CHUNK_SIZE / 2) : RowTable.like(undefined);
      table.append(cells);
      chunks.push(Chunk.of(table));
    } else if (last.isLatest) {
      last.table.append(cells);
      chunks[chunks.length - 1] = last.withNext();
    } else {
      // Another version has added to it already: this one goes on in a table of its own.
      const table = RowTable.like(last.table, last.count + 1);
      table.splice(last.table, last.count, last.count, last.count, cells);
      chunks[chunks.length - 1] = Chunk.of(table);
    }
    return new Timeline<R>(this.layout, chunks, this.size + 1);
  }

  private withTable(index: number, table: RowTable): Chunk[] {
    const chunks = this.chunks.slice();
    if (table.used <= CHUNK_SIZE) {
      chunks[index] = Chunk.of(table);
    } else {
      const half = table.used >> 1;
      chunks.splice(index, 1, this.piece(table, 0, half), this.piece(table, half, table.used));
    }
    return chunks;
  }

  private rowsFrom({ table, count }: Chunk, start: number): Chunk {
    return this.piece(table, start, count);
  }

  private piece(table: RowTable, from: number, to: number): Chunk {
    const piece = RowTable.like(table, to - from);
    piece.copy(table, from, to, this.layout.cells);
    return Chunk.of(piece);
  }

  /** The chunk that a row is in, or belongs into. */
  private chunkFor(row: Row): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (isBefore(this.chunks[middle] as Chunk, 0, row.at, row.seq + 1)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private firstChunkReaching(at: number): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { times, count } = this.chunks[middle] as Chunk;
      if (times.number(count - 1, 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Time order; rows of one moment in the order in which they were journalled. */
export function compareRows(a: Row, b: Row): number {
  return a.at - b.at || a.seq - b.seq;
}

/** Whether a row of a chunk lies before a place in time. */
function isBefore({ times }: Chunk, row: number, at: number, seq: number): boolean {
  const own = times.number(row, 0);
  return own < at || (own === at && times.number(row, 1) < seq);
}

function isAt({ times, count }: Chunk, row: number, at: number, seq: number): boolean {
  return row < count && times.number(row, 0) === at && times.number(row, 1) === seq;
}

function lowerBound(chunk: Chunk, at: number, seq: number): number {
  let low = 0;
  let high = chunk.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(chunk, middle, at, seq)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many rows of a chunk are at or before a moment. */
function upperBound(chunk: Chunk, to: number): number {
  return lowerBound(chunk, to, Number.POSITIVE_INFINITY);
}
