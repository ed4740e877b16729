import type { InspectionEvent, Observer } from 'xstate';
import { z } from 'zod';
import { type Clock, systemClock } from './clock.js';
import { type HiringOptions, type HiringRules, hiringRules, hiringSchema } from './department/options.js';
import { invalidOptions, isTenureError, reasonOf, type TenureIssue } from './errors.js';
import { defaultTrend, layoutOf } from './layout.js';
import {
  collaborationStrategy,
  database,
  qualityStrategy,
  settledWindows,
  standingPolicy,
  trendStrategy,
  trustPolicy,
  windowStrategy,
  withMethods,
} from './plug-ins.js';
import { defaultPolicy } from './policy/default-policy.js';
import type { StandingPolicy } from './policy/types.js';
import { argument } from './query/arguments.js';
import { guardInspector } from './runtime/guarded-actor.js';
import { guardClock } from './runtime/guarded-clock.js';
import { type OnHostError, type Report, reporter } from './runtime/host.js';
import { behavioral } from './scoring/behavioral.js';
import { layered } from './scoring/layered.js';
import type { CollaborationScoringStrategy, QualityScoringStrategy } from './scoring/types.js';
import type { Database } from './store/database.js';
import type { TrendDetectionStrategy } from './trends/types.js';
import type { TrustPolicy } from './trust/types.js';
import { parseDuration } from './windows/duration.js';
import { multiWindow } from './windows/multi-window.js';
import type { MetricsWindowStrategy, Window } from './windows/types.js';

/** How agents are judged; each part can be replaced. */
export interface Strategies {
  /** How one attempt at a task is scored. Default `layered()`. */
  readonly quality?: QualityScoringStrategy;
  /** How working with others is scored. Default `behavioral()`. */
  readonly collaboration?: CollaborationScoringStrategy;
  /** Which rolling windows are kept. Default `multiWindow({ windows, minDataPoints })`. */
  readonly window?: MetricsWindowStrategy;
  /** How a trend is told from noise. Default `theilSen({ minDataPoints })`. */
  readonly trend?: TrendDetectionStrategy;
}

export interface TrackerOptions {
  /** LevelDB directory. Default `./tenure-data`. */
  readonly path?: string;
  /** Any abstract-level database, in place of `path`. The tracker opens it, and closes it when it is closed. */
  readonly db?: Database;
  /** Default {@link systemClock}. */
  readonly clock?: Clock;
  /** Labels such as `'12h'` or `'30d'`. Default `['7d', '30d', '90d']`. Not beside `strategies.window`. */
  readonly windows?: readonly string[];
  /** Points under which a figure is "insufficient data". Default 5. Not beside `strategies.window`. */
  readonly minDataPoints?: number;
  /** ISO 4217; events in another are refused. Default `'USD'`. */
  readonly currency?: string;
  readonly strategies?: Strategies;
  /** When a department is said to be short of hands, or idle. */
  readonly hiring?: HiringOptions;
  /** Levels that an agent can have, lowest first. */
  readonly levels?: readonly string[];
  /** What is proposed about agents, and when. Default `defaultPolicy()`. */
  readonly policy?: StandingPolicy;
  /** How far agents are trusted, such as `progressiveTrust()` decides. Default: it is not followed. */
  readonly trust?: TrustPolicy;
  /** `'process'` survives kill -9, `'power'` fsyncs every commit and survives a power cut. Default `'process'`. */
  readonly durability?: 'process' | 'power';
  /**
   * How long events are kept: `'<n>m'`, `'<n>h'` or `'<n>d'`, never less than the longest window. Default `'400d'`, or
   * the longest window when that is longer. Older ones are dropped, a day or more at a time; what they come to is not.
   */
  readonly retention?: string;
  /** How far ahead of the clock an event may be, in milliseconds. Default 300,000. */
  readonly maxClockSkew?: number;
  /** Idle actors beyond it are passivated. Default 10,000. */
  readonly maxActiveAgents?: number;
  /** Events accepted but not yet durable, beyond which `record` refuses. Default 100,000. */
  readonly maxPending?: number;
  /** Passed on to XState; cut off at its first mistake. Look and do not touch: it is handed the live thing. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void);
  /**
   * Told of every mistake of your own code that Tenure called and survived: a subscriber, a handler or an inspector
   * that threw, a clock without a time. Default: a warning of the process.
   */
  readonly onHostError?: OnHostError;
}

/** The levels of a career, lowest first. */
export const DEFAULT_LEVELS = [
  'junior',
  'mid',
  'senior',
  'lead',
  'principal',
  'director',
  'vp',
  'c_suite',
] as const;

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly path: string;
  readonly db: Database | undefined;
  readonly clock: Clock;
  readonly currency: string;
  readonly levels: readonly string[];
  readonly quality: QualityScoringStrategy;
  readonly collaboration: CollaborationScoringStrategy;
  readonly window: MetricsWindowStrategy;
  readonly trend: TrendDetectionStrategy;
  readonly hiring: HiringRules;
  readonly policy: StandingPolicy;
  readonly trust: TrustPolicy | undefined;
  readonly durability: 'process' | 'power';
  /** How long events are kept, in milliseconds. */
  readonly retentionMs: number;
  readonly maxClockSkew: number;
  readonly maxActiveAgents: number;
  readonly maxPending: number;
  readonly inspect: ((event: InspectionEvent) => void) | undefined;
  readonly report: Report;
  /** Names what the states of agents are computed by: they are good for nothing else. */
  readonly layout: string;
}

const schema = z.strictObject({
  path: z.string().min(1).default('./tenure-data'),
  db: database.optional(),
  clock: withMethods<Clock>(['now', 'setTimeout', 'clearTimeout']).default(() => systemClock),
  windows: z.array(z.string()).optional(),
  minDataPoints: z.int().min(1).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as USD')
    .default('USD'),
  strategies: z
    .strictObject({
      quality: qualityStrategy.optional(),
      collaboration: collaborationStrategy.optional(),
      window: windowStrategy.optional(),
      trend: trendStrategy.optional(),
    })
    .default({}),
  hiring: hiringSchema,
  levels: z
    .array(z.string().min(1).max(64))
    .min(1)
    .refine((levels) => new Set(levels).size === levels.length, 'expected every level once')
    .default([...DEFAULT_LEVELS]),
  policy: standingPolicy.optional(),
  trust: trustPolicy.optional(),
  durability: z.enum(['process', 'power']).default('process'),
  retention: z.string().optional(),
  maxClockSkew: z.number().min(0).default(300_000),
  maxActiveAgents: z.int().min(1).default(10_000),
  maxPending: z.int().min(1).default(100_000),
  inspect: z.custom<TrackerOptions['inspect']>(isInspector, 'expected a function or an observer').optional(),
  onHostError: z
    .custom<OnHostError>((value) => typeof value === 'function', 'expected a function')
    .optional(),
});

/**
 * Checks what a host asks for and fills in the defaults.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` with every issue and its path
 */
export function resolveOptions(options: TrackerOptions = {}): ResolvedOptions {
  try {
    return resolved(parse(options));
  } catch (error) {
    if (isTenureError(error)) throw error;
    // Objects of a host's may throw when they are read, and when what is wrong with them is put into words.
    throw invalidOptions([{ path: '', message: `reading them failed: ${reasonOf(error)}` }]);
  }
}

function resolved(parsed: z.output<typeof schema>): ResolvedOptions {
  const { strategies, windows, minDataPoints, inspect, onHostError, db, hiring, retention, ...rest } = parsed;
  const report = reporter(onHostError);
  if (strategies.window) refuseBoth({ windows, minDataPoints });
  const window = settledWindows(
    strategies.window ??
      multiWindow({ ...(windows && { windows }), ...(minDataPoints !== undefined && { minDataPoints }) }),
  );
  const policy = metNeeds(rest.policy ?? defaultPolicy(), window, rest.levels);
  const judgement = {
    window,
    quality: strategies.quality ?? layered(),
    collaboration: strategies.collaboration ?? behavioral(),
    trend: strategies.trend ?? defaultTrend(window),
    policy,
    trust: rest.trust,
    levels: rest.levels,
  };
  return {
    ...rest,
    ...judgement,
    layout: layoutOf(judgement),
    retentionMs: retentionOf(retention, window),
    db,
    hiring: hiringRules(hiring),
    inspect: inspect && guardInspector(inspect, report),
    clock: guardClock(rest.clock, report),
    report,
  };
}

function parse(options: unknown): z.output<typeof schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw invalidOptions(
    parsed.error.issues.map(({ path, message }) => ({
      path: path.map(String).join('.').slice(0, 400),
      message: message.slice(0, 400),
    })),
  );
}

/** What a strategy for windows says already, so that these would count for nothing. */
function refuseBoth(options: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(options).filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw invalidOptions(
    given.map((path) => ({
      path,
      message: `expected it in the strategy that is given as strategies.window, such as multiWindow({ ${path} }), not beside it`,
    })),
  );
}

/**
 * A policy that somebody wants to try on a tracker of these options.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` when it is none, or needs what there is not
 */
export function resolvePolicy(
  policy: unknown,
  { window, levels }: Pick<ResolvedOptions, 'window' | 'levels'>,
): StandingPolicy {
  return metNeeds(argument(standingPolicy, policy, 'policy'), window, levels);
}

function metNeeds(
  policy: StandingPolicy,
  window: MetricsWindowStrategy,
  levels: readonly string[],
): StandingPolicy {
  const unmet = unmetNeeds(policy, window, levels);
  if (unmet.length > 0) throw invalidOptions(unmet);
  return policy;
}

/** What a policy cannot do without and this tracker does not have. */
function unmetNeeds(
  { name, needs = {} }: StandingPolicy,
  { windows }: MetricsWindowStrategy,
  levels: readonly string[],
): TenureIssue[] {
  const there = { windows: windows.map(({ label }) => label), levels };
  return (['windows', 'levels'] as const).flatMap((what) =>
    (needs[what] ?? [])
      .filter((needed) => !there[what].includes(needed))
      .map((needed) => ({
        path: `policy.needs.${what}`,
        message: `policy ${name} needs ${JSON.stringify(needed)}, there is ${there[what].join(', ')}`,
      })),
  );
}

const DEFAULT_RETENTION_MS = parseDuration('400d');

/** A `retention` under which nothing is ever dropped: for whoever opens a database that is another program's. */
export const KEEP_ALL = '36500d';

/** What is dropped must be out of every window's sight. */
function retentionOf(label: string | undefined, { windows }: MetricsWindowStrategy): number {
  const longest = windows.at(-1) as Window;
  if (label === undefined) return Math.max(DEFAULT_RETENTION_MS, longest.ms);
  const ms = parseDuration(label, 'retention');
  if (ms >= longest.ms) return ms;
  const message = `expected at least the longest window, ${longest.label}, got ${label}`;
  throw invalidOptions([{ path: 'retention', message }]);
}

function isInspector(value: unknown): boolean {
  return typeof value === 'function' || typeof (value as { next?: unknown } | null)?.next === 'function';
}
