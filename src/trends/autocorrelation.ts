import type { SortedSeries } from './sorted-series.js';

/** Beyond this the correction says no more than "do not trust this": a factor of 39. */
const LARGEST = 0.95;
/** When no more of the spread than this is left around the curve, what is left cannot have made the trend. */
const NEGLIGIBLE = 0.01;

/** A spread this small, when the largest value is 1, is rounding: the values are all equal. */
const ROUNDING = 1e-28;

/** What is left of a series around its least-squares parabola. */
export interface Residue {
  /** Σ e(i)·e(i+1) / Σ e(i)², −1 to 1, in the order of the series; 0 when nothing is left. */
  readonly autocorrelation: number;
  /** Its share of the spread of the values, 0–1. */
  readonly share: number;
}

/**
 * Lag-1 autocorrelation of the values around their least-squares parabola, and how much is left there. O(n).
 *
 * Around a parabola and not a line: a trend that begins inside the window leaves a bend, which around a line
 * would pass for correlation, and hide the trend when it is to be noticed.
 *
 * Source: Box & Jenkins (1976), Time Series Analysis, chapter 2.
 */
export function residue(series: SortedSeries): Residue {
  const n = series.times.length;
  const spread = leaveResiduals(series);
  let squares = 0;
  let products = 0;
  for (let i = 0; i < n; i++) {
    squares += residuals[i]! ** 2;
    if (i > 0) products += residuals[i]! * residuals[i - 1]!;
  }
  if (squares === 0 || spread <= ROUNDING) return { autocorrelation: 0, share: 0 };
  return { autocorrelation: products / squares, share: squares / spread };
}

/**
 * The factor by which the variance of S grows because successive values are alike: (1 + ρ)/(1 − ρ) with
 * ρ = r + 5(1 + r)/n, where r is the autocorrelation of the {@link residue}; at least 1, at most 39. 1 when the
 * residue is under a hundredth of the spread.
 *
 * Detrending lowers r by about (3 + 6.5ρ)/n. 5(1 + r)/n gives that back, and leaves up to 2/n as an allowance
 * for short series, in which correlation cannot be measured but inflates all the same. Values that alternate
 * never make a trend more certain.
 *
 * Sources: Bayley & Hammersley (1946), The "effective" number of independent observations in an autocorrelated
 * time series; Hamed & Rao (1998), A modified Mann–Kendall trend test for autocorrelated data; Kendall (1954),
 * Note on bias in the estimation of autocorrelation (that there is one; its size by simulation).
 */
export function varianceInflation(series: SortedSeries): number {
  const n = series.times.length;
  if (n < 3) return 1;
  const { autocorrelation: r, share } = residue(series);
  if (share < NEGLIGIBLE) return 1;
  const rho = Math.max(0, Math.min(LARGEST, r + (5 * (1 + r)) / n));
  return (1 + rho) / (1 - rho);
}

/** Room for the vectors of one series after another: a look at a trend of a hundred points leaves nothing to collect. */
let constant = new Float64Array(0);
let linear = new Float64Array(0);
let square = new Float64Array(0);
let residuals = new Float64Array(0);

function makeRoom(n: number): void {
  if (constant.length >= n) return;
  const capacity = Math.max(256, 2 * n);
  constant = new Float64Array(capacity);
  linear = new Float64Array(capacity);
  square = new Float64Array(capacity);
  residuals = new Float64Array(capacity);
}

/**
 * Leaves the residuals of the least-squares parabola in {@link residuals}, by orthogonal polynomials (Gram–Schmidt): 1,
 * then time, then its square. Returns the sum of the squares around the mean.
 */
function leaveResiduals({ times, values }: SortedSeries): number {
  const n = times.length;
  makeRoom(n);
  const half = (times[n - 1]! - times[0]!) / 2 || 1;
  // Nothing here depends on the unit, and squares of huge values would overflow.
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(values[i]!));
  for (let i = 0; i < n; i++) {
    // Powers of times between −1 and 1: of milliseconds, squares would lose what is looked for.
    const time = (times[i]! - times[0]!) / half - 1;
    constant[i] = 1 / Math.sqrt(n);
    linear[i] = time;
    square[i] = time * time;
    residuals[i] = values[i]! / (largest || 1);
  }
  if (normalise(constant, n)) subtractProjection(residuals, constant, n);
  const spread = sumOfSquares(residuals, n);
  subtractProjection(linear, constant, n);
  if (normalise(linear, n)) subtractProjection(residuals, linear, n);
  subtractProjection(square, constant, n);
  subtractProjection(square, linear, n);
  if (normalise(square, n)) subtractProjection(residuals, square, n);
  return spread;
}

/** Scales to length 1; false, leaving zeros, when rounding is all that there is (fewer than three different times). */
function normalise(vector: Float64Array, n: number): boolean {
  const squares = sumOfSquares(vector, n);
  const scale = squares > 1e-20 * n ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < n; i++) vector[i]! *= scale;
  return scale > 0;
}

function sumOfSquares(vector: Float64Array, n: number): number {
  let squares = 0;
  for (let i = 0; i < n; i++) squares += vector[i]! * vector[i]!;
  return squares;
}

/** Takes away what a vector has in common with a direction of length 1. */
function subtractProjection(vector: Float64Array, direction: Float64Array, n: number): void {
  let common = 0;
  for (let i = 0; i < n; i++) common += vector[i]! * direction[i]!;
  for (let i = 0; i < n; i++) vector[i]! -= common * direction[i]!;
}
