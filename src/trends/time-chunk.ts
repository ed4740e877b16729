import { type SlopeLine, sideOfLine } from './slope-line.js';
import type { SortedSeries } from './sorted-series.js';

/** Most points of one chunk: its slots fit 16 bits, and moving half of them is still cheap. */
export const CHUNK_POINTS = 1024;
/** Up to here counting by reading all values is as fast as by an index, and needs no memory. */
export const SCAN_POINTS = 96;
const FIRST_CAPACITY = 8;

/** How many points lie below and above the line through a given point. */
export interface SideCounts {
  below: number;
  above: number;
}

/**
 * A stretch of a time series of at most {@link CHUNK_POINTS} points, ordered by time and then value, that
 * answers how many of its points lie below or above a line of a given slope: O(log n) by an index (the slots
 * in the order of `value − slope·time`, 2 bytes a point) that is built when first needed, or by reading.
 * Memory: 16 bytes a point and up to a quarter of slack.
 *
 * Points lie in slots `head` to `tail − 1`; the oldest leaves by moving `head`, so that a rolling window
 * moves nothing.
 */
export class TimeChunk {
  head = 0;
  tail = 0;
  /** time, value, time, value, … */
  private points: Float64Array;
  /** Per line number, slots in ascending order of `value − slope·time`. */
  private indexes: (Uint16Array | undefined)[] | undefined;

  constructor(capacity = FIRST_CAPACITY) {
    this.points = new Float64Array(2 * capacity);
  }

  /** Holds points `from` to `to − 1` of a series, and no more room than that. */
  static of(series: SortedSeries, from: number, to: number): TimeChunk {
    const chunk = new TimeChunk(Math.max(FIRST_CAPACITY, to - from));
    for (let i = from; i < to; i++) {
      chunk.points[2 * chunk.tail] = series.times[i]!;
      chunk.points[2 * chunk.tail++ + 1] = series.values[i]!;
    }
    return chunk;
  }

  get size(): number {
    return this.tail - this.head;
  }

  time(slot: number): number {
    return this.points[2 * slot]!;
  }

  value(slot: number): number {
    return this.points[2 * slot + 1]!;
  }

  /** First slot whose time is at least `time`. */
  firstAt(time: number): number {
    let low = this.head;
    let high = this.tail;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.points[2 * middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** First slot that is not before the point in the order of time and value. */
  place(time: number, value: number): number {
    if (this.tail > this.head && this.points[2 * this.tail - 2]! < time) return this.tail;
    let slot = this.firstAt(time);
    while (slot < this.tail && this.time(slot) === time && this.value(slot) < value) slot++;
    return slot;
  }

  insert(slot: number, time: number, value: number, lines: readonly SlopeLine[]): void {
    const at = this.makeRoom(slot);
    const moved = this.tail - at;
    this.points.copyWithin(2 * at + 2, 2 * at, 2 * this.tail);
    this.points[2 * at] = time;
    this.points[2 * at + 1] = value;
    this.tail++;
    this.eachIndex((index, line) => {
      if (moved > 0) shiftSlots(index, this.size - 1, at, 1);
      const rank = this.lowerRank(index, this.size - 1, time, value, lines[line]!);
      index.copyWithin(rank + 1, rank, this.size - 1);
      index[rank] = at;
    });
  }

  remove(slot: number): void {
    const size = this.size;
    this.eachIndex((index) => {
      const rank = index.indexOf(slot);
      index.copyWithin(rank, rank + 1, size);
      if (slot !== this.head) shiftSlots(index, size - 1, slot, -1);
    });
    if (slot === this.head) this.head++;
    else {
      this.points.copyWithin(2 * slot, 2 * slot + 2, 2 * this.tail);
      this.tail--;
    }
  }

  /** Moves the later half into a new chunk. */
  split(): TimeChunk {
    const later = new TimeChunk(CHUNK_POINTS);
    const middle = (this.head + this.tail) >> 1;
    later.points.set(this.points.subarray(2 * middle, 2 * this.tail));
    later.tail = this.tail - middle;
    this.tail = middle;
    this.indexes = undefined;
    return later;
  }

  /** Adds to `counts` how many of the points in slots `from` to `to − 1` lie below and above the line through a point. */
  count(
    from: number,
    to: number,
    time: number,
    value: number,
    lines: readonly SlopeLine[],
    line: number,
    counts: SideCounts,
  ): void {
    if (to - from <= SCAN_POINTS || to - from < this.size) {
      if (lines[line]!.rise === 0) this.scanValues(from, to, value, counts);
      else this.scan(from, to, time, value, lines[line]!, counts);
      return;
    }
    const index = this.index(lines, line);
    const below = this.lowerRank(index, this.size, time, value, lines[line]!);
    counts.below += below;
    counts.above += this.size - this.upperRank(index, below, time, value, lines[line]!);
  }

  dropIndex(line: number): void {
    if (this.indexes) this.indexes[line] = undefined;
  }

  private scanValues(from: number, to: number, value: number, counts: SideCounts): void {
    const points = this.points;
    let below = 0;
    let above = 0;
    for (let i = 2 * from + 1; i < 2 * to; i += 2) {
      below += points[i]! < value ? 1 : 0;
      above += points[i]! > value ? 1 : 0;
    }
    counts.below += below;
    counts.above += above;
  }

  private scan(
    from: number,
    to: number,
    time: number,
    value: number,
    line: SlopeLine,
    counts: SideCounts,
  ): void {
    for (let slot = from; slot < to; slot++) {
      const side = sideOfLine(this.time(slot), this.value(slot), time, value, line);
      if (side > 0) counts.below++;
      else if (side < 0) counts.above++;
    }
  }

  private index(lines: readonly SlopeLine[], line: number): Uint16Array {
    this.indexes ??= [];
    let index = this.indexes[line];
    if (index === undefined) {
      const slots = Uint16Array.from({ length: this.size }, (_, i) => this.head + i);
      slots.sort((a, b) =>
        sideOfLine(this.time(b), this.value(b), this.time(a), this.value(a), lines[line]!),
      );
      index = new Uint16Array(this.points.length / 2);
      index.set(slots);
      this.indexes[line] = index;
    }
    return index;
  }

  /** How many of the first `size` slots of an index lie below the line through the point. */
  private lowerRank(index: Uint16Array, size: number, time: number, value: number, line: SlopeLine): number {
    let low = 0;
    let high = size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const slot = index[middle]!;
      if (sideOfLine(this.time(slot), this.value(slot), time, value, line) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many lie below or on it, given that the first `low` lie below. */
  private upperRank(index: Uint16Array, low: number, time: number, value: number, line: SlopeLine): number {
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const slot = index[middle]!;
      if (sideOfLine(this.time(slot), this.value(slot), time, value, line) >= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes one slot free at the end, and tells where `slot` is now. */
  private makeRoom(slot: number): number {
    const capacity = this.points.length / 2;
    if (this.tail < capacity) return slot;
    if (this.head >= capacity / 8 || capacity === CHUNK_POINTS) return slot - this.compact();
    this.grow(Math.min(CHUNK_POINTS, Math.ceil(1.25 * capacity)));
    return slot;
  }

  /** Moves all points to the front; returns by how many slots. */
  private compact(): number {
    const by = this.head;
    this.points.copyWithin(0, 2 * by, 2 * this.tail);
    this.eachIndex((index) => shiftSlots(index, this.size, 0, -by));
    this.head = 0;
    this.tail -= by;
    return by;
  }

  private grow(capacity: number): void {
    const grown = new Float64Array(2 * capacity);
    grown.set(this.points.subarray(0, 2 * this.tail));
    this.points = grown;
    this.eachIndex((index, line) => {
      const wider = new Uint16Array(capacity);
      wider.set(index);
      this.indexes![line] = wider;
    });
  }

  private eachIndex(visit: (index: Uint16Array, line: number) => void): void {
    if (this.indexes === undefined) return;
    for (let line = 0; line < this.indexes.length; line++) {
      const index = this.indexes[line];
      if (index !== undefined) visit(index, line);
    }
  }
}

/** Adds `by` to every entry of at least `from` among the first `size`. */
function shiftSlots(index: Uint16Array, size: number, from: number, by: number): void {
  for (let i = 0; i < size; i++) if (index[i]! >= from) index[i]! += by;
}
