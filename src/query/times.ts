import { MAX_TIME, type TimeInput, time } from '../events/fields.js';
import { argument } from './arguments.js';

/**
 * A moment that a caller names, as epoch milliseconds.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` naming the parameter
 */
export function moment(value: TimeInput, name: string): number {
  return argument(time, value, name);
}

/** Both ends of a range, included; what is not given is open. */
export function range({ from, to }: { readonly from?: TimeInput; readonly to?: TimeInput }): {
  from: number;
  to: number;
} {
  return {
    from: from === undefined ? 0 : moment(from, 'from'),
    to: to === undefined ? MAX_TIME : moment(to, 'to'),
  };
}
