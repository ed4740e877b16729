import { TenureError } from '../errors.js';

/** A range of times as it is asked for, epoch milliseconds, both included. */
interface AskedRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * The range that is meant: without a beginning all that is kept, without an end up to now.
 *
 * @param horizon nothing is kept of the times before, epoch milliseconds
 * @throws TenureError `TENURE_INVALID_OPTIONS` when times are asked for of which nothing is kept: an answer from what is
 * left would pass for the whole
 */
export function keptRange({ from, to }: AskedRange, horizon: number, now: number): Required<AskedRange> {
  if (from !== undefined) checkKept('from', from, horizon);
  if (to !== undefined) checkKept('to', to, horizon);
  const start = from ?? horizon;
  return { from: start, to: to ?? Math.max(now, start) };
}

/** @throws TenureError `TENURE_INVALID_OPTIONS` for a moment of which nothing is kept any more */
export function checkKept(path: string, at: number, since: number): void {
  if (at >= since) return;
  const message = `expected a time from ${new Date(since).toISOString()} on: what was before is not kept any more (option \`retention\`)`;
  throw new TenureError('TENURE_INVALID_OPTIONS', `Invalid ${path}: ${message}`, {
    issues: [{ path, message }],
  });
}
