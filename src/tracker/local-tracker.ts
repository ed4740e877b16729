import type { Observable, Subscription } from 'rxjs';
import type { AgentModel } from '../agent/model.js';
import type {
  AgentFailed,
  Recommendation,
  StandingChanged,
  TrackerOutput,
  TrendChanged,
  TrustChanged,
} from '../agent/outputs.js';
import type { AgentOutline, AgentPerformance, AgentSummary } from '../agent/performance.js';
import type { AgentState } from '../agent/state.js';
import type { HiringSignal } from '../department/outputs.js';
import { TenureError } from '../errors.js';
import type { TimeInput } from '../events/fields.js';
import type { PerformanceEventInput, StoredEvent } from '../events/schema.js';
import type { ResolvedOptions } from '../options.js';
import type { StandingPolicy } from '../policy/types.js';
import { afterArgument, argument, deadLetterFilter } from '../query/arguments.js';
import type { EventQuery, Query, QueryMetric, QueryResult, Series, SeriesQuery } from '../query/types.js';
import type { SupervisorActor } from '../runtime/admission.js';
import type { AgentActor, AgentEntry } from '../runtime/agent-entry.js';
import {
  type DeadLetter,
  type DeadLetterFilter,
  deadLetters,
  type RetrySummary,
  retryDeadLetters,
} from '../runtime/dead-letters.js';
import { lookOnly } from '../runtime/guarded-actor.js';
import type { RecommendationFilter } from '../runtime/open-recommendations.js';
import type { AgentRegistry } from '../runtime/registry.js';
import type { Receipt } from '../runtime/requests.js';
import type { Runtime } from '../runtime/runtime.js';
import type { WhatIf } from '../runtime/what-if.js';
import type { Roster } from '../scoreboard/lines.js';
import { Scoreboard, type ScoreboardStore } from '../scoreboard.js';
import type { Store } from '../store/types.js';
import { exportedAsOfNow } from '../transfer/export.js';
import type { ExportLine } from '../transfer/lines.js';
import { type EventRejected, type IngestSummary, Intake } from './intake.js';
import { Questions } from './questions.js';
import type { AgentFilter, Tracker } from './types.js';

export interface TrackerParts {
  readonly store: Store;
  readonly model: AgentModel;
  readonly supervisor: SupervisorActor;
  readonly runtime: Runtime;
  /** Told once the database is closed, or could not be. */
  readonly onClosed: () => void;
}

/** The tracker over a database of this process. */
export class LocalTracker implements Tracker {
  readonly actor: SupervisorActor;
  private readonly intake: Intake;
  private readonly questions: Questions;
  private readonly shown: Subscription;
  private readonly board: Scoreboard;
  private closing: Promise<void> | undefined;

  constructor(
    options: ResolvedOptions,
    private readonly parts: TrackerParts,
  ) {
    const { clock, report } = options;
    const { store, model, supervisor, runtime } = parts;
    this.actor = lookOnly(supervisor);
    this.intake = new Intake(runtime, options);
    this.questions = new Questions(runtime, store, model, options);
    const outline = (state: AgentState) => model.outline(state, runtime.now());
    const roster = rosterOf(runtime.registry, model);
    this.board = new Scoreboard({ clock, now: () => runtime.now(), report, outline, roster });
    this.shown = runtime.commits$.subscribe(({ touched }) => this.board.note(touched.values()));
  }

  get transitions$(): Observable<TrendChanged> {
    return this.parts.runtime.announcer.transitions$;
  }

  get standings$(): Observable<StandingChanged> {
    return this.parts.runtime.announcer.standings$;
  }

  get recommendations$(): Observable<Recommendation> {
    return this.parts.runtime.announcer.recommendations$;
  }

  get trust$(): Observable<TrustChanged> {
    return this.parts.runtime.announcer.trust$;
  }

  get failures$(): Observable<AgentFailed> {
    return this.parts.runtime.announcer.failures$;
  }

  get hiring$(): Observable<HiringSignal> {
    return this.parts.runtime.announcer.hiring$;
  }

  get rejections$(): Observable<EventRejected> {
    return this.intake.rejections$;
  }

  get scoreboard(): ScoreboardStore {
    return this.board.store;
  }

  record(event: PerformanceEventInput): Promise<Receipt> {
    return this.intake.record(event);
  }

  recordAll(
    events: Iterable<PerformanceEventInput> | AsyncIterable<PerformanceEventInput>,
  ): Promise<IngestSummary> {
    return this.intake.recordAll(events);
  }

  connect(events$: Observable<PerformanceEventInput>): Subscription {
    return this.intake.connect(events$);
  }

  async performance(agentId: string, at?: TimeInput): Promise<AgentPerformance | undefined> {
    this.checkOpen();
    return this.questions.performance(agentId, at);
  }

  async agents(filter?: AgentFilter): Promise<AgentSummary[]> {
    this.checkOpen();
    return this.questions.agents(filter);
  }

  async whatIf(policy: StandingPolicy): Promise<WhatIf> {
    this.checkOpen();
    return this.questions.whatIf(policy);
  }

  async recommendations(filter?: RecommendationFilter): Promise<Recommendation[]> {
    this.checkOpen();
    return this.questions.recommendations(filter);
  }

  async query<M extends QueryMetric = QueryMetric>(query?: Query<M>): Promise<QueryResult<M>> {
    this.checkOpen();
    return this.questions.query(query);
  }

  async series(query: SeriesQuery): Promise<Series> {
    this.checkOpen();
    return this.questions.series(query);
  }

  async *events(query?: EventQuery): AsyncGenerator<StoredEvent, void, undefined> {
    this.checkOpen();
    yield* this.questions.events(query);
  }

  async *log(after = 0): AsyncGenerator<TrackerOutput, void, undefined> {
    this.checkOpen();
    yield* this.parts.runtime.log.after(argument(afterArgument, after, 'after'));
  }

  async *export(): AsyncGenerator<ExportLine, void, undefined> {
    this.checkOpen();
    await this.parts.runtime.flush();
    yield* exportedAsOfNow(this.parts.store);
  }

  async *deadLetters(filter: DeadLetterFilter = {}): AsyncGenerator<DeadLetter, void, undefined> {
    this.checkOpen();
    yield* deadLetters(this.parts.runtime, argument(deadLetterFilter, filter, 'filter'));
  }

  async retry(filter: DeadLetterFilter = {}): Promise<RetrySummary> {
    this.checkOpen();
    return retryDeadLetters(this.parts.runtime, argument(deadLetterFilter, filter, 'filter'));
  }

  agentActor(agentId: string): AgentActor | undefined {
    return this.parts.runtime.registry.view(agentId);
  }

  async flush(): Promise<void> {
    await this.parts.runtime.flush();
    await this.board.update();
  }

  /** Resolves once nothing more is to be dropped by now. Not for hosts: there is nothing that has to wait for it. */
  idle(): Promise<void> {
    return this.parts.runtime.idle();
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Shows everybody, then begins to accept: nothing that is shown is older than what commits show. */
  async begin(): Promise<void> {
    await this.board.fill(this.outlines());
    this.parts.runtime.run();
  }

  private async *outlines(): AsyncGenerator<AgentOutline, void> {
    const now = this.parts.runtime.now();
    for await (const state of this.parts.runtime.activateAll()) yield this.parts.model.outline(state, now);
  }

  private checkOpen(): void {
    if (this.closing) throw new TenureError('TENURE_CLOSED', 'The tracker is closed');
  }

  private async closeOnce(): Promise<void> {
    this.parts.runtime.admission.close();
    this.parts.supervisor.send({ type: 'close.requested' });
    this.intake.disconnect();
    this.shown.unsubscribe();
    this.board.stop();
    try {
      await this.parts.runtime.stop();
    } finally {
      await this.parts.store.close().finally(this.parts.onClosed);
      this.intake.complete();
      if (this.parts.supervisor.getSnapshot().matches('draining'))
        this.parts.supervisor.send({ type: 'drained' });
    }
  }
}

function rosterOf(registry: AgentRegistry, { trendNames }: AgentModel): Roster {
  return {
    numberOf: (agentId) => registry.find(agentId)?.no,
    idOf: (no) => (registry.byNumber(no) as AgentEntry).agentId,
    trends: trendNames,
  };
}
