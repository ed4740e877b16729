import { DAY_MS } from '../windows/duration.js';
import { normalDensity, normalTail } from './normal.js';

const YEAR_DAYS = 365.25;

/**
 * The |z| that the trend test has to exceed before a direction is entered.
 */
export function entryZ(falseAlarmsPerYear: number, windowMs: number, n: number): number {
  const windows = (YEAR_DAYS * DAY_MS) / windowMs;
  let low = 1;
  let high = 12;
  while (high - low > 1e-9) {
    const z = (low + high) / 2;
    if (2 * windows * 6 * z * normalDensity(z) * overshoot(z * Math.sqrt(6 / n)) > falseAlarmsPerYear)
      low = z;
    else high = z;
  }
  return high;
}

function overshoot(x: number): number {
  const half = x / 2;
  return ((2 / x) * (0.5 - normalTail(half))) / (half * (1 - normalTail(half)) + normalDensity(half));
}
