import { Level } from 'level';
import { Observable, Subject, Subscription } from 'rxjs';
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
import type { AgentPerformance, AgentSummary, Standing } from './agent/performance.js';
import type { AgentState } from './agent/state.js';
import type { HiringSignal } from './department/outputs.js';
import { isTenureError, TenureError } from './errors.js';
import { MAX_TIME, type TimeInput } from './events/fields.js';
import { parseEvent } from './events/parse.js';
import type {
  JournalledEvent,
  PerformanceEvent,
  PerformanceEventInput,
  StoredEvent,
} from './events/schema.js';
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
  eventsArgument,
  idArgument,
  recommendationFilter,
  streamArgument,
} from './query/arguments.js';
import { selectEvents } from './query/events.js';
import { eventQuerySchema, parseQuery, querySchema, seriesQuerySchema } from './query/schemas.js';
import type { Asked } from './query/selection.js';
import { seriesOf } from './query/series.js';
import { sorted } from './query/sorted.js';
import { moment } from './query/times.js';
import type { EventQuery, Query, QueryMetric, QueryResult, Series, SeriesQuery } from './query/types.js';
import { Backpressure } from './runtime/backpressure.js';
import {
  type DeadLetter,
  type DeadLetterFilter,
  deadLetters,
  type RetrySummary,
  retryDeadLetters,
} from './runtime/dead-letters.js';
import { guardActor, lookOnly } from './runtime/guarded-actor.js';
import { GuardedObservable } from './runtime/guarded-observable.js';
import { harmless, hostError } from './runtime/host.js';
import { openRecommendations, type RecommendationFilter } from './runtime/open-recommendations.js';
import type { AgentActor, AgentEntry, AgentRegistry } from './runtime/registry.js';
import type { Receipt } from './runtime/requests.js';
import { Runtime, type SupervisorActor } from './runtime/runtime.js';
import { type WhatIf, whatIf } from './runtime/what-if.js';
import { Scoreboard, type ScoreboardStore } from './scoreboard.js';
import { pause } from './store/breathe.js';
import { openStore } from './store/store.js';
import type { Repair, Store } from './store/types.js';

export type { DeadLetter, DeadLetterFilter, RetrySummary } from './runtime/dead-letters.js';
export type { RecommendationFilter } from './runtime/open-recommendations.js';
export type { Receipt } from './runtime/requests.js';

/** What became of a stream of events. */
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
   * What another policy, or other thresholds, would have recommended on the same journal, beside what was. Reads the
   * journal from its beginning; nothing is changed.
   *
   * @throws TenureError `TENURE_INVALID_OPTIONS` when it is no policy
   */
  whatIf(policy: StandingPolicy): Promise<WhatIf>;
  /**
   * Counts, averages and scores of a time range, to the millisecond, of everybody or of an agent, a department or a
   * project, as a whole or by one of them: as it is known now, by the department and project stamped on each event.
   *
   * @throws TenureError `TENURE_INVALID_OPTIONS` naming the parameter
   */
  query<M extends QueryMetric = QueryMetric>(query?: Query<M>): Promise<QueryResult<M>>;
  /** One metric over time in buckets for plotting, with the trend over them; as it is known now. */
  series(query: SeriesQuery): Promise<Series>;
  /** The stored events, streamed in the order of time. */
  events(query?: EventQuery): AsyncIterable<StoredEvent>;
  /** What the tracker has said after a sequence number, in order: how a host that was down catches up. */
  log(after?: number): AsyncIterable<TrackerOutput>;
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
    const runtime = await Runtime.start({
      ...resolved,
      store,
      model,
      supervisor,
      layout: layoutOf(resolved),
    });
    registry = runtime.registry;
    const tracker = new LocalTracker(resolved, store, model, supervisor, runtime);
    await tracker.fillScoreboard();
    return tracker;
  } catch (error) {
    supervisor.send({ type: 'failed', error });
    // The reason counts; a failure to close would only hide it.
    await store?.close().catch(() => undefined);
    throw error;
  }
}

/** Events under way at once in `recordAll`: a few commits' worth. */
const RECORD_ALL_WINDOW = 4_000;

class LocalTracker implements Tracker {
  readonly rejections$: Observable<EventRejected>;
  readonly actor: SupervisorActor;
  private readonly rejected = new Subject<EventRejected>();
  private readonly connections = new Subscription();
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
    this.rejections$ = new GuardedObservable(this.rejected, (thrown) =>
      report('A subscriber of rejections$', thrown),
    );
    this.board = new Scoreboard(clock, () => runtime.now(), report);
    this.connections.add(
      runtime.commits$.subscribe(({ touched }) =>
        this.board.note(Array.from(touched, ([{ agentId }, state]) => this.toShow(agentId, state))),
      ),
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

  get scoreboard(): ScoreboardStore {
    return this.board.store;
  }

  record(event: PerformanceEventInput): Promise<Receipt> {
    return new Promise((resolve, reject) => this.submit(event, resolve, reject));
  }

  async recordAll(
    events: Iterable<PerformanceEventInput> | AsyncIterable<PerformanceEventInput>,
  ): Promise<IngestSummary> {
    argument(eventsArgument, events, 'events');
    const room = new Backpressure(Math.min(RECORD_ALL_WINDOW, this.options.maxPending));
    const rejected: { index: number; error: TenureError }[] = [];
    let accepted = 0;
    let duplicates = 0;
    let failure: { readonly error: unknown } | undefined;
    const settled = ({ duplicate }: Receipt): void => {
      if (duplicate) duplicates++;
      else accepted++;
      room.leave();
    };
    const refused = (index: number, error: unknown): void => {
      if (isRefusal(error)) rejected.push({ index, error });
      else failure ??= { error };
      room.leave();
    };
    let index = 0;
    const take = (event: PerformanceEventInput): Promise<void> | undefined => {
      const position = index++;
      const free = room.enter() ?? pause();
      this.submit(event, settled, (error) => refused(position, error));
      return free;
    };
    try {
      if (Symbol.asyncIterator in events) {
        for await (const event of events) {
          for (let room = this.runtime.room(); room; room = this.runtime.room()) await room;
          await take(event);
          if (failure) break;
        }
      } else {
        for (const event of events) {
          // Others record too. Awaiting what is there already would cost as much as taking the event.
          for (let room = this.runtime.room(); room; room = this.runtime.room()) await room;
          const free = take(event);
          if (free) await free;
          if (failure) break;
        }
      }
    } finally {
      await room.empty();
    }
    if (failure) throw failure.error;
    rejected.sort((a, b) => a.index - b.index);
    return { accepted, duplicates, rejected };
  }

  connect(events$: Observable<PerformanceEventInput>): Subscription {
    argument(streamArgument, events$, 'events$');
    const subscription = hosted(events$).subscribe({
      next: (input) => {
        this.submit(
          input,
          () => undefined,
          (error) => this.rejected.next({ input, error }),
        );
      },
      error: (thrown) => this.options.report('A connected stream', thrown),
    });
    this.connections.add(subscription);
    return subscription;
  }

  async performance(agentId: string, at?: TimeInput): Promise<AgentPerformance | undefined> {
    this.checkOpen();
    const entry = this.runtime.registry.find(argument(idArgument, agentId, 'agentId'));
    if (at !== undefined) moment(at, 'at');
    if (!entry) return undefined;
    return answered(`Looking at agent ${JSON.stringify(agentId)}`, () => this.performanceOf(entry, at));
  }

  private async performanceOf(entry: AgentEntry, at?: TimeInput): Promise<AgentPerformance | undefined> {
    // Who asks for one agent after the other gives nobody else a turn.
    await pause();
    const now = at === undefined ? this.runtime.now() : moment(at, 'at');
    const state = await this.runtime.stateOf(entry);
    if (now >= state.now) {
      const performance = this.model.summary(state, now);
      const isStillToCome = performance.lifetime.firstEventAt === null && state.upcoming.length > 0;
      return isStillToCome ? undefined : performance;
    }
    const events = (await this.eventsOf(entry)).filter((event) => event.at <= now);
    if (events.length === 0) return undefined;
    return this.model.summary(this.model.asOf(this.model.start(entry.agentId), events, now), now);
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
    const { agentId, metrics, from = 0, to, ...rest } = parseQuery(querySchema, query);
    const now = this.runtime.now();
    const range = { from, to: to ?? Math.max(now, from) };
    const agent = agentId === undefined ? undefined : this.asked(agentId);
    const selection = { ...rest, ...range, agent };
    const groups = await answer(this.answerParts, selection, now, metrics as readonly M[] | undefined);
    return { ...range, groups };
  }

  async series(query: SeriesQuery): Promise<Series> {
    this.checkOpen();
    const { agentId, metric, every, from, to, ...rest } = parseQuery(seriesQuerySchema, query);
    const now = this.runtime.now();
    const agent = agentId === undefined ? undefined : this.asked(agentId);
    const selection = { ...rest, from: from ?? 0, to: to ?? Math.max(now, from ?? 0), agent };
    const order = { metric, every, isOpen: from === undefined, now };
    return answered('The series', () => seriesOf(this.answerParts, selection, order));
  }

  async *events(query: EventQuery = {}): AsyncGenerator<StoredEvent, void, undefined> {
    this.checkOpen();
    const { from = 0, to = MAX_TIME, ...selection } = parseQuery(eventQuerySchema, query);
    const entry = query.agentId === undefined ? undefined : this.runtime.registry.find(query.agentId);
    yield* selectEvents(this.store, { ...selection, from, to }, entry);
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
  async fillScoreboard(): Promise<void> {
    const now = this.runtime.now();
    const shown = [];
    for await (const [entry, state] of this.runtime.states()) {
      const summary = this.model.brief(state, now);
      shown.push({ agentId: entry.agentId, summary: () => summary });
    }
    this.board.note(shown);
    await this.board.update();
  }

  /** Takes an event; tells either of the two what became of it, later or at once. */
  private submit(
    input: PerformanceEventInput,
    resolve: (receipt: Receipt) => void,
    reject: (error: TenureError) => void,
  ): void {
    // First of all: who brings too much must not make us look at it.
    const refusal = this.runtime.refusal();
    if (refusal) {
      reject(refusal);
      return;
    }
    const now = this.runtime.now();
    let event: PerformanceEvent;
    try {
      event = parseEvent(input, now, this.options);
    } catch (error) {
      // Whatever parsing throws is about the event.
      reject(error as TenureError);
      return;
    }
    this.runtime.record({ kind: 'record', event, now, resolve, reject });
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

  private checkOpen(): void {
    if (this.closing) throw new TenureError('TENURE_CLOSED', 'The tracker is closed');
  }

  private async closeOnce(): Promise<void> {
    this.supervisor.send({ type: 'close.requested' });
    this.connections.unsubscribe();
    this.board.stop();
    try {
      await this.runtime.stop();
    } finally {
      await this.store.close();
      this.rejected.complete();
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

/** A host's stream, which may be anything with a `subscribe`, as one that errs rather than throws. */
function hosted<Value>(stream: Observable<Value>): Observable<Value> {
  return new Observable<Value>((subscriber) => {
    const subscription: unknown = stream.subscribe(subscriber);
    return harmless(
      () => (subscription as Partial<Subscription> | undefined)?.unsubscribe?.(),
      () => undefined,
    );
  });
}

/** Whether an event was refused for what it is, certainly not stored. */
function isRefusal(error: unknown): error is TenureError {
  return isTenureError(error) && !['TENURE_STORAGE', 'TENURE_CLOSED', 'TENURE_CORRUPT'].includes(error.code);
}
