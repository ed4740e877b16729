/*
 * Lists of numbers for what there are tens of thousands of: plain arrays whose numbers V8 keeps side by side, unboxed.
 * A typed array of more than 64 bytes has a buffer outside of the heap. It takes far
 * longer to make, and after every collection of garbage V8 goes through the list of all buffers that there are, while the
 * next collection waits for it, and the host with it.
 */

/** What lists are cut from; it has grown as long as the longest. A fraction makes V8 keep its numbers unboxed. */
const zeros: number[] = [0.5];
zeros[0] = 0;

/** A list of so many zeros. Put nothing into it but numbers, and nothing behind its end. */
export function doubles(length: number): number[] {
  while (zeros.length < length) zeros.push(0);
  return zeros.slice(0, length);
}

/** So many numbers of eight bytes each, little-endian. */
export function doublesFrom(view: DataView, at: number, count: number): number[] {
  const numbers = doubles(count);
  for (let i = 0; i < count; i++) numbers[i] = view.getFloat64(at + 8 * i, true);
  return numbers;
}
