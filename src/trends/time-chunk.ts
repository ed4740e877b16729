import { RankIndex, type SideCounts } from './rank-index.js';
import { type SlopeLine, sideOfLine } from './slope-line.js';
import type { SortedSeries } from './sorted-series.js';

/** Most points of one chunk: its slots fit 16 bits, and moving half of them is still cheap. */
export const CHUNK_POINTS = 2048;
/** Up to here counting by reading all values is as fast as by an index, and needs no memory. */
export const SCAN_POINTS = 128;
const FIRST_CAPACITY = 8;

/**
 * A stretch of a time series of at most {@link CHUNK_POINTS} points, ordered by time and then value, that
 * answers how many of its points lie below or above a line of a given slope: by an index in O(log n), or by
 * reading when points are few. Memory: 16 bytes a point and up to a quarter of slack; indexes, where there
 * are any, 2 bytes more each.
 *
 * Points lie in slots `head` to `tail − 1`; the oldest leaves by moving `head`, so that a rolling window
 * moves nothing.
 */
export class TimeChunk {
  head = 0;
  tail = 0;
  /** time, value, time, value, … */
  private points: Float64Array;
  /** By line number; built when first needed. */
  private indexes: (RankIndex | undefined)[] | undefined;

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

  insert(slot: number, time: number, value: number): void {
    const at = this.makeRoom(slot);
    const moved = at < this.tail;
    if (moved) this.points.copyWithin(2 * at + 2, 2 * at, 2 * this.tail);
    this.points[2 * at] = time;
    this.points[2 * at + 1] = value;
    this.tail++;
    if (this.indexes) for (const index of this.indexes) index?.insert(this.points, at, moved);
  }

  remove(slot: number): void {
    const moved = slot !== this.head;
    if (this.indexes) for (const index of this.indexes) index?.remove(slot, moved);
    if (moved) this.points.copyWithin(2 * slot, 2 * slot + 2, 2 * this.tail--);
    else this.head++;
  }

  /** Gives the point in a slot another value; false, changing nothing, when it would have to move. */
  rewrite(slot: number, value: number): boolean {
    const time = this.time(slot);
    if (slot > this.head && this.time(slot - 1) === time && this.value(slot - 1) > value) return false;
    if (slot + 1 < this.tail && this.time(slot + 1) === time && this.value(slot + 1) < value) return false;
    if (this.indexes) for (const index of this.indexes) index?.remove(slot, false);
    this.points[2 * slot + 1] = value;
    if (this.indexes) for (const index of this.indexes) index?.insert(this.points, slot, false);
    return true;
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

  /** Adds to `counts` how many of the points in slots `from` to `to − 1` lie on either side of the line through a point. */
  count(
    from: number,
    to: number,
    time: number,
    value: number,
    line: SlopeLine,
    id: number,
    counts: SideCounts,
  ): void {
    if (to - from > SCAN_POINTS && to - from === this.size) {
      this.index(line, id).count(this.points, time, value, counts);
    } else if (line.rise === 0) this.scanValues(from, to, value, counts);
    else this.scan(from, to, time, value, line, counts);
  }

  dropIndex(id: number): void {
    if (this.indexes) this.indexes[id] = undefined;
  }

  private scanValues(from: number, to: number, value: number, counts: SideCounts): void {
    const points = this.points;
    let below = 0;
    let above = 0;
    for (let i = 2 * from + 1; i < 2 * to; i += 2) {
      // As numbers, not as branches: which way each goes is a coin toss, and a wrong guess costs ten additions.
      below += Number(points[i]! < value);
      above += Number(points[i]! > value);
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
      counts.below += Number(side > 0);
      counts.above += Number(side < 0);
    }
  }

  private index(line: SlopeLine, id: number): RankIndex {
    this.indexes ??= [undefined, undefined, undefined];
    this.indexes[id] ??= new RankIndex(line, this.points, this.head, this.size);
    return this.indexes[id]!;
  }

  /** Makes one slot free at the end, and tells where `slot` is now. */
  private makeRoom(slot: number): number {
    const capacity = this.points.length / 2;
    if (this.tail < capacity) return slot;
    if (this.head >= capacity / 8 || capacity === CHUNK_POINTS) return slot - this.compact();
    const grown = new Float64Array(2 * Math.min(CHUNK_POINTS, Math.ceil(1.25 * capacity)));
    grown.set(this.points);
    this.points = grown;
    return slot;
  }

  /** Moves all points to the front; returns by how many slots. */
  private compact(): number {
    const by = this.head;
    this.points.copyWithin(0, 2 * by, 2 * this.tail);
    if (this.indexes) for (const index of this.indexes) index?.shift(0, -by);
    this.head = 0;
    this.tail -= by;
    return by;
  }
}
