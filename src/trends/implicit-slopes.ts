import { forEachInversion, sampleInversions } from './inversions.js';
import { neighbours } from './neighbours.js';
import { quickselect } from './quickselect.js';
import { seededRandom } from './seeded-random.js';
import { canonicalOrder, orderAtSlope, reversedOrder, type SlopeOrder } from './slope-order.js';
import { type SortedSeries, slopePerDay } from './sorted-series.js';

/** An open-ended stretch of slopes: those above `low.slope` and at most `high.slope`. */
interface Bracket {
  low: SlopeOrder;
  high: SlopeOrder;
}

/**
 * Slopes of given ranks without writing down all of them: randomised bracketing. Sorting the points by
 * `value − slope·time` turns "how many slopes are at most this" into counting inversions, O(n log n); slopes
 * drawn at random from the bracket say where to cut next, and each round leaves about 4/√n of it. When no
 * more than a few n slopes are left, they are written down. O(n log n) expected, O(n) memory; in pieces of O(n).
 *
 * Sources: Matoušek (1991), Randomized optimal algorithm for slope selection; Dillencourt, Mount &
 * Netanyahu (1992), A randomized algorithm for slope selection.
 */
export function* implicitSlopes(
  series: SortedSeries,
  ranks: readonly number[],
): Generator<undefined, number[]> {
  const random = seededRandom(series);
  const found: number[] = [];
  for (let i = 0; i < ranks.length; i++) {
    // The two middle slopes are neighbours: one bracket serves both.
    const last = ranks[i + 1] === ranks[i]! + 1 ? i + 1 : i;
    const bracket = { low: canonicalOrder(series), high: reversedOrder(series) };
    found.push(...(yield* select(series, bracket, ranks[i]!, ranks[last]!, random)));
    i = last;
  }
  return found;
}

/** The slopes of rank `first` to `last`, at most two. */
function* select(
  series: SortedSeries,
  bracket: Bracket,
  first: number,
  last: number,
  random: () => number,
): Generator<undefined, number[]> {
  const n = series.times.length;
  for (;;) {
    if (bracket.high.atMost - bracket.low.atMost <= 4 * n) {
      return yield* enumerate(series, bracket, first, last);
    }
    const sample = yield* sampleSlopes(series, bracket, n, random);
    const cuts = cutsAround(sample, bracket, first, last).filter(isInside(bracket));
    // Nothing between the bounds but one slope and its neighbouring doubles: points on a line.
    if (cuts.length === 0) return Array.from({ length: last - first + 1 }, () => sample[n >> 1]!);
    for (const slope of cuts) {
      if (!isInside(bracket)(slope)) continue;
      const order = yield* orderAtSlope(series, slope);
      if (order.atMost < first) bracket.low = order;
      else if (order.atMost >= last) bracket.high = order;
      else {
        const below = yield* select(series, { ...bracket, high: order }, first, first, random);
        return [...below, ...(yield* select(series, { ...bracket, low: order }, last, last, random))];
      }
    }
  }
}

/**
 * Where to cut: just outside of where the sample expects the ranks. When that is at the bounds already,
 * as with many equal slopes, on both sides of the slope in between.
 */
function cutsAround(sample: Float64Array, bracket: Bracket, first: number, last: number): number[] {
  const scale = sample.length / (bracket.high.atMost - bracket.low.atMost);
  const margin = 1.5 * Math.sqrt(sample.length);
  const middle = ((first + last) / 2 - bracket.low.atMost) * scale;
  const at = (position: number): [number, number] =>
    neighbours(sample[Math.max(0, Math.min(sample.length - 1, Math.round(position)))]!);
  const outer = [at(middle - margin)[0], at(middle + margin)[1]];
  return outer.some(isInside(bracket)) ? outer : at(middle);
}

function isInside(bracket: Bracket): (slope: number) => boolean {
  return (slope) => slope > bracket.low.slope && slope < bracket.high.slope;
}

function* sampleSlopes(
  series: SortedSeries,
  bracket: Bracket,
  size: number,
  random: () => number,
): Generator<undefined, Float64Array> {
  const left = bracket.high.atMost - bracket.low.atMost;
  const wanted = drawn(left, size, random);
  const slopes = new Float64Array(size);
  let count = 0;
  yield;
  yield* sampleInversions(bracket.low.order, bracket.high.order, wanted, (i, j) => {
    slopes[count++] = slopePerDay(series, i, j);
  });
  return slopes.sort();
}

/** So many whole numbers below a bound, at random, ascending. */
function drawn(bound: number, size: number, random: () => number): Float64Array {
  const numbers = new Float64Array(size);
  for (let i = 0; i < size; i++) numbers[i] = Math.floor(random() * bound);
  return numbers.sort();
}

function* enumerate(
  series: SortedSeries,
  bracket: Bracket,
  first: number,
  last: number,
): Generator<undefined, number[]> {
  const slopes = new Float64Array(bracket.high.atMost - bracket.low.atMost);
  let count = 0;
  yield* forEachInversion(bracket.low.order, bracket.high.order, (i, j) => {
    slopes[count++] = slopePerDay(series, i, j);
  });
  const found: number[] = [];
  for (let rank = first; rank <= last; rank++) {
    quickselect(slopes, rank - bracket.low.atMost - 1, 0, slopes.length - 1);
    found.push(slopes[rank - bracket.low.atMost - 1]!);
    yield;
  }
  return found;
}
