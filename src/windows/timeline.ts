/** What a timeline holds: things with a moment, in the order of `(at, seq)`. `seq` is unique among them. */
export interface Row {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Journal sequence number of the event that it came from. */
  readonly seq: number;
}

/** Rows in a chunk at most: small enough to copy at every event, large enough to make whole chunks worth skipping. */
const CHUNK_SIZE = 32;

/** A run of rows that is never changed; whatever is computed from it once stays true (see {@link Chunk.memo}). */
export interface Chunk<R extends Row> {
  readonly rows: readonly R[];
  /** Where a reader may keep what it computed over all rows of this chunk. */
  memo?: unknown;
}

/**
 * An immutable list of rows in time order, in chunks. Inserting and replacing copy one chunk and the list of
 * chunks, O(√n)-like for any practical n; everything else is shared with the version before. So an old state stays
 * valid, an event that fails half-way changes nothing, and late rows cost no more than new ones.
 */
export class Timeline<R extends Row> {
  private constructor(
    private readonly chunks: readonly Chunk<R>[],
    readonly size: number,
  ) {}

  static empty<R extends Row>(): Timeline<R> {
    return new Timeline<R>([], 0);
  }

  /** Rows in any order. */
  static from<R extends Row>(rows: readonly R[]): Timeline<R> {
    const sorted = [...rows].sort(compareRows);
    const chunks: Chunk<R>[] = [];
    for (let i = 0; i < sorted.length; i += CHUNK_SIZE)
      chunks.push({ rows: sorted.slice(i, i + CHUNK_SIZE) });
    return new Timeline<R>(chunks, sorted.length);
  }

  insert(row: R): Timeline<R> {
    const index = this.chunkFor(row);
    const chunk = this.chunks[index];
    if (!chunk) return new Timeline<R>([{ rows: [row] }], 1);
    const isFullAtEnd = index === this.chunks.length - 1 && chunk.rows.length >= CHUNK_SIZE;
    if (isFullAtEnd && compareRows(chunk.rows.at(-1) as R, row) < 0) {
      return new Timeline<R>([...this.chunks, { rows: [row] }], this.size + 1);
    }
    const rows = chunk.rows.slice();
    rows.splice(lowerBound(rows, row.at, row.seq), 0, row);
    return new Timeline<R>(this.withChunk(index, rows), this.size + 1);
  }

  /** Puts a row in the place of the one with the same `at` and `seq`. */
  replace(row: R): Timeline<R> {
    const index = this.chunkFor(row);
    const chunk = this.chunks[index];
    const position = chunk ? lowerBound(chunk.rows, row.at, row.seq) : -1;
    const found = chunk?.rows[position];
    if (!chunk || found?.seq !== row.seq || found.at !== row.at)
      throw new RangeError(`No row ${row.seq} at ${row.at} to replace`);
    const rows = chunk.rows.slice();
    rows[position] = row;
    return new Timeline<R>(this.withChunk(index, rows), this.size);
  }

  /** Without the rows before a moment. */
  dropBefore(at: number): Timeline<R> {
    if (!(this.firstAt < at)) return this;
    const kept: Chunk<R>[] = [];
    let size = 0;
    for (const chunk of this.chunks) {
      const start = lowerBound(chunk.rows, at, 0);
      if (start === chunk.rows.length) continue;
      kept.push(start === 0 ? chunk : { rows: chunk.rows.slice(start) });
      size += chunk.rows.length - start;
    }
    return new Timeline<R>(kept, size);
  }

  /** Time of the earliest row, `Infinity` without any. */
  get firstAt(): number {
    return this.chunks[0]?.rows[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Time of the first row at or after a moment, `Infinity` without any. */
  firstAtOrAfter(at: number): number {
    const rows = this.chunks[this.firstChunkReaching(at)]?.rows;
    return rows?.[lowerBound(rows, at, 0)]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** The rows with `from ≤ at ≤ to`, in order. */
  *range(from: number, to: number): Generator<R, void, undefined> {
    for (let c = this.firstChunkReaching(from); c < this.chunks.length; c++) {
      const { rows } = this.chunks[c] as Chunk<R>;
      for (let i = lowerBound(rows, from, 0); i < rows.length; i++) {
        const row = rows[i] as R;
        if (row.at > to) return;
        yield row;
      }
    }
  }

  /**
   * Visits `[from, to]` as whole chunks where it can and as single rows at the edges, so that a reader can keep
   * sums by chunk.
   */
  visit(from: number, to: number, onChunk: (chunk: Chunk<R>) => void, onRow: (row: R) => void): void {
    for (let c = this.firstChunkReaching(from); c < this.chunks.length; c++) {
      const chunk = this.chunks[c] as Chunk<R>;
      const { rows } = chunk;
      const first = rows[0] as R;
      if (first.at > to) return;
      if (first.at >= from && (rows.at(-1) as R).at <= to) {
        onChunk(chunk);
        continue;
      }
      for (let i = lowerBound(rows, from, 0); i < rows.length; i++) {
        const row = rows[i] as R;
        if (row.at > to) return;
        onRow(row);
      }
    }
  }

  toArray(): R[] {
    return this.chunks.flatMap((chunk) => chunk.rows);
  }

  private withChunk(index: number, rows: readonly R[]): Chunk<R>[] {
    const chunks = this.chunks.slice();
    if (rows.length <= CHUNK_SIZE) {
      chunks[index] = { rows };
    } else {
      const half = rows.length >> 1;
      chunks.splice(index, 1, { rows: rows.slice(0, half) }, { rows: rows.slice(half) });
    }
    return chunks;
  }

  /** The chunk that a row is in, or belongs into. */
  private chunkFor(row: Row): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (compareRows((this.chunks[middle] as Chunk<R>).rows[0] as R, row) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private firstChunkReaching(at: number): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (((this.chunks[middle] as Chunk<R>).rows.at(-1) as R).at < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Time order; rows of one moment in the order in which they were journalled. */
export function compareRows(a: Row, b: Row): number {
  return a.at - b.at || a.seq - b.seq;
}

function lowerBound(rows: readonly Row[], at: number, seq: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] as Row;
    if (row.at < at || (row.at === at && row.seq < seq)) low = middle + 1;
    else high = middle;
  }
  return low;
}
