import { z } from 'zod';
import { TenureError } from '../errors.js';

/** How an expectation about an option reads: `expected('a finite number >= 0')`. */
const expected = (what: string) => ({ error: `to be ${what}` });

/** A finite number of at least 0: a weight, a budget. */
export const nonNegative = () =>
  z.number(expected('a finite number >= 0')).min(0, expected('a finite number >= 0')).optional();

/** A score on the scale of all scores. */
export const scoreOption = () =>
  z
    .number(expected('a number from 0 to 10'))
    .min(0, expected('a number from 0 to 10'))
    .max(10, expected('a number from 0 to 10'))
    .optional();

/** A finite number above 0. */
export const positive = () =>
  z.number(expected('a finite number > 0')).positive(expected('a finite number > 0')).optional();

/** An integer of at least 1. */
export const count = () => z.int(expected('an integer >= 1')).min(1, expected('an integer >= 1')).optional();

/** An object that knows its keys: a misspelt option is refused, not ignored. */
export const optionsObject = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) => {
      const keys = Object.keys(shape).join(', ');
      return issue.code === 'unrecognized_keys'
        ? `to have no keys but ${keys}`
        : `to be an object with the keys ${keys}`;
    },
  });

/** The error of every option that is refused: names the option, what was expected of it and what came. */
export function invalidOption(
  factory: string,
  path: string,
  expectation: string,
  value: unknown,
): TenureError {
  const subject = path === '' ? `the options of ${factory}()` : `\`${path}\` of ${factory}()`;
  const message = `Expected ${subject} ${expectation}, got ${show(value)}`;
  return new TenureError('TENURE_INVALID_OPTIONS', message, { issues: [{ path, message }] });
}

/**
 * The options of a factory, checked once when it is called, so that scoring never has to.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` about the first option that is wrong.
 */
export function parseOptions<S extends z.ZodType>(factory: string, schema: S, options: unknown): z.output<S> {
  const input = options === undefined ? {} : options;
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const value =
    issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path.reduce<unknown>(valueAt, input);
  throw invalidOption(factory, issue.path.join('.'), issue.message, value);
}

/** Weights with the defaults in place of those not given. */
export function fillWeights<K extends string>(
  defaults: Readonly<Record<K, number>>,
  given: { readonly [P in K]?: number | undefined } | undefined,
): Readonly<Record<K, number>> {
  const keys = Object.keys(defaults) as K[];
  return Object.fromEntries(keys.map((key) => [key, given?.[key] ?? defaults[key]])) as Record<K, number>;
}

/**
 * {@link fillWeights}, scaled so that the largest is 1: only the proportions count, and neither huge nor tiny
 * weights can overflow or vanish in a product. A weight of 0 switches its part off.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` when none is above 0.
 */
export function resolveWeights<K extends string>(
  factory: string,
  option: string,
  defaults: Readonly<Record<K, number>>,
  given: { readonly [P in K]?: number | undefined } | undefined,
): Readonly<Record<K, number>> {
  const filled = fillWeights(defaults, given);
  const largest = Math.max(...Object.values<number>(filled));
  if (largest === 0) throw invalidOption(factory, option, 'to have at least one weight > 0', given);
  const scaled = Object.entries<number>(filled).map(([key, value]) => [key, value / largest]);
  return Object.fromEntries(scaled) as Record<K, number>;
}

function valueAt(value: unknown, key: PropertyKey): unknown {
  return (value as Readonly<Record<PropertyKey, unknown>>)[key];
}

function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return `${value} (${typeof value})`;
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Circular, or with a `toJSON` that throws: the message must not fail over how it is shown.
    return 'an object';
  }
}
