import type { SideCounts } from './rank-index.js';
import type { SlopeLine } from './slope-line.js';
import type { SortedSeries } from './sorted-series.js';
import { CHUNK_POINTS, SCAN_POINTS, TimeChunk } from './time-chunk.js';

/** How the points of a series lie to a given point: earlier, later and at its time, below and above its line. */
export interface PointRanks {
  readonly earlier: SideCounts;
  readonly later: SideCounts;
  readonly equal: SideCounts;
  /** Points at exactly its time. */
  sameTime: number;
}

function none(): SideCounts {
  return { below: 0, above: 0 };
}

function add(counts: SideCounts, more: SideCounts, by: 1 | -1): void {
  counts.below += by * more.below;
  counts.above += by * more.above;
}

export function pointRanks(): PointRanks {
  return { earlier: none(), later: none(), equal: none(), sameTime: 0 };
}

/**
 * A multiset of points in the order of time, then value, that answers rank queries: how many earlier and
 * later points lie below and above a line. Held in chunks of at most {@link CHUNK_POINTS} points, so a
 * change moves no more than one chunk, and a query is a binary search in each: with n points
 * O(log n) to 1,000 and O(n/1000·log 1000) beyond, 0.1 µs at 100 and under 10 µs at 100,000.
 */
export class TimeSeries {
  size = 0;
  private chunks: TimeChunk[] = [new TimeChunk()];

  constructor(private readonly lines: readonly SlopeLine[]) {}

  /** Holds these points instead of its own. O(n), without a rank query. */
  load(series: SortedSeries): void {
    const n = series.times.length;
    this.size = n;
    this.chunks = [TimeChunk.of(series, 0, Math.min(n, CHUNK_POINTS))];
    for (let from = CHUNK_POINTS; from < n; from += CHUNK_POINTS) {
      this.chunks.push(TimeChunk.of(series, from, Math.min(n, from + CHUNK_POINTS)));
    }
  }

  /** A copy of the points in order. */
  toSeries(): SortedSeries {
    const times = new Float64Array(this.size);
    const values = new Float64Array(this.size);
    let i = 0;
    for (const chunk of this.chunks) {
      for (let slot = chunk.head; slot < chunk.tail; slot++, i++) {
        times[i] = chunk.time(slot);
        values[i] = chunk.value(slot);
      }
    }
    return { times, values };
  }

  insert(time: number, value: number): void {
    let position = this.chunkFor(time, value);
    let chunk = this.chunks[position]!;
    if (chunk.tail === CHUNK_POINTS && chunk.place(time, value) === chunk.tail) {
      chunk = new TimeChunk(CHUNK_POINTS);
      this.chunks.splice(++position, 0, chunk);
    } else if (chunk.size === CHUNK_POINTS) {
      this.chunks.splice(position + 1, 0, chunk.split());
      this.insert(time, value);
      return;
    }
    chunk.insert(chunk.place(time, value), time, value);
    this.size++;
  }

  /** Takes one such point out; false when there is none. */
  remove(time: number, value: number): boolean {
    const position = this.chunkFor(time, value);
    const chunk = this.chunks[position]!;
    const slot = chunk.place(time, value);
    if (slot === chunk.tail || chunk.time(slot) !== time || chunk.value(slot) !== value) return false;
    chunk.remove(slot);
    if (chunk.size === 0 && this.chunks.length > 1) this.chunks.splice(position, 1);
    this.size--;
    return true;
  }

  /** Whether such a point is held. */
  has(time: number, value: number): boolean {
    const chunk = this.chunks[this.chunkFor(time, value)]!;
    const slot = chunk.place(time, value);
    return slot < chunk.tail && chunk.time(slot) === time && chunk.value(slot) === value;
  }

  /** Gives one such point, which must be held, another value. */
  rewrite(time: number, before: number, after: number): void {
    const chunk = this.chunks[this.chunkFor(time, before)]!;
    if (this.chunks.length === 1 || (chunk.time(chunk.head) < time && chunk.time(chunk.tail - 1) > time)) {
      if (chunk.rewrite(chunk.place(time, before), after)) return;
    }
    this.remove(time, before);
    this.insert(time, after);
  }

  /** Fills `ranks` for one point and one line; a point that is held counts as on its own line. */
  rank(time: number, value: number, line: number, ranks: PointRanks): void {
    clear(ranks);
    for (const chunk of this.chunks) {
      if (chunk.size === 0) continue;
      if (chunk.time(chunk.tail - 1) < time) {
        chunk.count(chunk.head, chunk.tail, time, value, this.lines[line]!, line, ranks.earlier);
      } else if (chunk.time(chunk.head) > time) {
        chunk.count(chunk.head, chunk.tail, time, value, this.lines[line]!, line, ranks.later);
      } else this.rankAround(chunk, time, value, line, ranks);
    }
  }

  dropIndex(line: number): void {
    for (const chunk of this.chunks) chunk.dropIndex(line);
  }

  get lastTime(): number | null {
    const chunk = this.chunks[this.chunks.length - 1]!;
    return chunk.size === 0 ? null : chunk.time(chunk.tail - 1);
  }

  /** A chunk that holds the point's time. */
  private rankAround(chunk: TimeChunk, time: number, value: number, line: number, ranks: PointRanks): void {
    const from = chunk.firstAt(time);
    let to = from;
    while (to < chunk.tail && chunk.time(to) === time) to++;
    ranks.sameTime += to - from;
    const count = (start: number, end: number, counts: SideCounts): SideCounts => {
      chunk.count(start, end, time, value, this.lines[line]!, line, counts);
      return counts;
    };
    count(from, to, ranks.equal);
    if (chunk.size <= SCAN_POINTS) {
      count(chunk.head, from, ranks.earlier);
      count(to, chunk.tail, ranks.later);
      return;
    }
    // The index knows all of them together: what is not on the shorter side is on the longer one.
    const earlierIsShorter = from - chunk.head <= chunk.tail - to;
    const shorter = earlierIsShorter ? count(chunk.head, from, none()) : count(to, chunk.tail, none());
    const all = count(chunk.head, chunk.tail, none());
    const equal = count(from, to, none());
    add(earlierIsShorter ? ranks.earlier : ranks.later, shorter, 1);
    const longer = earlierIsShorter ? ranks.later : ranks.earlier;
    add(longer, all, 1);
    add(longer, shorter, -1);
    add(longer, equal, -1);
  }

  /** The first chunk whose last point is not before this one, else the last chunk. */
  private chunkFor(time: number, value: number): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(this.chunks[middle]!, time, value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isBefore(chunk: TimeChunk, time: number, value: number): boolean {
  const last = chunk.tail - 1;
  return chunk.time(last) < time || (chunk.time(last) === time && chunk.value(last) < value);
}

function clear(ranks: PointRanks): void {
  ranks.sameTime = 0;
  ranks.earlier.below = ranks.earlier.above = 0;
  ranks.later.below = ranks.later.above = 0;
  ranks.equal.below = ranks.equal.above = 0;
}
