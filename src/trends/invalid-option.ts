import { TenureError } from '../errors.js';

/** The error for an option that cannot be used: names it, what is expected, and what was given. */
export function invalidOption(option: string, expectation: string, value: unknown): TenureError {
  const given = typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value);
  const message = `Expected \`${option}\` to be ${expectation}, got ${given} (${typeof value})`;
  return new TenureError('TENURE_INVALID_OPTIONS', message, { issues: [{ path: option, message }] });
}

/** A finite number greater than 0, or else {@link invalidOption}. */
export function requirePositive(option: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0) || value === Infinity) {
    throw invalidOption(option, 'a finite number greater than 0', value);
  }
  return value;
}

/** One of the given words, or else {@link invalidOption}. */
export function requireOneOf<T extends string>(option: string, value: unknown, words: readonly T[]): T {
  if (!words.includes(value as T)) throw invalidOption(option, `one of ${words.join(', ')}`, value);
  return value as T;
}

/** An integer of at least `least`, or else {@link invalidOption}. */
export function requireInteger(option: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    throw invalidOption(option, `an integer of at least ${least}`, value);
  }
  return value as number;
}
