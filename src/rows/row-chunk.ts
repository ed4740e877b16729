import { Buffer } from 'node:buffer';

/** Rows in a chunk. */
export const CHUNK = 128;

/** The rows of {@link CHUNK} numbers that follow each other, packed tight; never changed. A row of no bytes is none. */
export class RowChunk {
  private constructor(
    readonly bytes: Buffer,
    /** Where each row starts, and where the last one ends. */
    private readonly starts: Uint32Array,
  ) {}

  static readonly EMPTY = new RowChunk(Buffer.alloc(0), new Uint32Array(CHUNK + 1));

  /** @param rows each with its place in the chunk, where its bytes lie, ascending */
  with(rows: readonly ChunkRow[]): RowChunk {
    let added = 0;
    for (let i = 0; i < rows.length; i++) {
      const { place, from, to } = rows[i] as ChunkRow;
      added += to - from - this.sizeOf(place);
    }
    const bytes = Buffer.allocUnsafeSlow(this.bytes.length + added);
    const starts = new Uint32Array(CHUNK + 1);
    const keep = (from: number, to: number) => {
      const shift = starts[from]! - this.startOf(from);
      this.bytes.copy(bytes, starts[from], this.startOf(from), this.startOf(to));
      for (let place = from; place < to; place++) starts[place + 1] = this.startOf(place + 1) + shift;
    };
    let done = 0;
    for (let i = 0; i < rows.length; i++) {
      const { place, memory, from, to } = rows[i] as ChunkRow;
      keep(done, place);
      memory.copy(bytes, starts[place], from, to);
      starts[place + 1] = starts[place]! + to - from;
      done = place + 1;
    }
    keep(done, CHUNK);
    return new RowChunk(bytes, starts);
  }

  startOf(place: number): number {
    return this.starts[place]!;
  }

  sizeOf(place: number): number {
    return this.starts[place + 1]! - this.starts[place]!;
  }
}

export interface ChunkRow {
  readonly place: number;
  readonly memory: Buffer;
  readonly from: number;
  readonly to: number;
}
