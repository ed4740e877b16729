import { DAY_MS } from '../windows/duration.js';
import type { TrendPoint } from './types.js';

/** Points as columns, ordered by time, then value. Values in the unit in which slopes are wanted. */
export interface SortedSeries {
  /** Integer milliseconds. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Points as columns in canonical order. O(n) when they are in time order already, else O(n log n). */
export function sortedSeries(points: readonly TrendPoint[]): SortedSeries {
  const ordered = isOrdered(points) ? points : points.toSorted(compare);
  const times = new Float64Array(points.length);
  const values = new Float64Array(points.length);
  for (let i = 0; i < ordered.length; i++) {
    times[i] = ordered[i]!.at;
    values[i] = ordered[i]!.value;
  }
  return { times, values };
}

/** Slope between two points of a series in units per day; their times must differ. */
export function slopePerDay(series: SortedSeries, i: number, j: number): number {
  return ((series.values[j]! - series.values[i]!) * DAY_MS) / (series.times[j]! - series.times[i]!);
}

function compare(a: TrendPoint, b: TrendPoint): number {
  return a.at - b.at || a.value - b.value;
}

function isOrdered(points: readonly TrendPoint[]): boolean {
  for (let i = 1; i < points.length; i++) if (compare(points[i - 1]!, points[i]!) > 0) return false;
  return true;
}
