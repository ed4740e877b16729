import type { Observable, Subscription } from 'rxjs';
import type {
  AgentFailed,
  Recommendation,
  StandingChanged,
  TrackerOutput,
  TrendChanged,
  TrustChanged,
} from '../agent/outputs.js';
import type { AgentPerformance, AgentSummary, Standing } from '../agent/performance.js';
import type { HiringSignal } from '../department/outputs.js';
import type { TimeInput } from '../events/fields.js';
import type { PerformanceEventInput, StoredEvent } from '../events/schema.js';
import type { StandingPolicy } from '../policy/types.js';
import type { EventQuery, Query, QueryMetric, QueryResult, Series, SeriesQuery } from '../query/types.js';
import type { SupervisorActor } from '../runtime/admission.js';
import type { AgentActor } from '../runtime/agent-entry.js';
import type { DeadLetter, DeadLetterFilter, RetrySummary } from '../runtime/dead-letters.js';
import type { RecommendationFilter } from '../runtime/open-recommendations.js';
import type { Receipt } from '../runtime/requests.js';
import type { WhatIf } from '../runtime/what-if.js';
import type { ScoreboardStore } from '../scoreboard.js';
import type { ExportLine } from '../transfer/lines.js';
import type { EventRejected, IngestSummary } from './intake.js';

export interface AgentFilter {
  readonly department?: string;
  readonly standing?: Standing;
}

/** The performance record of a company of agents. */
export interface Tracker extends AsyncDisposable {
  /**
   * Takes one event. Resolves once it is durable and applied: what it changed is visible then.
   *
   * @throws TenureError `TENURE_INVALID_EVENT`, `TENURE_FUTURE_EVENT`, `TENURE_EVENT_CONFLICT`, `TENURE_OVERLOADED`,
   * `TENURE_CLOSED`: certainly not stored. `TENURE_STORAGE`: not known; record it again with the same id.
   */
  record(event: PerformanceEventInput): Promise<Receipt>;
  /**
   * Takes many events, pulled no faster than they become durable. Refused ones are listed; a failure of the storage
   * or of the source itself rejects.
   */
  recordAll(
    events: Iterable<PerformanceEventInput> | AsyncIterable<PerformanceEventInput>,
  ): Promise<IngestSummary>;
  /**
   * Takes a host's stream until it ends or is unsubscribed; what is refused appears in `rejections$`, and an error
   * that ends the stream goes to `onHostError`.
   */
  connect(events$: Observable<PerformanceEventInput>): Subscription;
  /**
   * Everything known of an agent, `undefined` when nobody has heard of it: now, or as of any past moment, when it is
   * exactly what the events with a time up to then say, whenever they arrived.
   *
   * @throws TenureError `TENURE_INVALID_OPTIONS` for a time of which nothing is kept any more
   */
  performance(agentId: string, at?: TimeInput): Promise<AgentPerformance | undefined>;
  /** All agents, by id. */
  agents(filter?: AgentFilter): Promise<AgentSummary[]>;
  /**
   * What was proposed about agents and is still open, the oldest first: a `decision.recorded` that names its `id` and
   * `agentId` decides on it.
   */
  recommendations(filter?: RecommendationFilter): Promise<Recommendation[]>;
  /**
   * What another policy, or other thresholds, would have recommended on the same journal, beside what was. Reads all
   * of the journal that is kept; nothing is changed.
   *
   * @throws TenureError `TENURE_INVALID_OPTIONS` when it is no policy
   */
  whatIf(policy: StandingPolicy): Promise<WhatIf>;
  /**
   * Counts, averages and scores of a time range, to the millisecond, of everybody or of an agent, a department or a
   * project, as a whole or by one of them: as it is known now, by the department and project stamped on each event.
   *
   * @throws TenureError `TENURE_INVALID_OPTIONS` naming the parameter: also a time of which nothing is kept any more
   */
  query<M extends QueryMetric = QueryMetric>(query?: Query<M>): Promise<QueryResult<M>>;
  /** One metric over time in buckets for plotting, with the trend over them; as it is known now. */
  series(query: SeriesQuery): Promise<Series>;
  /** The stored events, streamed in the order of time. */
  events(query?: EventQuery): AsyncIterable<StoredEvent>;
  /**
   * What the tracker has said after a sequence number, in order: how a host that was down catches up. What is damaged of
   * it is made again from the journal first.
   *
   * @throws TenureError `TENURE_CORRUPT` with the record of what is damaged and cannot be made again just as it was
   */
  log(after?: number): AsyncIterable<TrackerOutput>;
  /**
   * A backup while the tracker goes on: all that was recorded until now, as `exportJournal` gives it and `importJournal`
   * takes it. Nothing is waited for or held up meanwhile but the space of what is dropped. Closing the tracker ends it.
   *
   * @throws TenureError `TENURE_CORRUPT` with the record that cannot be trusted, `TENURE_STORAGE`, `TENURE_CLOSED`
   */
  export(): AsyncIterable<ExportLine>;
  /** Stored events that their agents' records go on without, because a strategy failed on them. */
  deadLetters(filter?: DeadLetterFilter): AsyncIterable<DeadLetter>;
  /**
   * Has agents take their dead letters anew, with the strategies of now. Each retry is a record of the journal, so
   * that a replay does the same at the same place; an event that an agent holds by now is not counted twice.
   */
  retry(filter?: DeadLetterFilter): Promise<RetrySummary>;
  readonly transitions$: Observable<TrendChanged>;
  readonly standings$: Observable<StandingChanged>;
  /** What the standing policy proposes: promotions, demotions, terminations, with their evidence. */
  readonly recommendations$: Observable<Recommendation>;
  /** How far agents are trusted, as it changes; silent without the option `trust`. */
  readonly trust$: Observable<TrustChanged>;
  /** Events that a strategy failed on, each left out of its agent's record. */
  readonly failures$: Observable<AgentFailed>;
  /** Departments that are short of hands, or idle. */
  readonly hiring$: Observable<HiringSignal>;
  readonly rejections$: Observable<EventRejected>;
  /** The latest summaries, for a user interface to subscribe to. */
  readonly scoreboard: ScoreboardStore;
  /** The supervisor, for inspection and `waitFor`. */
  readonly actor: SupervisorActor;
  /** An active agent's actor; `on('trend.changed', …)` works on it. */
  agentActor(agentId: string): AgentActor | undefined;
  /** Resolves once everything recorded so far is durable, applied, and on the scoreboard. */
  flush(): Promise<void>;
  /** Drains, writes snapshots and closes the database. Idempotent. */
  close(): Promise<void>;
}
