import { z } from 'zod';
import { count, invalidOption, optionsObject, parseOptions } from '../scoring/options.js';
import { parseDuration } from './duration.js';
import type { MetricsWindowStrategy } from './types.js';

const multiWindowOptionsSchema = optionsObject({
  /** Durations such as `'90m'`, `'12h'`, `'7d'`, in any order, each length once. Default 7d, 30d and 90d. */
  windows: z
    .array(z.string({ error: "to be a duration such as '7d'" }), { error: 'to be a list of durations' })
    .min(1, { error: 'to have at least one window' })
    .optional(),
  /** How many points a figure needs before it is given, an integer of at least 1. Default 5. */
  minDataPoints: count(),
});

export type MultiWindowOptions = Readonly<Omit<z.input<typeof multiWindowOptionsSchema>, 'windows'>> & {
  readonly windows?: readonly string[] | undefined;
};

/**
 * The default window strategy: several rolling windows at once, so that a bad week shows in the short one while
 * the long one keeps the record.
 *
 * The windows come sorted by length, shortest first, with `ms` in milliseconds. Two of the same length (`'1d'`
 * and `'24h'` too) are refused: they would hold the same points, and every trend would be announced twice.
 *
 * @example
 * ```ts
 * multiWindow({ windows: ['30d', '12h'] }).windows;
 * // [{ label: '12h', ms: 43200000 }, { label: '30d', ms: 2592000000 }]
 * ```
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function multiWindow(options?: MultiWindowOptions): MetricsWindowStrategy {
  const parsed = parseOptions('multiWindow', multiWindowOptionsSchema, options);
  const { windows: labels = ['7d', '30d', '90d'], minDataPoints = 5 } = parsed;
  const byLength = new Map<number, string>();
  labels.forEach((label, i) => {
    const option = `windows.${i}`;
    const ms = parseDuration(label, option);
    const twin = byLength.get(ms);
    if (twin !== undefined) {
      throw invalidOption('multiWindow', option, `to differ in length from '${twin}'`, label);
    }
    byLength.set(ms, label);
  });
  const windows = Array.from(byLength, ([ms, label]) => ({ label, ms })).sort((a, b) => a.ms - b.ms);
  return { name: 'multiWindow', windows, minDataPoints };
}
