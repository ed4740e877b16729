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
  return { slope: -Infinity, order: Int32Array.from(series.times, (_, i) => i), atMost: 0 };
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
  const precedes = preceding(series, line, below);
  let order = Int32Array.from(series.times, (_, i) => i);
  let merged = new Int32Array(n);
  let inversions = 0;
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n);
      inversions += mergeRuns(order, merged, start, middle, Math.min(middle + width, n), precedes);
    }
    yield;
    [order, merged] = [merged, order];
  }
  return { order, inversions };
}

/** Merges two neighbouring sorted runs, both in the order of the series; returns how many pairs had to swap. */
function mergeRuns(
  from: Int32Array,
  to: Int32Array,
  start: number,
  middle: number,
  end: number,
  precedes: (later: number, earlier: number) => boolean,
): number {
  let left = start;
  let right = middle;
  let swapped = 0;
  for (let at = start; at < end; at++) {
    if (right < end && (left === middle || precedes(from[right]!, from[left]!))) {
      to[at] = from[right++]!;
      swapped += middle - left;
    } else to[at] = from[left++]!;
  }
  return swapped;
}

/** Whether the later of two points comes before the earlier one: by rounded keys where these leave no doubt. */
function preceding(
  series: SortedSeries,
  line: SlopeLine,
  below: 0 | -1,
): (later: number, earlier: number) => boolean {
  const { keys, doubt } = roundedKeys(series, line);
  const exactly = exactlyPrecedes(series, line, below);
  return (later, earlier) => {
    const ahead = keys[earlier]! - keys[later]!;
    return ahead > doubt || (ahead >= -doubt && exactly(later, earlier));
  };
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
function exactlyPrecedes(
  { times, values }: SortedSeries,
  line: SlopeLine,
  below: 0 | -1,
): (later: number, earlier: number) => boolean {
  return (later, earlier) => {
    if (times[later] === times[earlier]) return values[later]! < values[earlier]!;
    return sideOfLine(times[earlier]!, values[earlier]!, times[later]!, values[later]!, line) <= below;
  };
}
