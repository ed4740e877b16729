const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** The next smaller and the next larger double of a finite number. */
export function neighbours(value: number): [smaller: number, larger: number] {
  if (value === 0) return [-Number.MIN_VALUE, Number.MIN_VALUE];
  return value > 0 ? [step(value, -1n), step(value, 1n)] : [step(value, 1n), step(value, -1n)];
}

/** Doubles of one sign are in the order of their bits, by magnitude. */
function step(value: number, by: bigint): number {
  float[0] = value;
  bits[0]! += by;
  return float[0]!;
}
