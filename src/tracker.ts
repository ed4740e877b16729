import type { Observable, Subscription } from 'rxjs';
import type { AgentFailed, Recommendation, StandingChanged, TrackerOutput, TrendChanged } from './agent/outputs.js';
import type { AgentPerformance, AgentSummary, Standing } from './agent/performance.js';
import type { TenureError } from './errors.js';
import type { TimeInput } from './events/fields.js';
import type { PerformanceEventInput, StoredEvent } from './events/schema.js';
import type { EventQuery, Series, SeriesQuery } from './query/types.js';

/** What became of a recorded event: its place in the journal, and whether it was there before. */
export interface Receipt {
  readonly seq: number;
  readonly duplicate: boolean;
}

export interface IngestSummary {
  readonly accepted: number;
  readonly duplicates: number;
  /** By position in the input, from 0. */
  readonly rejected: readonly { readonly index: number; readonly error: TenureError }[];
}

/** An event of a connected stream that was refused, and why. */
export interface EventRejected {
  readonly input: unknown;
  readonly error: TenureError;
}

export interface AgentFilter {
  readonly department?: string;
  readonly standing?: Standing;
}

/** The performance record of a company of agents. */
export interface Tracker extends AsyncDisposable {
  record(event: PerformanceEventInput): Promise<Receipt>;
  recordAll(events: Iterable<PerformanceEventInput> | AsyncIterable<PerformanceEventInput>): Promise<IngestSummary>;
  connect(events$: Observable<PerformanceEventInput>): Subscription;
  performance(agentId: string, at?: TimeInput): Promise<AgentPerformance | undefined>;
  agents(filter?: AgentFilter): Promise<AgentSummary[]>;
  series(query: SeriesQuery): Promise<Series>;
  events(query?: EventQuery): AsyncIterable<StoredEvent>;
  log(after?: number): AsyncIterable<TrackerOutput>;
  readonly transitions$: Observable<TrendChanged>;
  readonly standings$: Observable<StandingChanged>;
  readonly recommendations$: Observable<Recommendation>;
  readonly failures$: Observable<AgentFailed>;
  readonly rejections$: Observable<EventRejected>;
  flush(): Promise<void>;
  close(): Promise<void>;
}
