import { DAY_MS } from '../windows/duration.js';
import { normalDensity, normalTail } from './normal.js';

/** False transitions per metric and window that are accepted in an agent's year of work without any trend. */
export const DEFAULT_FALSE_ALARMS_PER_YEAR = 2;
/** A direction is left when the test's two-sided p value is above this. */
export const EXIT_P = 0.2;
/** |z| of {@link EXIT_P}. */
export const EXIT_Z = 1.2815515655446004;

const YEAR_MS = 365.25 * DAY_MS;
/** The trend statistic of a window W forgets at the rate of 3/W: its autocorrelation is 1 − 3h/W + …. */
const FORGETTING = 3;
/** From so many points on, looking after every point is as good as looking all the time. */
const CONTINUOUS_FROM = 4096;

/**
 * How often a trend statistic that is looked at after every point enters and leaves a direction, a year,
 * when there is no trend: twice the rate at which it crosses ±z.
 *
 * Without a trend the statistic of a rolling window is a stationary Gaussian process. Its kernel, the time
 * from the window's middle, ends with a jump on either side, so that z moves like an Ornstein–Uhlenbeck
 * process with correlation 1 − 3h/W at small lags h, and crosses a level z in clumps at the rate
 * (3/W)·z·φ(z) on each side when watched continuously. Watched at n points per window only, clumps
 * are missed: the factor ν(z·√(6/n)).
 *
 * Sources: Aldous (1989), Probability Approximations via the Poisson Clumping Heuristic (crossings of
 * Gaussian processes); Siegmund (1985), Sequential Analysis (the factor ν); Siegmund & Yakir (2007), The
 * Statistics of Gene Mapping (both together, for regularly spaced looks).
 *
 * @param z level that both signs can cross, > 0
 * @param windowMs length of the window
 * @param n points in the window, > 0; `Infinity` for watching continuously
 */
export function falseTransitionsPerYear(z: number, windowMs: number, n: number): number {
  const sides = 2;
  const enterAndLeave = 2;
  const clumps = FORGETTING * z * normalDensity(z) * discreteLooks(z * Math.sqrt((2 * FORGETTING) / n));
  return (enterAndLeave * sides * clumps * YEAR_MS) / windowMs;
}

/** Siegmund's ν(x), between 1 (x = 0) and 0, in the closed approximation of Siegmund & Yakir (2007). */
function discreteLooks(x: number): number {
  if (x === 0) return 1;
  const half = x / 2;
  const below = 1 - normalTail(half);
  return ((2 / x) * (below - 0.5)) / (half * below + normalDensity(half));
}

/**
 * The smallest |z| at which entering keeps {@link falseTransitionsPerYear} within the budget; never under
 * {@link EXIT_Z}, for entering must not be easier than staying. Bisection, about 10 µs.
 */
export function entryZ(falseAlarmsPerYear: number, windowMs: number, n: number): number {
  let low = EXIT_Z;
  let high = 40;
  if (falseTransitionsPerYear(low, windowMs, n) <= falseAlarmsPerYear) return low;
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (falseTransitionsPerYear(middle, windowMs, n) > falseAlarmsPerYear) low = middle;
    else high = middle;
  }
  return high;
}

/** {@link entryZ} of one budget and window by number of points, worked out once each. */
export function entryTable(falseAlarmsPerYear: number, windowMs: number): (n: number) => number {
  const table: number[] = [];
  const continuous = entryZ(falseAlarmsPerYear, windowMs, Infinity);
  return (n) => {
    if (n >= CONTINUOUS_FROM) return continuous;
    table[n] ??= entryZ(falseAlarmsPerYear, windowMs, n);
    return table[n]!;
  };
}
