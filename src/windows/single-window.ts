import { z } from 'zod';
import { count, optionsObject, parseOptions } from '../scoring/options.js';
import { parseDuration } from './duration.js';
import type { MetricsWindowStrategy } from './types.js';

const singleWindowOptionsSchema = optionsObject({
  /** A duration such as `'90m'`, `'12h'`, `'7d'`. */
  window: z.string({ error: "to be a duration such as '7d'" }),
  /** How many points a figure needs before it is given, an integer of at least 1. Default 5. */
  minDataPoints: count(),
});

export type SingleWindowOptions = z.input<typeof singleWindowOptionsSchema>;

/**
 * One rolling window, for hosts that decide on one horizon and want a third of the work.
 *
 * @example
 * ```ts
 * singleWindow({ window: '14d' }).windows; // [{ label: '14d', ms: 1209600000 }]
 * ```
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function singleWindow(options: SingleWindowOptions): MetricsWindowStrategy {
  const { window: label, minDataPoints = 5 } = parseOptions(
    'singleWindow',
    singleWindowOptionsSchema,
    options,
  );
  const windows = [{ label, ms: parseDuration(label, 'window') }];
  return { name: 'singleWindow', windows, minDataPoints };
}
