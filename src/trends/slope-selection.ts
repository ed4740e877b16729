import { implicitSlopes } from './implicit-slopes.js';
import { quickselect } from './quickselect.js';
import { type SortedSeries, slopePerDay } from './sorted-series.js';

/** Up to here all slopes are written down (32,640 of them, 255 KiB); beyond, they stay implicit. */
const DIRECT_POINTS = 256;

/** Number of pairs of points with different times. */
export function countSlopes(series: SortedSeries): number {
  const n = series.times.length;
  let pairs = (n * n - n) / 2;
  for (let i = 1, tied = 0; i < n; i++) {
    tied = series.times[i] === series.times[i - 1] ? tied + 1 : 0;
    pairs -= tied;
  }
  return pairs;
}

/**
 * The slopes of given ranks (1 the smallest) among the slopes of all pairs of points with different times,
 * per day. Ranks must be ascending and within 1 to {@link countSlopes}. Exact, to the rounding of one
 * division. O(n²) time and memory up to 256 points, O(n log n) expected time and O(n) memory beyond.
 * The same series gives the same answer: what is random in it is seeded by the series.
 */
export function slopesAtRanks(series: SortedSeries, ranks: readonly number[]): number[] {
  if (series.times.length > DIRECT_POINTS) return implicitSlopes(series, ranks);
  const slopes = allSlopes(series);
  let from = 0;
  return ranks.map((rank) => {
    quickselect(slopes, rank - 1, from, slopes.length - 1);
    from = rank - 1;
    return slopes[rank - 1]!;
  });
}

function allSlopes(series: SortedSeries): Float64Array {
  const n = series.times.length;
  const slopes = new Float64Array(countSlopes(series));
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (series.times[j] !== series.times[i]) slopes[count++] = slopePerDay(series, i, j);
    }
  }
  return slopes;
}
