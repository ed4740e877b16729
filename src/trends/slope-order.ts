import { DAY_MS } from '../windows/duration.js';
import { type SlopeLine, sideOfLine } from './slope-line.js';
import type { SortedSeries } from './sorted-series.js';

/** The points of a series in the order of `value − slope·time`, which says how many slopes are at most that. */
export interface SlopeOrder {
  /** Per day. */
  readonly slope: number;
  /** Positions in the series. Equal ones: the later first, so that pairs on the slope itself count as inverted. */
  readonly order: Int32Array;
  /** Pairs of points with different times whose slope is at most `slope`: the inversions of `order`. */
  readonly atMost: number;
}

/** The order at slope −∞: time, then value. */
export function canonicalOrder(series: SortedSeries): SlopeOrder {
  return { slope: -Infinity, order: ascending(series.times.length), atMost: 0 };
}

/** The order at slope +∞: the latest first, equal times by value. */
export function reversedOrder(series: SortedSeries): SlopeOrder {
  const { times } = series;
  const n = times.length;
  const order = new Int32Array(n);
  let atMost = 0;
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && times[to] === times[from]) to++;
    for (let i = from; i < to; i++) order[n - to + (i - from)] = i;
    atMost += from * (to - from);
  }
  return { slope: Infinity, order, atMost };
}

/** The order at a finite slope per day. O(n log n), in pieces. */
export function* orderAtSlope(series: SortedSeries, slope: number): Generator<undefined, SlopeOrder> {
  const { order, inversions } = yield* orderAlongLine(series, { rise: slope, run: DAY_MS }, 0);
  return { slope, order, atMost: inversions };
}

/**
 * Sorts the points by `value − slope·time` in a merge sort that counts inversions: the pairs of points with
 * different times whose slope is at most the line's, or with `below` −1 less than it. Rounded keys decide all
 * but near ties, which {@link sideOfLine} decides exactly. O(n log n), in pieces of O(n).
 */
export function* orderAlongLine(
  series: SortedSeries,
  line: SlopeLine,
  below: 0 | -1,
): Generator<undefined, { order: Int32Array; inversions: number }> {
  const n = series.times.length;
  const along = alongLine(series, line, below);
  let order = ascending(n);
  let merged: Int32Array = new Int32Array(n);
  let inversions = sortRuns(order, along);
  for (let width = FIRST_RUN; width < n; width *= 2) {
    yield;
    inversions += mergePass(order, merged, width, along);
    [order, merged] = [merged, order];
  }
  return { order, inversions };
}

/** 0 … n − 1. */
function ascending(n: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return order;
}

/** So many points are in order sooner by insertion. */
const FIRST_RUN = 8;

/** Sorts runs of {@link FIRST_RUN} where they lie; returns how many pairs had to swap. */
function sortRuns(order: Int32Array, along: AlongLine): number {
  let swapped = 0;
  for (let start = 0; start < order.length; start += FIRST_RUN) {
    const end = Math.min(start + FIRST_RUN, order.length);
    for (let i = start + 1; i < end; i++) {
      const item = order[i]!;
      let at = i;
      for (; at > start && precedes(along, item, order[at - 1]!); at--) order[at] = order[at - 1]!;
      order[at] = item;
      swapped += i - at;
    }
  }
  return swapped;
}

/** Merges all runs of a width. Not within the generator, whose loops are not compiled while they run. */
function mergePass(from: Int32Array, to: Int32Array, width: number, along: AlongLine): number {
  const n = from.length;
  let swapped = 0;
  for (let start = 0; start < n; start += 2 * width) {
    const middle = Math.min(start + width, n);
    swapped += mergeRuns(from, to, start, middle, Math.min(middle + width, n), along);
  }
  return swapped;
}

/** Merges two neighbouring sorted runs, both in the order of the series; returns how many pairs had to swap. */
function mergeRuns(
  from: Int32Array,
  to: Int32Array,
  start: number,
  middle: number,
  end: number,
  along: AlongLine,
): number {
  let left = start;
  let right = middle;
  let swapped = 0;
  for (let at = start; at < end; at++) {
    if (right < end && (left === middle || precedes(along, from[right]!, from[left]!))) {
      to[at] = from[right++]!;
      swapped += middle - left;
    } else to[at] = from[left++]!;
  }
  return swapped;
}

/** Whether the later of two points comes before the earlier one. */
type Precedes = (later: number, earlier: number) => boolean;

/** What says in which order points lie along a line. */
interface AlongLine {
  /** `value − slope·time`, rounded. */
  readonly keys: Float64Array;
  /** The difference below which rounding may have swapped two of them. */
  readonly doubt: number;
  readonly exactly: Precedes;
}

function alongLine(series: SortedSeries, line: SlopeLine, below: 0 | -1): AlongLine {
  const { keys, doubt } = roundedKeys(series, line);
  return { keys, doubt, exactly: exactlyPrecedes(series, line, below) };
}

/** Whether the later of two points comes before the earlier one: by rounded keys where these leave no doubt. */
function precedes({ keys, doubt, exactly }: AlongLine, later: number, earlier: number): boolean {
  const ahead = keys[earlier]! - keys[later]!;
  return ahead > doubt || (ahead >= -doubt && exactly(later, earlier));
}

/** `value − slope·time`, rounded, and the difference below which rounding may have swapped two of them. */
function roundedKeys(
  { times, values }: SortedSeries,
  line: SlopeLine,
): { keys: Float64Array; doubt: number } {
  const keys = new Float64Array(times.length);
  const slope = line.rise / line.run;
  let largest = 0;
  for (let i = 0; i < keys.length; i++) {
    const climb = slope * (times[i]! - times[0]!);
    keys[i] = values[i]! - climb;
    largest = Math.max(largest, Math.abs(values[i]!) + Math.abs(climb));
  }
  return { keys, doubt: 2e-15 * largest };
}

/** Whether the later of two points comes before the earlier one. */
function exactlyPrecedes({ times, values }: SortedSeries, line: SlopeLine, below: 0 | -1): Precedes {
  return (later, earlier) => {
    if (times[later] === times[earlier]) return values[later]! < values[earlier]!;
    return sideOfLine(times[earlier]!, values[earlier]!, times[later]!, values[later]!, line) <= below;
  };
}
