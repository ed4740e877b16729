import { DAY_MS } from '../windows/duration.js';
import { implicitSlopes } from './implicit-slopes.js';
import { quickselect } from './quickselect.js';
import type { SortedSeries } from './sorted-series.js';

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
 * Room for all slopes of one short series, in whatever order selecting left them: a result asks for the median and
 * then for the interval of the same series, and a quarter of a megabyte each time would keep the collector busy.
 */
const room = new Float64Array((DIRECT_POINTS * (DIRECT_POINTS - 1)) / 2);
let held: { readonly series: SortedSeries; readonly count: number } | undefined;

/**
 * The slopes of given ranks (1 the smallest) among the slopes of all pairs of points with different times,
 * per day. Ranks must be ascending and within 1 to {@link countSlopes}. Exact, to the rounding of one
 * division. O(n²) time and memory up to 256 points, O(n log n) expected time and O(n) memory beyond, in pieces.
 * The same series gives the same answer: what is random in it is seeded by the series. Its columns must not be
 * written to between two questions.
 */
export function* slopesAtRanks(
  series: SortedSeries,
  ranks: readonly number[],
): Generator<undefined, number[]> {
  if (series.times.length > DIRECT_POINTS) return yield* implicitSlopes(series, ranks);
  if (held?.series !== series) held = { series, count: writeSlopes(series) };
  const { count } = held;
  let from = 0;
  return ranks.map((rank) => {
    quickselect(room, rank - 1, from, count - 1);
    from = rank - 1;
    return room[rank - 1]!;
  });
}

/** How many there are. */
function writeSlopes(series: SortedSeries): number {
  const { times, values } = series;
  const n = times.length;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const time = times[i]!;
    const value = values[i]!;
    for (let j = i + 1; j < n; j++) {
      if (times[j] !== time) room[count++] = ((values[j]! - value) * DAY_MS) / (times[j]! - time);
    }
  }
  return count;
}
