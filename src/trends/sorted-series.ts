import { DAY_MS } from '../windows/duration.js';
import type { TrendPoint } from './types.js';

/** Points as columns, ordered by time, then value. Values in the unit in which slopes are wanted. */
export interface SortedSeries {
  /** Integer milliseconds. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Points as columns in canonical order. O(n) when they are in order already, else O(n log n). */
export function sortedSeries(points: readonly TrendPoint[]): SortedSeries {
  return inOrder({
    times: Float64Array.from(points, (point) => point.at),
    values: Float64Array.from(points, (point) => point.value),
  });
}

/** Columns in canonical order: the given ones when they are, else copies. */
export function inOrder(columns: SortedSeries): SortedSeries {
  const { times, values } = columns;
  const compare = (i: number, j: number): number => times[i]! - times[j]! || values[i]! - values[j]!;
  let ordered = true;
  for (let i = 1; ordered && i < times.length; i++) ordered = compare(i - 1, i) <= 0;
  if (ordered) return columns;
  const order = Uint32Array.from(times, (_, i) => i).sort(compare);
  return {
    times: Float64Array.from(order, (i) => times[i]!),
    values: Float64Array.from(order, (i) => values[i]!),
  };
}

/** Slope between two points of a series in units per day; their times must differ. */
export function slopePerDay(series: SortedSeries, i: number, j: number): number {
  return ((series.values[j]! - series.values[i]!) * DAY_MS) / (series.times[j]! - series.times[i]!);
}
