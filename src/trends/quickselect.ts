/**
 * Reorders `values` between `left` and `right` (both included) so that the one at `k` is the one that sorting
 * would put there, none before it larger and none after it smaller. O(n) expected.
 *
 * Hoare's FIND (1961) with the median of three as pivot. `quickselect` of `simple-statistics` does the same
 * for `number[]`; slopes come in typed arrays.
 */
export function quickselect(values: Float64Array, k: number, left: number, right: number): void {
  while (left < right) {
    const pivot = medianOfThree(values[left]!, values[(left + right) >> 1]!, values[right]!);
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) swap(values, i++, j--);
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else return;
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function swap(values: Float64Array, i: number, j: number): void {
  const held = values[i]!;
  values[i] = values[j]!;
  values[j] = held;
}
