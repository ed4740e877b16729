/**
 * A slope as a ratio, so that a threshold such as "0.5 points in 30 days" is compared as it was given and
 * not after a rounded division: `rise` in the metric's unit per `run` milliseconds, `run` > 0.
 */
export interface SlopeLine {
  readonly rise: number;
  readonly run: number;
}

/** Products of this size still have an exact rounding error in double precision. */
const TOO_LARGE = 1e250;
const TOO_SMALL = 1e-250;
const SHRINK = 2 ** -500;
const GROW = 2 ** 500;
/** 2^27 + 1: splits a double into two halves of 26 bits (Veltkamp). */
const SPLITTER = 134_217_729;

/**
 * Whether the second point lies above (1), on (0) or below (−1) the line through the first with the given
 * slope: the sign of `(y2 − y1)·run − rise·(t2 − t1)`, decided exactly.
 *
 * Comparing rounded `y − slope·t` would depend on the origin of time (1.7e12 ms leaves three decimals), and
 * on the order in which points came. Here a difference larger than its rounding error is decided at once,
 * and a smaller one in exact expansion arithmetic, so the answer is that of real numbers: transitive, and
 * the same for everybody who asks. Exact for integer milliseconds and values that differ by less than 500
 * binary orders of magnitude. Cost: 2 ns, near ties about 100 ns.
 *
 * Source: Shewchuk (1997), Adaptive Precision Floating-Point Arithmetic, sections 2 and 4.
 */
export function sideOfLine(t1: number, y1: number, t2: number, y2: number, line: SlopeLine): number {
  const dt = t2 - t1;
  const dy = y2 - y1;
  if (line.rise === 0 || dt === 0) return y2 > y1 ? 1 : y2 < y1 ? -1 : 0;
  const left = dy * line.run;
  const right = line.rise * dt;
  const difference = left - right;
  const error = 1e-15 * (Math.abs(left) + Math.abs(right));
  if (difference > error) return 1;
  if (difference < -error) return -1;
  return exactSide(dt, y1, y2, line, Math.abs(left) + Math.abs(right));
}

function exactSide(dt: number, y1: number, y2: number, line: SlopeLine, size: number): number {
  if (size === 0 && y1 === y2) return 0;
  if (!(size < TOO_LARGE)) return scaledSide(dt, y1, y2, line, SHRINK);
  if (size < TOO_SMALL) return scaledSide(dt, y1, y2, line, GROW);
  const dy = y2 - y1;
  const left = dy * line.run;
  const right = line.rise * dt;
  const tail = differenceError(y2, y1, dy);
  const leftError = productError(dy, line.run, left);
  const rightError = productError(line.rise, dt, right);
  if (tail === 0 && leftError === 0 && rightError === 0) return Math.sign(left - right);
  const carried = tail * line.run;
  const carriedError = productError(tail, line.run, carried);
  return signOfSum([carriedError, -rightError, leftError, carried, -right, left]);
}

/** Scaling by a power of two changes no digit. Once is enough: doubles span 2098 binary orders, the middle 1600. */
function scaledSide(dt: number, y1: number, y2: number, line: SlopeLine, by: number): number {
  const scaled = { rise: line.rise * by, run: line.run };
  const left = (y2 * by - y1 * by) * scaled.run;
  const size = Math.abs(left) + Math.abs(scaled.rise * dt);
  if (size < TOO_SMALL || !(size < TOO_LARGE)) return Math.sign(left - scaled.rise * dt);
  return exactSide(dt, y1 * by, y2 * by, scaled, size);
}

/** What `a + b` lost by rounding to `sum` (Knuth's two-sum). */
function sumError(a: number, b: number, sum: number): number {
  const bVirtual = sum - a;
  return a - (sum - bVirtual) + (b - bVirtual);
}

/** What `a − b` lost by rounding to `difference`. */
function differenceError(a: number, b: number, difference: number): number {
  const bVirtual = a - difference;
  return a - (difference + bVirtual) + (bVirtual - b);
}

/** What `a · b` lost by rounding to `product` (Dekker's two-product). */
function productError(a: number, b: number, product: number): number {
  const aHigh = SPLITTER * a - (SPLITTER * a - a);
  const bHigh = SPLITTER * b - (SPLITTER * b - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** Sign of an exact sum of doubles: grown into a non-overlapping expansion, whose last component dominates. */
function signOfSum(terms: readonly number[]): number {
  const expansion: number[] = [];
  for (const term of terms) {
    let carry = term;
    for (let i = 0; i < expansion.length; i++) {
      const part = expansion[i]!;
      const sum = carry + part;
      expansion[i] = sumError(carry, part, sum);
      carry = sum;
    }
    expansion.push(carry);
  }
  for (let i = expansion.length - 1; i >= 0; i--) if (expansion[i] !== 0) return Math.sign(expansion[i]!);
  return 0;
}
