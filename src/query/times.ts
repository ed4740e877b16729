import { type TimeInput, time } from '../events/fields.js';
import { argument } from './arguments.js';

/**
 * A moment that a caller names, as epoch milliseconds.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` naming the parameter
 */
export function moment(value: TimeInput, name: string): number {
  return argument(time, value, name);
}
