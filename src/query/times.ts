import { TenureError } from '../errors.js';
import { MAX_TIME, type TimeInput, time } from '../events/fields.js';

/**
 * A moment that a caller names, as epoch milliseconds.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` naming the parameter
 */
export function moment(value: TimeInput, name: string): number {
  const parsed = time.safeParse(value);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? 'expected a time';
  throw new TenureError('TENURE_INVALID_OPTIONS', `Invalid ${name}: ${message}`, {
    issues: [{ path: name, message }],
  });
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
