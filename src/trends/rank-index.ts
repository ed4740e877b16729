import { type SlopeLine, sideOfLine } from './slope-line.js';

/** How many points lie below and above the line through a given point. */
export interface SideCounts {
  below: number;
  above: number;
}

/**
 * Slots of a chunk's points in ascending order of `value − slope·time`, 2 bytes a point: how many points lie
 * below a line is a binary search. Points are `time, value, time, value, …` by slot.
 */
export class RankIndex {
  private order: Uint16Array;

  constructor(
    private readonly line: SlopeLine,
    points: Float64Array,
    head: number,
    private size: number,
  ) {
    const side = (a: number, b: number): number =>
      sideOfLine(points[2 * b]!, points[2 * b + 1]!, points[2 * a]!, points[2 * a + 1]!, line);
    this.order = new Uint16Array(points.length / 2);
    this.order.set(Uint16Array.from({ length: size }, (_, i) => head + i).sort(side));
  }

  /** Adds how many points lie below and above the line through a point. O(log n). */
  count(points: Float64Array, time: number, value: number, counts: SideCounts): void {
    const below = this.rankBelow(points, time, value);
    counts.below += below;
    counts.above += this.size - this.rankAtMost(points, below, time, value);
  }

  /** A point was put into a slot; those from there on, if any, moved up by one. */
  insert(points: Float64Array, slot: number, moved: boolean): void {
    if (moved) this.shift(slot, 1);
    const rank = this.rankBelow(points, points[2 * slot]!, points[2 * slot + 1]!);
    if (this.size === this.order.length) this.grow(points.length / 2);
    this.order.copyWithin(rank + 1, rank, this.size++);
    this.order[rank] = slot;
  }

  /** A slot was given up; with `moved`, those after it move down by one. */
  remove(slot: number, moved: boolean): void {
    const rank = this.order.indexOf(slot);
    this.order.copyWithin(rank, rank + 1, this.size--);
    if (moved) this.shift(slot, -1);
  }

  /** Adds `by` to every slot of at least `from`. */
  shift(from: number, by: number): void {
    for (let i = 0; i < this.size; i++) if (this.order[i]! >= from) this.order[i]! += by;
  }

  private grow(capacity: number): void {
    const grown = new Uint16Array(capacity);
    grown.set(this.order);
    this.order = grown;
  }

  /** How many points lie below the line through a point. */
  private rankBelow(points: Float64Array, time: number, value: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.side(points, middle, time, value) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many lie below or on it, given how many lie below. */
  private rankAtMost(points: Float64Array, below: number, time: number, value: number): number {
    // Without ties, and so nearly always, the first one that is not below is above.
    if (below === this.size || this.side(points, below, time, value) < 0) return below;
    let low = below;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.side(points, middle, time, value) >= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** On which side of the line through the point of a rank a given point lies. */
  private side(points: Float64Array, rank: number, time: number, value: number): number {
    const slot = this.order[rank]!;
    return sideOfLine(points[2 * slot]!, points[2 * slot + 1]!, time, value, this.line);
  }
}
