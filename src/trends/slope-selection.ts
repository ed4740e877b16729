import { DAY_MS } from '../windows/duration.js';
import { implicitSlopes } from './implicit-slopes.js';
import { quickselectAll } from './quickselect.js';
import type { SortedSeries } from './sorted-series.js';

/** Up to here all slopes are written down (130,816 of them, 1 MiB); beyond, they stay implicit. */
const DIRECT_POINTS = 512;
/** So many points there is room for from the beginning. */
const FIRST_POINTS = 64;

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

/** Ranks of the middle two slopes, twice the same of an odd number; there must be some. */
export function middleRanks(pairs: number): [lower: number, upper: number] {
  return [Math.ceil(pairs / 2), Math.floor(pairs / 2) + 1];
}

/** Room for all slopes of one short series after another: up to a megabyte each time would keep the collector busy. */
let room = new Float64Array((FIRST_POINTS * (FIRST_POINTS - 1)) / 2);

/** Whether all slopes of a series are written down: at once, for there is nothing to divide. */
export function isShort({ times }: SortedSeries): boolean {
  return times.length <= DIRECT_POINTS;
}

/**
 * The slopes of given ranks (1 the smallest) among the slopes of all pairs of points with different times,
 * per day. Ranks must be ascending and within 1 to {@link countSlopes}; each may come several times. Exact, to the
 * rounding of one division. O(n²) time and memory up to 512 points, O(n log n) expected time and O(n) memory beyond, in
 * pieces. The same series gives the same answer: what is random in it is seeded by the series.
 */
export function* slopesAtRanks(
  series: SortedSeries,
  ranks: readonly number[],
): Generator<undefined, number[]> {
  if (isShort(series)) return shortSlopesAtRanks(series, ranks);
  const different = ranks.filter((rank, i) => rank !== ranks[i - 1]);
  const found = yield* implicitSlopes(series, different);
  let at = -1;
  return ranks.map((rank, i) => {
    if (rank !== ranks[i - 1]) at++;
    return found[at]!;
  });
}

/** {@link slopesAtRanks} of a series that {@link isShort}. */
export function shortSlopesAtRanks(series: SortedSeries, ranks: readonly number[]): number[] {
  const count = writeSlopes(series);
  const found = ranks.slice();
  let different = 0;
  for (const rank of ranks)
    if (different === 0 || found[different - 1] !== rank - 1) found[different++] = rank - 1;
  quickselectAll(room, found, 0, count - 1, 0, different);
  for (let i = 0; i < ranks.length; i++) found[i] = room[ranks[i]! - 1]!;
  return found;
}

/** How many there are. */
function writeSlopes(series: SortedSeries): number {
  const { times, values } = series;
  const n = times.length;
  if (room.length < (n * (n - 1)) / 2) room = new Float64Array(n * (n - 1));
  const slopes = room;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const time = times[i]!;
    const value = values[i]!;
    for (let j = i + 1; j < n; j++) {
      if (times[j] !== time) slopes[count++] = ((values[j]! - value) * DAY_MS) / (times[j]! - time);
    }
  }
  return count;
}
