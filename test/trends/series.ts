import type { TrendPoint } from '../../src/trends/types.js';
import { DAY_MS } from '../../src/windows/duration.js';

/** Points on whole or broken days. */
export function onDays(days: readonly number[], values: readonly number[]): TrendPoint[] {
  return days.map((day, i) => ({ at: Math.round(day * DAY_MS), value: values[i]! }));
}

/** One point a day. */
export function daily(values: readonly number[]): TrendPoint[] {
  return onDays([...values.keys()], values);
}
