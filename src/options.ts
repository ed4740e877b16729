import type { AbstractLevel } from 'abstract-level';
import type { InspectionEvent, Observer } from 'xstate';
import type { Clock } from './clock.js';
import type { CollaborationScoringStrategy, QualityScoringStrategy } from './scoring/types.js';
import type { TrendDetectionStrategy } from './trends/types.js';
import type { MetricsWindowStrategy } from './windows/types.js';

/** Any abstract-level database: LevelDB, memory-level, browser-level. The tracker opens and closes it. */
// biome-ignore lint/suspicious/noExplicitAny: a database of any key and value format fits, the tracker sets its own
export type Database = AbstractLevel<any, any, any>;

export interface Strategies {
  /** How one attempt at a task is scored. Default `layered()`. */
  readonly quality?: QualityScoringStrategy;
  /** How working with others is scored. Default `behavioral()`. */
  readonly collaboration?: CollaborationScoringStrategy;
  /** Which rolling windows are kept. Default `multiWindow()` over the option `windows`. */
  readonly window?: MetricsWindowStrategy;
  /** How a trend is told from noise. Default `theilSen()`. */
  readonly trend?: TrendDetectionStrategy;
}

export interface TrackerOptions {
  /** LevelDB directory. Default `./tenure-data`. */
  readonly path?: string;
  /** A database to use in place of `path`. */
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
  /** `'process'` survives kill -9, `'power'` fsyncs every commit and survives a power cut. Default `'process'`. */
  readonly durability?: 'process' | 'power';
  /** How far ahead of the clock an event may be, in milliseconds. Default 300,000. */
  readonly maxClockSkew?: number;
  /** Idle actors beyond it are passivated. Default 10,000. */
  readonly maxActiveAgents?: number;
  /** Events accepted but not yet durable, beyond which `record` refuses. Default 100,000. */
  readonly maxPending?: number;
  /** Passed on to XState. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void);
}
