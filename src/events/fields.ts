import { z } from 'zod';
import { reasonOf } from '../errors.js';
import { canonical, type JsonValue } from './canonical.js';

/** 9999-12-31T23:59:59.999Z, the last moment that Tenure can store. */
export const MAX_TIME = 253_402_300_799_999;

const ID_LENGTH = 256;
const TEXT_LENGTH = 8_192;
const METADATA_BYTES = 4_096;

/** Free text that names something: anything at all, 1–256 UTF-16 code units. */
export const identifier = z.string().min(1).max(ID_LENGTH);

/** A sentence or a comment by a person or a model. */
export const prose = z.string().max(TEXT_LENGTH);

/** 0–10, the range of every score. */
export const score = z.number().min(0).max(10);

/** 0–1. */
export const ratio = z.number().min(0).max(1);

/** A non-negative safe integer. */
export const count = z.int().min(0);

/** Money, seconds: not negative, and small enough that no sum of them overflows. */
export const amount = z.number().min(0).max(1e15);

/** Aborts, lest the union below report one way of telling a time as the only one. */
const outOfRange = { abort: true };
const epochMs = z.number().min(0, outOfRange).max(MAX_TIME, outOfRange).overwrite(Math.floor);
const isoTime = z.iso
  .datetime({ offset: true, error: 'expected ISO 8601 with an offset, such as 2026-01-31T12:00:00Z' })
  .transform((text) => Date.parse(text))
  .pipe(epochMs);
const dateTime = z
  .date()
  .transform((date) => date.getTime())
  .pipe(epochMs);

/**
 * A moment: ISO 8601 with an offset, epoch milliseconds or a `Date`, between 1970 and 9999.
 * Comes out as integer epoch milliseconds; fractions of a millisecond are cut off.
 */
export const time = z.union([epochMs, isoTime, dateTime], {
  error: 'expected ISO 8601 with an offset, epoch milliseconds or a Date, between 1970 and 9999',
});

export type TimeInput = z.input<typeof time>;

/**
 * A JSON object of at most 4 KiB. Anything that JSON would change without a word (functions, NaN, dates, maps,
 * cycles) is refused, and what comes out is a copy that the host cannot change afterwards.
 */
export const metadata = z
  .custom<Record<string, unknown>>(isPlainObject, 'expected a JSON object')
  .transform((value, context) => {
    try {
      const json = JSON.stringify(value, bounded(refuseWhatJsonWouldChange));
      if (Buffer.byteLength(json) <= METADATA_BYTES)
        return canonical(JSON.parse(json)) as Record<string, JsonValue>;
      context.addIssue(`expected at most ${METADATA_BYTES} bytes of JSON, got ${Buffer.byteLength(json)}`);
    } catch (error) {
      context.addIssue(`expected JSON: ${reasonOf(error)}`);
    }
    return z.NEVER;
  });

type Replacer = (this: unknown, key: string, value: unknown) => unknown;

/** Gives up on a value that is too large before it is written out: each of its parts takes a byte at least. */
function bounded(replacer: Replacer): Replacer {
  let bytes = 0;
  return function (key, value) {
    bytes += 1 + (Array.isArray(this) ? 0 : key.length) + (typeof value === 'string' ? value.length : 0);
    if (bytes > METADATA_BYTES) throw new RangeError(`at most ${METADATA_BYTES} bytes of it`);
    return replacer.call(this, key, value);
  };
}

function refuseWhatJsonWouldChange(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  const plain =
    original === null ||
    typeof original === 'string' ||
    typeof original === 'boolean' ||
    (typeof original === 'number' && Number.isFinite(original)) ||
    Array.isArray(original) ||
    isPlainObject(original);
  if (!plain) throw new TypeError(`${key || 'value'} is not a JSON value`);
  return value;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    !('toJSON' in value && typeof value.toJSON === 'function')
  );
}
