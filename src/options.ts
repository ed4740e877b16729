import type { InspectionEvent, Observer } from 'xstate';
import { z } from 'zod';
import { type Clock, systemClock } from './clock.js';
import { type HiringOptions, type HiringRules, hiringRules, hiringSchema } from './department/options.js';
import { TenureError } from './errors.js';
import { guardInspector } from './runtime/guarded-actor.js';
import { type OnHostError, type Report, reporter } from './runtime/host.js';
import { behavioral } from './scoring/behavioral.js';
import { layered } from './scoring/layered.js';
import type { CollaborationScoringStrategy, QualityScoringStrategy } from './scoring/types.js';
import type { Database } from './store/database.js';
import { theilSen } from './trends/theil-sen-strategy.js';
import type { TrendDetectionStrategy } from './trends/types.js';
import { multiWindow } from './windows/multi-window.js';
import type { MetricsWindowStrategy } from './windows/types.js';

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
  /** Labels such as `'12h'` or `'30d'`. Default `['7d', '30d', '90d']`. */
  readonly windows?: readonly string[];
  /** Points under which a figure is "insufficient data". Default 5. */
  readonly minDataPoints?: number;
  /** ISO 4217; events in another are refused. Default `'USD'`. */
  readonly currency?: string;
  readonly strategies?: Strategies;
  /** When a department is said to be short of hands, or idle. */
  readonly hiring?: HiringOptions;
  /** Levels that an agent can have, lowest first. */
  readonly levels?: readonly string[];
  /** `'process'` survives kill -9, `'power'` fsyncs every commit and survives a power cut. Default `'process'`. */
  readonly durability?: 'process' | 'power';
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
  readonly durability: 'process' | 'power';
  readonly maxClockSkew: number;
  readonly maxActiveAgents: number;
  readonly maxPending: number;
  readonly inspect: ((event: InspectionEvent) => void) | undefined;
  readonly report: Report;
}

const withMethods = <T>(methods: readonly string[]) =>
  z.custom<T>(
    (value) =>
      methods.every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function'),
    { error: `expected an object with ${methods.join(', ')}` },
  );

const windowStrategy = z.custom<MetricsWindowStrategy>(
  (value) => {
    const { windows, minDataPoints } = (value ?? {}) as Partial<MetricsWindowStrategy>;
    return Array.isArray(windows) && windows.length > 0 && Number.isInteger(minDataPoints);
  },
  { error: 'expected an object with windows and minDataPoints, such as multiWindow() makes' },
);

const schema = z.strictObject({
  path: z.string().min(1).default('./tenure-data'),
  db: withMethods<Database>(['open', 'close', 'batch', 'getMany', 'iterator']).optional(),
  clock: withMethods<Clock>(['now', 'setTimeout', 'clearTimeout']).default(() => systemClock),
  windows: z.array(z.string()).readonly().optional(),
  minDataPoints: z.int().min(1).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as USD')
    .default('USD'),
  strategies: z
    .strictObject({
      quality: withMethods<QualityScoringStrategy>(['score']).optional(),
      collaboration: withMethods<CollaborationScoringStrategy>(['score']).optional(),
      window: windowStrategy.optional(),
      trend: withMethods<TrendDetectionStrategy>(['detect']).optional(),
    })
    .default({}),
  hiring: hiringSchema,
  levels: z.array(z.string().min(1).max(64)).min(1).readonly().default(DEFAULT_LEVELS),
  durability: z.enum(['process', 'power']).default('process'),
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
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({
      path: path.map(String).join('.'),
      message,
    }));
    const reasons = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
    throw new TenureError('TENURE_INVALID_OPTIONS', `Invalid options: ${reasons}`, { issues });
  }
  const { strategies, windows, minDataPoints, inspect, onHostError, db, hiring, ...rest } = parsed.data;
  const report = reporter(onHostError);
  const window =
    strategies.window ??
    multiWindow({ ...(windows && { windows }), ...(minDataPoints !== undefined && { minDataPoints }) });
  return {
    ...rest,
    db,
    quality: strategies.quality ?? layered(),
    collaboration: strategies.collaboration ?? behavioral(),
    window,
    trend: strategies.trend ?? theilSen({ minDataPoints: Math.max(2, window.minDataPoints) }),
    hiring: hiringRules(hiring),
    inspect: inspect && guardInspector(inspect, report),
    report,
  };
}

function isInspector(value: unknown): boolean {
  return typeof value === 'function' || typeof (value as { next?: unknown } | null)?.next === 'function';
}
