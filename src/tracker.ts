import { Level } from 'level';
import type { Observable, Subscription } from 'rxjs';
import { createActor } from 'xstate';
import { supervisorMachine } from '../machines/supervisor.js';
import { stepTrend } from '../machines/trend.js';
import { stepTrust } from '../machines/trust.js';
import { AgentModel } from './agent/model.js';
import type {
  AgentFailed,
  Recommendation,
  StandingChanged,
  TrackerOutput,
  TrendChanged,
  TrustChanged,
} from './agent/outputs.js';
import type { AgentPerformance, AgentSummary } from './agent/performance.js';
import type { AgentState } from './agent/state.js';
import type { HiringSignal } from './department/outputs.js';
import { isTenureError, TenureError } from './errors.js';
import { MAX_TIME, type TimeInput } from './events/fields.js';
import type { JournalledEvent, PerformanceEventInput, StoredEvent } from './events/schema.js';
import {
  layoutOf,
  type ResolvedOptions,
  resolveOptions,
  resolvePolicy,
  type TrackerOptions,
} from './options.js';
import type { StandingPolicy } from './policy/types.js';
import { type AnswerParts, answer } from './query/answer.js';
import {
  afterArgument,
  agentFilter,
  argument,
  deadLetterFilter,
  idArgument,
  recommendationFilter,
} from './query/arguments.js';
import { selectEvents } from './query/events.js';
import { checkKept, keptRange } from './query/kept.js';
import { eventQuerySchema, parseQuery, querySchema, seriesQuerySchema } from './query/schemas.js';
import type { Asked } from './query/selection.js';
import { seriesOf } from './query/series.js';
import { sorted } from './query/sorted.js';
import { moment } from './query/times.js';
import type { EventQuery, Query, QueryMetric, QueryResult, Series, SeriesQuery } from './query/types.js';
import {
  type DeadLetter,
  type DeadLetterFilter,
  deadLetters,
  type RetrySummary,
  retryDeadLetters,
} from './runtime/dead-letters.js';
import { guardActor, lookOnly } from './runtime/guarded-actor.js';
import { hostError } from './runtime/host.js';
import { openRecommendations, type RecommendationFilter } from './runtime/open-recommendations.js';
import type { AgentActor, AgentEntry, AgentRegistry } from './runtime/registry.js';
import type { Receipt } from './runtime/requests.js';
import { Runtime, type SupervisorActor } from './runtime/runtime.js';
import { type WhatIf, whatIf } from './runtime/what-if.js';
import { Scoreboard, type ScoreboardStore } from './scoreboard.js';
import { pause } from './store/breathe.js';
import { atOneFloor } from './store/one-floor.js';
import { openStore } from './store/store.js';
import type { Repair, Store } from './store/types.js';
import { type EventRejected, type IngestSummary, Intake } from './tracker/intake.js';
import type { AgentFilter, Tracker } from './tracker/types.js';

export type { DeadLetter, DeadLetterFilter, RetrySummary } from './runtime/dead-letters.js';
export type { RecommendationFilter } from './runtime/open-recommendations.js';
export type { Receipt } from './runtime/requests.js';
export type { EventRejected, IngestSummary } from './tracker/intake.js';
export type { AgentFilter, Tracker } from './tracker/types.js';

/**
 * Opens the record of a company: creates it where there is none, and goes on where it stopped otherwise.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`, `TENURE_LOCKED` when another process holds the database,
 * `TENURE_CORRUPT` when it cannot be trusted, `TENURE_STORAGE` when it cannot be read
 */
export async function openTracker(options?: TrackerOptions): Promise<Tracker> {
  const resolved = resolveOptions(options);
  const { clock, inspect } = resolved;
  const actor = createActor(supervisorMachine, { clock, ...(inspect && { inspect }) });
  const supervisor = guardActor(actor, 'the supervisor', resolved.report);
  supervisor.start();
  const model = new AgentModel({ ...resolved, stepTrend, stepTrust });
  let store: Store | undefined;
  let registry: AgentRegistry | undefined;
  const onRepaired = ({ agentNo, reason }: Repair): void => {
    const known = agentNo === undefined ? '*' : `number ${agentNo}`;
    const agentId = registry?.byNumber(agentNo ?? 0)?.agentId ?? known;
    supervisor.send({ type: 'snapshot.rebuilt', agentId, reason });
  };
  try {
    store = await openStore(resolved.db ?? new Level(resolved.path), { ...resolved, onRepaired });
    supervisor.send({ type: 'store.opened' });
    const runtime = await Runtime.recovered({
      ...resolved,
      store,
      model,
      supervisor,
      layout: layoutOf(resolved),
    });
    registry = runtime.registry;
    const tracker = new LocalTracker(resolved, store, model, supervisor, runtime);
    await tracker.begin();
    return tracker;
  } catch (error) {
    supervisor.send({ type: 'failed', error });
    // The reason counts; a failure to close would only hide it.
    await store?.close().catch(() => undefined);
    throw error;
  }
}

class LocalTracker implements Tracker {
  readonly actor: SupervisorActor;
  private readonly intake: Intake;
  private readonly shown: Subscription;
  private readonly board: Scoreboard;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly store: Store,
    private readonly model: AgentModel,
    private readonly supervisor: SupervisorActor,
    private readonly runtime: Runtime,
  ) {
    const { clock, report } = options;
    this.actor = lookOnly(supervisor);
    this.intake = new Intake(runtime, options);
    this.board = new Scoreboard(clock, () => runtime.now(), report, options.maxActiveAgents);
    this.shown = runtime.commits$.subscribe(({ touched }) =>
      this.board.note(Array.from(touched, ([{ agentId }, state]) => this.toShow(agentId, state))),
    );
  }

  get transitions$(): Observable<TrendChanged> {
    return this.runtime.announcer.transitions$;
  }

  get standings$(): Observable<StandingChanged> {
    return this.runtime.announcer.standings$;
  }

  get recommendations$(): Observable<Recommendation> {
    return this.runtime.announcer.recommendations$;
  }

  get trust$(): Observable<TrustChanged> {
    return this.runtime.announcer.trust$;
  }

  get failures$(): Observable<AgentFailed> {
    return this.runtime.announcer.failures$;
  }

  get hiring$(): Observable<HiringSignal> {
    return this.runtime.announcer.hiring$;
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
    const entry = this.runtime.registry.find(argument(idArgument, agentId, 'agentId'));
    const time = at === undefined ? undefined : moment(at, 'at');
    return answered(`Looking at agent ${JSON.stringify(agentId)}`, () =>
      atOneFloor(this.store, async () => {
        if (time !== undefined) checkKept('at', time, this.runtime.wholeFrom);
        return entry && (await this.performanceOf(entry, time));
      }),
    );
  }

  private async performanceOf(entry: AgentEntry, at?: number): Promise<AgentPerformance | undefined> {
    // Who asks for one agent after the other gives nobody else a turn.
    await pause();
    const now = at ?? this.runtime.now();
    const state = await this.runtime.stateOf(entry);
    if (now >= state.now) {
      const performance = this.model.summary(state, now);
      const isStillToCome = performance.lifetime.firstEventAt === null && state.upcoming.length > 0;
      return isStillToCome ? undefined : performance;
    }
    const past = await this.runtime.registry.pastOf(entry);
    const { horizon } = this;
    const events = (await this.eventsOf(entry)).filter((event) => event.at >= horizon && event.at <= now);
    if (events.length === 0 && past.lifetime.firstEventAt === null) return undefined;
    return this.model.summary(this.model.asOf(past, events, now), now);
  }

  async agents(filter: AgentFilter = {}): Promise<AgentSummary[]> {
    this.checkOpen();
    const { department, standing } = argument(agentFilter, filter, 'filter');
    const now = this.runtime.now();
    const found: AgentSummary[] = [];
    for await (const [, state] of this.runtime.states()) {
      const summary = this.model.brief(state, now);
      if (department !== undefined && summary.department !== department) continue;
      if (standing !== undefined && summary.standing !== standing) continue;
      found.push(summary);
    }
    return sorted(found, (a, b) => (a.agentId < b.agentId ? -1 : 1));
  }

  async whatIf(policy: StandingPolicy): Promise<WhatIf> {
    this.checkOpen();
    const tried = resolvePolicy(policy, this.options);
    await this.runtime.flush();
    return whatIf(this.store, new AgentModel({ ...this.model.config, policy: tried }));
  }

  async recommendations(filter: RecommendationFilter = {}): Promise<Recommendation[]> {
    this.checkOpen();
    const checked = argument(recommendationFilter, filter, 'filter');
    return openRecommendations(this.runtime, this.store, checked);
  }

  async query<M extends QueryMetric = QueryMetric>(query: Query<M> = {}): Promise<QueryResult<M>> {
    this.checkOpen();
    const { agentId, metrics, from, to, ...rest } = parseQuery(querySchema, query);
    return atOneFloor(this.store, async () => {
      const now = this.runtime.now();
      const range = keptRange({ from, to }, this.horizon, now);
      const agent = agentId === undefined ? undefined : this.asked(agentId);
      const selection = { ...rest, ...range, agent };
      const groups = await answer(this.answerParts, selection, now, metrics as readonly M[] | undefined);
      return { ...range, groups };
    });
  }

  async series(query: SeriesQuery): Promise<Series> {
    this.checkOpen();
    const { agentId, metric, every, from, to, ...rest } = parseQuery(seriesQuerySchema, query);
    return answered('The series', () =>
      atOneFloor(this.store, () => {
        const now = this.runtime.now();
        const agent = agentId === undefined ? undefined : this.asked(agentId);
        const selection = { ...rest, ...keptRange({ from, to }, this.horizon, now), agent };
        return seriesOf(this.answerParts, selection, { metric, every, isOpen: from === undefined, now });
      }),
    );
  }

  async *events(query: EventQuery = {}): AsyncGenerator<StoredEvent, void, undefined> {
    this.checkOpen();
    const { from, to, ...selection } = parseQuery(eventQuerySchema, query);
    const entry = query.agentId === undefined ? undefined : this.runtime.registry.find(query.agentId);
    yield* selectEvents(
      this.store,
      { ...selection, ...keptRange({ from, to }, this.horizon, MAX_TIME) },
      entry,
    );
  }

  async *log(after = 0): AsyncGenerator<TrackerOutput, void, undefined> {
    this.checkOpen();
    yield* this.runtime.announcer.log(argument(afterArgument, after, 'after'));
  }

  async *deadLetters(filter: DeadLetterFilter = {}): AsyncGenerator<DeadLetter, void, undefined> {
    this.checkOpen();
    yield* deadLetters(this.runtime, argument(deadLetterFilter, filter, 'filter'));
  }

  async retry(filter: DeadLetterFilter = {}): Promise<RetrySummary> {
    this.checkOpen();
    return retryDeadLetters(this.runtime, argument(deadLetterFilter, filter, 'filter'));
  }

  agentActor(agentId: string): AgentActor | undefined {
    return this.runtime.registry.view(agentId);
  }

  async flush(): Promise<void> {
    await this.runtime.flush();
    await this.board.update();
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Shows every agent as it was recovered. */
  /** Shows everybody, then begins to accept: nothing that is shown is older than what commits show. */
  async begin(): Promise<void> {
    await this.board.fill(this.summaries());
    this.runtime.run();
  }

  private async *summaries(): AsyncGenerator<AgentSummary, void> {
    const now = this.runtime.now();
    for await (const state of this.runtime.activateAll()) yield this.model.brief(state, now);
  }

  private toShow(agentId: string, state: AgentState) {
    return { agentId, summary: () => this.model.brief(state, this.runtime.now()) };
  }

  private asked(agentId: string): Asked {
    return this.runtime.registry.find(agentId) ?? { no: 0, agentId, actor: undefined, role: undefined };
  }

  private get answerParts(): AnswerParts {
    const { registry, company } = this.runtime;
    return { company, registry, rollups: this.store.rollups, config: this.model.config };
  }

  private async eventsOf({ no, newSeqs }: AgentEntry): Promise<JournalledEvent[]> {
    const events: JournalledEvent[] = [];
    for await (const event of this.store.eventsOf(no, newSeqs)) events.push(event);
    return events;
  }

  /** Nothing is kept of the times before, epoch milliseconds. */
  private get horizon(): number {
    return this.store.foundations.dropped.horizon;
  }

  private checkOpen(): void {
    if (this.closing) throw new TenureError('TENURE_CLOSED', 'The tracker is closed');
  }

  private async closeOnce(): Promise<void> {
    this.supervisor.send({ type: 'close.requested' });
    this.intake.disconnect();
    this.shown.unsubscribe();
    this.board.stop();
    try {
      await this.runtime.stop();
    } finally {
      await this.store.close();
      this.intake.complete();
      if (this.supervisor.getSnapshot().matches('draining')) this.supervisor.send({ type: 'drained' });
    }
  }
}

/** A strategy that fails on a question fails that question alone, with an error of ours. */
async function answered<Answer>(what: string, answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    throw isTenureError(error) ? error : hostError(what, error);
  }
}
