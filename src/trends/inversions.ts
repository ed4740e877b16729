type PairVisitor = (earlier: number, later: number) => void;

/**
 * Visits every pair of items that stand in opposite order in two permutations of 0 … n−1. O(n log n + pairs), a piece
 * for each pass of a merge sort.
 */
export function* forEachInversion(
  before: Int32Array,
  after: Int32Array,
  visit: PairVisitor,
): Generator<undefined, void> {
  yield* mergeInversions(before, after, (lefts, from, to, right) => {
    for (let i = from; i < to; i++) visitPair(after, lefts[i]!, right, visit);
  });
}

/**
 * Visits the inversions with the given numbers (ascending, repeated ones repeatedly), numbered from 0 in the
 * fixed but arbitrary order in which merging meets them. O(n log n) however many there are, in pieces.
 */
export function* sampleInversions(
  before: Int32Array,
  after: Int32Array,
  wanted: Float64Array,
  visit: PairVisitor,
): Generator<undefined, void> {
  let met = 0;
  let next = 0;
  yield* mergeInversions(before, after, (lefts, from, to, right) => {
    for (; next < wanted.length && wanted[next]! < met + to - from; next++) {
      visitPair(after, lefts[from + wanted[next]! - met]!, right, visit);
    }
    met += to - from;
  });
}

/** Ranks in the second permutation, back to items; series positions grow with time. */
function visitPair(after: Int32Array, a: number, b: number, visit: PairVisitor): void {
  const [i, j] = [after[a]!, after[b]!];
  if (i < j) visit(i, j);
  else visit(j, i);
}

type Overtake = (lefts: Int32Array, from: number, to: number, right: number) => void;

/** Merge sort of the first permutation by ranks in the second; reports the stretch of ranks that each rank overtakes. */
function* mergeInversions(
  before: Int32Array,
  after: Int32Array,
  overtake: Overtake,
): Generator<undefined, void> {
  const n = before.length;
  let ranks = ranksAfter(before, after);
  let merged: Int32Array = new Int32Array(n);
  for (let width = 1; width < n; width *= 2) {
    mergePass(ranks, merged, width, overtake);
    yield;
    [ranks, merged] = [merged, ranks];
  }
}

/** The items of the first permutation as their ranks in the second. */
function ranksAfter(before: Int32Array, after: Int32Array): Int32Array {
  const n = before.length;
  const rankAfter = new Int32Array(n);
  for (let rank = 0; rank < n; rank++) rankAfter[after[rank]!] = rank;
  const ranks = new Int32Array(n);
  for (let i = 0; i < n; i++) ranks[i] = rankAfter[before[i]!]!;
  return ranks;
}

/** Merges all runs of a width. Not within the generator, whose loops are not compiled while they run. */
function mergePass(from: Int32Array, to: Int32Array, width: number, overtake: Overtake): void {
  const n = from.length;
  for (let start = 0; start < n; start += 2 * width) {
    const middle = Math.min(start + width, n);
    mergeRanks(from, to, start, middle, Math.min(middle + width, n), overtake);
  }
}

function mergeRanks(
  from: Int32Array,
  to: Int32Array,
  start: number,
  middle: number,
  end: number,
  overtake: Overtake,
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    if (right < end && (left === middle || from[right]! < from[left]!)) {
      if (left < middle) overtake(from, left, middle, from[right]!);
      to[at] = from[right++]!;
    } else to[at] = from[left++]!;
  }
}
