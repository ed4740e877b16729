import { z } from 'zod';
import { MAX_TIME } from './events/fields.js';
import type { ProposalKind } from './events/schema.js';
import type { AgentFacts, StandingPolicy } from './policy/types.js';
import { areSettings, settingsError } from './scoring/settings.js';
import type { CollaborationScoringStrategy, QualityScoringStrategy } from './scoring/types.js';
import type { Database } from './store/database.js';
import type { TrendDetectionStrategy } from './trends/types.js';
import type { TrustPolicy, TrustRecord } from './trust/types.js';
import type { MetricsWindowStrategy, Window } from './windows/types.js';

/** Anything with these functions. */
export const withMethods = <T>(methods: readonly string[]) =>
  z.custom<T>((value) => methods.every((name) => typeof fieldOf(value, name) === 'function'), {
    error: `expected an object with ${methods.join(', ')}`,
  });

/** Any abstract-level database, as far as it is used. */
export const database = withMethods<Database>(['open', 'close', 'batch', 'getMany', 'iterator']);

/** A strategy is known to the database by its name and its settings. */
const strategyWith = <T>(method: string) =>
  withMethods<T>([method])
    .refine((value) => isName(fieldOf(value, 'name')), { error: 'expected a name of 1 to 256 characters' })
    .refine((value) => areSettings(fieldOf(value, 'settings')), settingsError);

export const qualityStrategy = strategyWith<QualityScoringStrategy>('score');
export const trendStrategy = strategyWith<TrendDetectionStrategy>('detect');

/** A collaboration strategy; one that adds observations up says how. */
export const collaborationStrategy = strategyWith<CollaborationScoringStrategy>('score').refine(
  ({ additive }) =>
    additive === undefined ||
    (Number.isInteger(additive.size) &&
      additive.size >= 1 &&
      additive.size <= 64 &&
      typeof additive.of === 'function' &&
      typeof additive.score === 'function'),
  { error: 'expected `additive` to have a size from 1 to 64, of and score', path: ['additive'] },
);

/** Windows that can be told apart. */
export const windowStrategy = z.custom<MetricsWindowStrategy>(
  (value) => {
    const { name, windows, minDataPoints } = (value ?? {}) as Partial<MetricsWindowStrategy>;
    if (!isName(name) || !Number.isInteger(minDataPoints) || Number(minDataPoints) < 1) return false;
    return Array.isArray(windows) && windows.length > 0 && windows.every(isWindow) && areDistinct(windows);
  },
  { error: 'expected a name, windows that differ and minDataPoints, such as multiWindow() makes' },
);

function isWindow(window: unknown): window is Window {
  const { label, ms } = (window ?? {}) as Partial<Window>;
  return isName(label) && Number.isInteger(ms) && Number(ms) > 0 && Number(ms) <= MAX_TIME;
}

function areDistinct(windows: readonly Window[]): boolean {
  const differ = (values: readonly unknown[]) => new Set(values).size === values.length;
  return differ(windows.map(({ label }) => label)) && differ(windows.map(({ ms }) => ms));
}

function fieldOf(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[name];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 256;
}

/** A copy that stays as it is, shortest first, whatever becomes of the host's. */
export function settledWindows({
  name,
  windows,
  minDataPoints,
}: MetricsWindowStrategy): MetricsWindowStrategy {
  const copies = windows.map(({ label, ms }) => Object.freeze({ label, ms }));
  return Object.freeze({ name, windows: Object.freeze(copies.sort((a, b) => a.ms - b.ms)), minDataPoints });
}

const wait = z.number().min(0).max(MAX_TIME).optional();
const policyShape = z.looseObject({
  name: z.string().min(1).max(256),
  settings: z.json().optional(),
  sustain: wait,
  cooldown: wait,
  needs: z
    .object({ windows: z.array(z.string()).optional(), levels: z.array(z.string()).optional() })
    .optional(),
  assess: z.custom((value) => typeof value === 'function', 'expected a function'),
  evidence: z.custom((value) => typeof value === 'function', 'expected a function'),
});
export const standingPolicy = settledFrom<StandingPolicy, typeof policyShape>(
  policyShape,
  ({ name, settings, sustain = 0, cooldown = 0, needs = {} }, policy) => ({
    name,
    ...copyOf(settings),
    sustain,
    cooldown,
    needs: needs as StandingPolicy['needs'],
    assess: (agent: AgentFacts) => policy.assess(agent),
    evidence: (agent: AgentFacts, kind: ProposalKind) => policy.evidence(agent, kind),
  }),
);

const share = z.number().min(0).max(1);
const trustShape = z.looseObject({
  name: z.string().min(1).max(256),
  settings: z.json().optional(),
  halfLife: z.number().positive().max(MAX_TIME),
  minTimeAtLevel: z.number().min(0).max(MAX_TIME),
  margin: share,
  thresholds: z.object({ restricted: share, standard: share, elevated: share }),
  score: z.custom((value) => typeof value === 'function', 'expected a function'),
});
export const trustPolicy = settledFrom<TrustPolicy, typeof trustShape>(
  trustShape,
  ({ name, settings, halfLife, minTimeAtLevel, margin, thresholds }, policy) => ({
    name,
    ...copyOf(settings),
    halfLife,
    minTimeAtLevel,
    margin,
    thresholds,
    score: (record: TrustRecord) => policy.score(record),
  }),
);

/**
 * A policy whose name, settings and numbers stay as they are, whatever becomes of the host's object; what it does is
 * asked of that object, for its functions may need what it is.
 */
function settledFrom<Policy, Shape extends z.ZodType>(
  shape: Shape,
  settle: (fields: z.output<Shape>, policy: Policy) => Policy,
) {
  return z.custom<Policy>().transform((policy, context): Policy => {
    const { success, data, error } = shape.safeParse(policy);
    if (success) return Object.freeze(settle(data, policy));
    for (const { path, message } of error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });
}

function copyOf(settings: unknown): { settings?: unknown } {
  return settings === undefined ? {} : { settings: JSON.parse(JSON.stringify(settings)) };
}
