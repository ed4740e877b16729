import { z } from 'zod';
import { database } from '../plug-ins.js';
import { argument } from '../query/arguments.js';
import { hostError } from '../runtime/host.js';

const place = { path: z.string().min(1).default('./tenure-data'), db: database.optional() };
const exportOptions = z.strictObject(place);
const importOptions = z.strictObject({
  ...place,
  onProgress: z
    .custom<(records: number, of: number) => void>(
      (value) => typeof value === 'function',
      'expected a function',
    )
    .optional(),
});
const lines = z.custom<Iterable<unknown> | AsyncIterable<unknown>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value),
  'expected an iterable or an async iterable of lines',
);

/** @throws TenureError `TENURE_INVALID_OPTIONS` */
export function checkedExport(options: unknown): z.output<typeof exportOptions> {
  return argument(exportOptions, options, 'options');
}

/**
 * The function that is told how far it came throws no more than an error of ours.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function checkedImport(given: unknown, options: unknown) {
  const { onProgress, ...rest } = argument(importOptions, options, 'options');
  return { ...rest, lines: argument(lines, given, 'lines'), onProgress: onProgress && guarded(onProgress) };
}

function guarded(onProgress: (records: number, of: number) => void): typeof onProgress {
  return (records, of) => {
    try {
      onProgress(records, of);
    } catch (error) {
      throw hostError('onProgress', error);
    }
  };
}
