import { z } from 'zod';
import { FED_METRICS } from '../agent/performance.js';
import { reasonOf, TenureError } from '../errors.js';
import { identifier, time } from '../events/fields.js';
import { EVENT_TYPES } from '../events/schema.js';
import { isDuration } from '../windows/duration.js';

export const QUERY_METRICS = [
  'tasksCompleted',
  'tasksFailed',
  'successRate',
  'avgQualityScore',
  'avgCostPerTask',
  'totalCost',
  'avgTokensPerTask',
  'avgToolCallsPerTask',
  'avgCompletionTimeMs',
  'collaborationScore',
] as const;

/** Metrics of a series beside those that coverage knows. */
export const SERIES_EXTRAS = ['successRate', 'throughput'] as const;
export const SERIES_METRICS = [...FED_METRICS, ...SERIES_EXTRAS] as const;

/** Whose data, and when: every part that is given must match. Both ends of the range are included. */
const scope = {
  agentId: identifier.optional(),
  department: identifier.optional(),
  projectId: identifier.optional(),
  from: time.optional(),
  to: time.optional(),
};

export const querySchema = z.strictObject({
  ...scope,
  groupBy: z.enum(['agent', 'department', 'project']).optional(),
  metrics: z.array(z.enum(QUERY_METRICS)).min(1).optional(),
});

export const seriesQuerySchema = z.strictObject({
  ...scope,
  metric: z.enum(SERIES_METRICS),
  /** Length of a bucket, such as `'1h'`, `'1d'` or `'7d'`. */
  every: z.string().refine(isDuration, { error: "expected a duration such as '1h', '1d' or '7d'" }),
});

export const eventQuerySchema = z.strictObject({
  ...scope,
  types: z.array(z.enum(EVENT_TYPES)).optional(),
  /** At most so many events. */
  limit: z.number().min(0).optional(),
  /** Latest first. */
  reverse: z.boolean().optional(),
});

type Ranged = { readonly from?: number | undefined; readonly to?: number | undefined };

/**
 * What a caller asks for, checked.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` with every issue and its path
 */
export function parseQuery<S extends z.ZodType<Ranged>>(schema: S, query: unknown): z.output<S> {
  const parsed = parsedOf(schema, query);
  const { from, to } = parsed;
  if (from !== undefined && to !== undefined && from > to) {
    throw invalidQuery([{ path: ['from'], message: `expected a time up to \`to\` (${to}), got ${from}` }]);
  }
  return parsed;
}

/** Hosts hand in anything, objects that throw when they are read among it; to put into words what is wrong is to read them once more. */
function parsedOf<S extends z.ZodType>(schema: S, query: unknown): z.output<S> {
  let issues: Parameters<typeof invalidQuery>[0];
  try {
    const parsed = schema.safeParse(query);
    if (parsed.success) return parsed.data;
    issues = parsed.error.issues;
  } catch (error) {
    issues = [{ path: [], message: `reading it failed: ${reasonOf(error)}` }];
  }
  throw invalidQuery(issues);
}

/** @param issues as zod makes them */
export function invalidQuery(
  issues: readonly {
    readonly path: readonly PropertyKey[];
    readonly message: string;
    readonly keys?: readonly string[];
  }[],
): TenureError {
  const named = issues.flatMap(({ path, message, keys }) =>
    // An unknown key is where it stands itself.
    (keys ?? [undefined]).map((key) => ({
      path: [...path, ...(key === undefined ? [] : [key])].map(String).join('.'),
      message: key === undefined ? message : 'there is no such key',
    })),
  );
  const reasons = named.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new TenureError('TENURE_INVALID_OPTIONS', `Invalid query: ${reasons}`, { issues: named });
}
