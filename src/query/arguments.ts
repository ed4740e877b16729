import { z } from 'zod';
import type { Standing } from '../agent/performance.js';
import { reasonOf, TenureError, type TenureIssue } from '../errors.js';

const STANDINGS = [
  'unproven',
  'steady',
  'promotable',
  'at_risk',
  'terminable',
  'departed',
] as const satisfies Standing[];

/** An id to look for may be anything that an id could be, and more: what nobody has finds nothing. */
export const idArgument = z.string();
export const agentFilter = z.strictObject({
  department: z.string().optional(),
  standing: z.enum(STANDINGS).optional(),
});
export const deadLetterFilter = z.strictObject({
  agentId: z.string().optional(),
  eventId: z.string().optional(),
});
export const recommendationFilter = z.strictObject({
  agentId: z.string().optional(),
  department: z.string().optional(),
  kind: z.enum(['promotion', 'demotion', 'termination', 'elevation']).optional(),
});
export const afterArgument = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER - 1);
export const limitArgument = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
export const strategyArgument = z.custom<object>(
  (value) => typeof value === 'object' && value !== null,
  'expected a strategy or a policy',
);
export const eventsArgument = z.custom<Iterable<unknown> | AsyncIterable<unknown>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value),
  'expected an iterable or an async iterable of events',
);
export const signalArgument = z.custom<AbortSignal>(
  (value) => value instanceof AbortSignal,
  'expected an AbortSignal',
);
export const streamArgument = z.custom<{ subscribe: unknown }>(
  (value) => typeof (value as { subscribe?: unknown } | null | undefined)?.subscribe === 'function',
  'expected an observable of events',
);

/**
 * An argument of a call, checked. Hosts hand in anything, objects that throw when they are read among it.
 *
 * @param name of the parameter, for the message
 * @throws TenureError `TENURE_INVALID_OPTIONS` with every issue and its path
 */
export function argument<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  let issues: TenureIssue[];
  try {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    issues = parsed.error.issues.map(({ path, message }) => ({
      path: [name, ...path.map(String)].join('.').slice(0, 400),
      message: message.slice(0, 400),
    }));
  } catch (error) {
    issues = [{ path: name, message: `reading it failed: ${reasonOf(error)}` }];
  }
  throw invalid(issues);
}

function invalid(issues: readonly TenureIssue[]): TenureError {
  const reasons = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new TenureError('TENURE_INVALID_OPTIONS', `Invalid argument: ${reasons}`, { issues });
}
