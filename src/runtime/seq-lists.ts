import { grown } from '../rows/grown.js';

/**
 * For each of many agents, the numbers of its records since its snapshot, ascending: lists through two columns that all of
 * them share. As arrays they would be two objects of every agent to whom anything happens, each grown time and again.
 */
export class SeqLists {
  /** By an agent's number: its first and its last cell, 0 for none. */
  private first = new Uint32Array(FIRST_ROOM);
  private last = new Uint32Array(FIRST_ROOM);
  /** By cell: a number, and the cell of the next one. Cell 0 is nobody's. */
  private seqs = new Float64Array(FIRST_ROOM);
  private next = new Uint32Array(FIRST_ROOM);
  private used = 1;
  /** The first of the cells that were given back. */
  private free = 0;

  /** O(1), but for growing. */
  add(no: number, seq: number): void {
    const cell = this.take();
    this.seqs[cell] = seq;
    this.next[cell] = 0;
    this.reserve(no);
    const last = this.last[no]!;
    if (last === 0) this.first[no] = cell;
    else this.next[last] = cell;
    this.last[no] = cell;
  }

  of(no: number): number[] {
    const seqs: number[] = [];
    for (let cell = this.first[no] ?? 0; cell !== 0; cell = this.next[cell]!) seqs.push(this.seqs[cell]!);
    return seqs;
  }

  /** Gives up the first so many of an agent's numbers. */
  drop(no: number, count: number): void {
    let cell = this.first[no] ?? 0;
    for (let dropped = 0; dropped < count && cell !== 0; dropped++) {
      const next = this.next[cell]!;
      this.next[cell] = this.free;
      this.free = cell;
      cell = next;
    }
    if (no >= this.first.length) return;
    this.first[no] = cell;
    if (cell === 0) this.last[no] = 0;
  }

  private take(): number {
    const { free } = this;
    if (free !== 0) {
      this.free = this.next[free]!;
      return free;
    }
    if (this.used === this.seqs.length) {
      this.seqs = grown(this.seqs, new Float64Array(2 * this.used));
      this.next = grown(this.next, new Uint32Array(2 * this.used));
    }
    return this.used++;
  }

  private reserve(no: number): void {
    if (no < this.first.length) return;
    const room = Math.ceil(1.5 * (no + 1));
    this.first = grown(this.first, new Uint32Array(room));
    this.last = grown(this.last, new Uint32Array(room));
  }
}

const FIRST_ROOM = 64;
