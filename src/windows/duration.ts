import { TenureError } from '../errors.js';

/** Milliseconds in a day: slopes are per day, thresholds per window. */
export const DAY_MS = 86_400_000;

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS };

/**
 * Milliseconds of a duration label: `'<n>m' | '<n>h' | '<n>d'`, n a positive integer.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` for anything else, or for more than 100 years.
 */
export function parseDuration(label: string, option = 'duration'): number {
  const ms = durationMs(label);
  if (Number.isNaN(ms)) {
    const message = `Expected \`${option}\` to be a duration such as '90m', '12h' or '7d', at most 100 years, got ${JSON.stringify(label)}`;
    throw new TenureError('TENURE_INVALID_OPTIONS', message, { issues: [{ path: option, message }] });
  }
  return ms;
}

/** Whether a label is a duration that {@link parseDuration} takes. */
export function isDuration(label: string): boolean {
  return !Number.isNaN(durationMs(label));
}

/** `NaN` for what is none. */
function durationMs(label: string): number {
  const match = /^([1-9]\d{0,8})([mhd])$/.exec(label);
  const ms = match ? Number(match[1]) * (UNIT_MS[match[2] as string] as number) : Number.NaN;
  return ms <= 36_525 * DAY_MS ? ms : Number.NaN;
}
