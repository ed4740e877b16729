const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/**
 * Density of the standard normal distribution at `z`.
 */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_TWO_PI;
}

/**
 * Upper tail of the standard normal distribution: P(Z > z), 0–1.
 *
 * Below |z| = 3 the power series of Marsaglia (2004), beyond it the continued fraction of the Mills ratio
 * (Abramowitz & Stegun 26.2.14). Relative error under 1e-12, far into the tail too, where the rational
 * approximations of `simple-statistics` (absolute error 1e-7) have no correct digit left.
 */
export function normalTail(z: number): number {
  if (z < -3) return 1 - normalTail(-z);
  return z < 3 ? 0.5 - normalDensity(z) * oddSeries(z) : normalDensity(z) / millsDenominator(z);
}

/** z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + …, summed until a term no longer counts. */
function oddSeries(z: number): number {
  let sum = z;
  let term = z;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/(z + …))), evaluated from the far end; 200 levels settle every z ≥ 3. */
function millsDenominator(z: number): number {
  let fraction = z;
  for (let level = 200; level > 0; level--) fraction = z + level / fraction;
  return fraction;
}

/**
 * The z whose upper tail is `p`, for 0 < p < 1: `normalQuantile(0.025)` is 1.959963984540054.
 * Bisection: about 60 evaluations of the tail, meant to be called once per setting, not per event.
 */
export function normalQuantile(p: number): number {
  let low = -40;
  let high = 40;
  for (let middle = 0; ; ) {
    middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (normalTail(middle) > p) low = middle;
    else high = middle;
  }
}
