/**
 * Reorders `values` between `left` and `right` (both included) so that the one at `k` is the one that sorting
 * would put there, none before it larger and none after it smaller. O(n) expected.
 *
 * Hoare's FIND (1961) with the median of three as pivot, and Lomuto's partition without a branch: which side a value
 * belongs to is a coin toss, and guessing it wrong half the time takes three times as long. `quickselect` of
 * `simple-statistics` does the same for `number[]`; slopes come in typed arrays.
 */
export function quickselect(values: Float64Array, k: number, left: number, right: number): void {
  while (left < right) {
    const pivot = medianOfThree(values[left]!, values[(left + right) >> 1]!, values[right]!);
    let smaller = left;
    for (let i = left; i <= right; i++) {
      const value = values[i]!;
      values[i] = values[smaller]!;
      values[smaller] = value;
      smaller += Number(value < pivot);
    }
    if (k < smaller) right = smaller - 1;
    else if (smaller > left) left = smaller;
    else {
      // The pivot is the smallest: what equals it goes first, so that many equal values cost nothing.
      for (let i = left; i <= right; i++) {
        const value = values[i]!;
        values[i] = values[smaller]!;
        values[smaller] = value;
        smaller += Number(value === pivot);
      }
      if (k < smaller) return;
      left = smaller;
    }
  }
}

/** {@link quickselect} for several places, ascending: those from `first` to `last − 1` of `places`. */
export function quickselectAll(
  values: Float64Array,
  places: readonly number[],
  left: number,
  right: number,
  first = 0,
  last = places.length,
): void {
  if (first >= last) return;
  const middle = (first + last) >> 1;
  const k = places[middle]!;
  quickselect(values, k, left, right);
  let lower = middle;
  if (lower > first && places[lower - 1] === k - 1) {
    putLargestLast(values, left, k - 1);
    lower--;
  }
  quickselectAll(values, places, left, places[lower]! - 1, first, lower);
  quickselectAll(values, places, k + 1, right, middle + 1, last);
}

/** What selecting the last place of a stretch comes to, in one reading. */
function putLargestLast(values: Float64Array, left: number, right: number): void {
  let largest = right;
  for (let i = left; i < right; i++) if (values[i]! > values[largest]!) largest = i;
  const value = values[largest]!;
  values[largest] = values[right]!;
  values[right] = value;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
