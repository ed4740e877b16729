import type { SortedSeries } from './sorted-series.js';

/**
 * Lag-1 autocorrelation of the values around their least-squares line, −1 to 1, in the order of the series:
 * Σ e(i)·e(i+1) / Σ e(i)². 0 when there is no variation around the line. O(n).
 *
 * Taken around the line, because a trend would itself look like correlation.
 *
 * Source: Box & Jenkins (1976), section 2.1.5.
 */
export function lagOneAutocorrelation(series: SortedSeries): number {
  const { times, values } = series;
  const n = times.length;
  let meanTime = 0;
  let meanValue = 0;
  for (let i = 0; i < n; i++) {
    meanTime += times[i]! - times[0]!;
    meanValue += values[i]!;
  }
  meanTime = times[0]! + meanTime / n;
  meanValue /= n;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    products += (times[i]! - meanTime) * (values[i]! - meanValue);
    squares += (times[i]! - meanTime) ** 2;
  }
  return residualAutocorrelation(series, meanTime, meanValue, squares > 0 ? products / squares : 0);
}

/** Residuals this small, relative to the values' own spread, are rounding: the points lie on a line. */
const ON_A_LINE = 1e-24;

function residualAutocorrelation(
  series: SortedSeries,
  meanTime: number,
  meanValue: number,
  slope: number,
): number {
  const { times, values } = series;
  let previous = 0;
  let products = 0;
  let squares = 0;
  let spread = 0;
  for (let i = 0; i < times.length; i++) {
    const residual = values[i]! - meanValue - slope * (times[i]! - meanTime);
    products += residual * previous;
    squares += residual * residual;
    previous = residual;
    spread += (values[i]! - meanValue) ** 2;
  }
  return squares > ON_A_LINE * spread ? products / squares : 0;
}
