import { Observable, Subject, type Subscriber, Subscription } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import type { AgentModel } from '../agent/model.js';
import type { AgentState } from '../agent/state.js';
import type { Clock } from '../clock.js';
import type { HiringRules } from '../department/options.js';
import { invalidOptions } from '../errors.js';
import { CompanyFigures } from '../query/company-figures.js';
import { foldAll } from '../query/folding.js';
import { Gate } from '../query/gate.js';
import { Mending } from '../query/mending.js';
import { Overlay } from '../query/overlay.js';
import type { Store } from '../store/types.js';
import type { Window } from '../windows/types.js';
import { Admission, type SupervisorActor } from './admission.js';
import type { AgentEntry } from './agent-entry.js';
import { Announcer } from './announcer.js';
import { type Committed, Committer } from './committer.js';
import { Departments } from './departments.js';
import { groupCommit } from './group-commit.js';
import type { Report } from './host.js';
import { OutputLog } from './output-log.js';
import { recover } from './recovery.js';
import { AgentRegistry } from './registry.js';
import { Replica } from './replica.js';
import { type RecordRequest, type Request, refuse } from './requests.js';
import { Retention } from './retention.js';
import { Snapshotter } from './snapshotter.js';
import { Steps } from './steps.js';
import { TICK_MS, ticks } from './ticker.js';

/** Records in one commit at most. */
const MAX_GROUP = 1_000;
/** Journal records after which snapshots are written in the background: what a recovery replays at most, about. */
const SNAPSHOT_EVERY = 50_000;

/** Agents that one tick looks at: passive ones may all have to be woken for it, and all may have much to say. */
const TICK_AGENTS = 250;

export interface RuntimeOptions {
  readonly store: Store;
  readonly model: AgentModel;
  readonly hiring: HiringRules;
  readonly clock: Clock;
  readonly supervisor: SupervisorActor;
  /** Identifies the windows and strategies that states are computed with. */
  readonly layout: string;
  readonly maxActiveAgents: number;
  readonly maxPending: number;
  /** How long events are kept, in milliseconds. */
  readonly retentionMs: number;
  readonly inspect: ((event: InspectionEvent) => void) | undefined;
  readonly report: Report;
}

/**
 * The running part of a tracker: requests flow through one group commit into the journal, from there into the
 * actors, and their outputs to the log and the subscribers. Ticks of the clock flow the same way.
 */
export class Runtime {
  readonly registry: AgentRegistry;
  readonly announcer: Announcer;
  /** What was said. */
  readonly log: OutputLog;
  /** Whether anything can be recorded now. */
  readonly admission: Admission;
  private readonly departments: Departments;
  /** What questions about the company are answered from. */
  readonly company: CompanyFigures;
  /** Makes that anew when it is damaged. */
  readonly mending: Mending;
  private readonly overlay: Overlay;
  private readonly replica: Replica;
  private readonly snapshotter: Snapshotter;
  private readonly retention: Retention;
  private readonly steps = new Steps();
  /** Where requests go in: into the one pipeline there is. A `Subject` would go through its observers at every event. */
  private requests: Subscriber<Request> | undefined;
  private readonly committed = new Subject<Committed>();
  private readonly subscriptions = new Subscription();
  private hasFailed = false;
  private latest: number;
  private ended: Promise<void> = Promise.resolve();

  private constructor(private readonly options: RuntimeOptions) {
    const { store, model, hiring, clock, layout, maxActiveAgents, inspect, supervisor, report } = options;
    this.latest = store.watermark;
    this.admission = new Admission(supervisor, options.maxPending);
    const { collaboration } = model.config;
    const { foundations } = store;
    this.overlay = new Overlay(
      store.rollups.scopes,
      collaboration.additive?.size ?? 0,
      () => foundations.dropped.horizon,
    );
    this.registry = new AgentRegistry({
      store,
      model,
      clock,
      layout,
      maxActiveAgents,
      inspect,
      report,
      steps: this.steps,
      overlay: this.overlay,
      onRebuilt: (agentId, reason) => supervisor.send({ type: 'snapshot.rebuilt', agentId, reason }),
      onUnreadable: (agentId, { seq, message: reason }) =>
        supervisor.send({ type: 'agent.unreadable', agentId, seq, reason }),
    });
    this.announcer = new Announcer(store, report);
    this.departments = new Departments({
      store,
      rules: hiring,
      steps: this.steps,
    });
    this.replica = new Replica(this.registry, this.departments);
    const gate = new Gate();
    const { registry, overlay, steps, departments } = this;
    const onMended = (reason: string) => supervisor.send({ type: 'snapshot.rebuilt', agentId: '*', reason });
    this.log = new OutputLog({ store, model, layout, registry, departments, onMended });
    const stateOf = (entry: AgentEntry) => this.stateOf(entry);
    const company = { store, model, registry, overlay, gate, steps, stateOf };
    this.company = new CompanyFigures(company);
    this.mending = new Mending({ ...company, onMended });
    this.snapshotter = new Snapshotter(
      store,
      this.registry,
      this.departments,
      this.replica,
      SNAPSHOT_EVERY,
      () => foldAll({ store, overlay, gate, mending: this.mending }),
      (seq) => supervisor.send({ type: 'checkpoint.saved', seq }),
    );
    this.retention = new Retention({
      store,
      model,
      registry,
      departments,
      log: this.log,
      layout,
      gate,
      keptMs: options.retentionMs,
      now: () => this.now(),
      flush: () => this.flush(),
      checkpoint: () => this.snapshotter.saveNow(),
      onDropped: (seq, keptFrom) => supervisor.send({ type: 'records.dropped', seq, keptFrom }),
      onDamage: ({ seq, message: reason }) => supervisor.send({ type: 'drop.failed', seq, reason }),
    });
  }

  /** Recovers every agent. Nothing is accepted before {@link run}. */
  static async recovered(options: RuntimeOptions): Promise<Runtime> {
    const runtime = new Runtime(options);
    runtime.checkWindows();
    const { store, model, layout, supervisor } = options;
    const { registry, departments, replica, announcer, overlay } = runtime;
    const onRebuilt = (reason: string) => supervisor.send({ type: 'snapshot.rebuilt', agentId: '*', reason });
    await recover({
      store,
      registry,
      departments,
      replica,
      announcer,
      layout,
      model,
      overlay,
      onRebuilt,
    });
    await runtime.retention.recover();
    return runtime;
  }

  /**
   * The earliest moment that can be asked about, epoch milliseconds: nothing is kept of those before, or not all that
   * the windows of now hold.
   */
  get wholeFrom(): number {
    const { horizon, pointsFrom, seq } = this.options.store.foundations.dropped;
    return seq === 0 ? 0 : Math.max(horizon, pointsFrom + this.longest.ms);
  }

  private get longest(): Window {
    return this.options.model.config.window.windows.at(-1) as Window;
  }

  /** @throws TenureError `TENURE_INVALID_OPTIONS` for a window that would silently miss what was dropped */
  private checkWindows(): void {
    const { pointsFrom, seq } = this.options.store.foundations.dropped;
    const { label, ms } = this.longest;
    if (seq === 0 || this.now() - ms >= pointsFrom) return;
    const since = new Date(pointsFrom).toISOString();
    const message = `expected no window that reaches back to before ${since}, of which nothing is kept any more (option \`retention\`), got ${label}`;
    throw invalidOptions([{ path: 'windows', message }]);
  }

  /** The tracker's present: the clock, but never before what the journal has seen. Epoch milliseconds. */
  now(): number {
    this.latest = Math.max(this.latest, this.options.clock.now());
    return this.latest;
  }

  /** An agent's state without waking it. */
  stateOf(entry: AgentEntry): Promise<AgentState> {
    return this.registry.stateOf(entry, this.replica.appliedSeq);
  }

  /** Before {@link run}: the states of all agents, those that are active from now on among them. */
  activateAll(): AsyncIterable<AgentState> {
    return this.registry.activateAll(this.replica.appliedSeq);
  }

  /** The states of all agents, in order of first appearance, without waking any. */
  states(): AsyncIterable<[AgentEntry, AgentState]> {
    return this.registry.statesOf(this.registry.entries(), this.replica.appliedSeq);
  }

  /** Everything that commits changed, one by one. */
  get commits$(): Observable<Committed> {
    return this.committed;
  }

  /** Takes a validated event. Its request is answered once it is durable and applied, or known to be refused. */
  record(request: RecordRequest): void {
    const refusal = this.admission.refusal();
    if (refusal) {
      refuse(request, refusal);
      return;
    }
    this.admission.add();
    this.requests?.next(request);
  }

  /** Has an agent take anew what it went on without. Resolves once that is durable and done, whatever came of it. */
  retry(agentId: string, of: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const refusal = this.admission.refusalOfState();
      if (refusal) reject(refusal);
      else this.requests?.next({ kind: 'retry', agentId, of, now: this.now(), resolve, reject });
    });
  }

  /** Resolves once everything recorded so far is durable and applied. */
  flush(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const refusal = this.admission.refusalOfState();
      if (refusal) reject(refusal);
      else this.requests?.next({ kind: 'flush', resolve, reject });
    });
  }

  /** Resolves once nothing more is to be dropped. */
  async idle(): Promise<void> {
    do {
      await this.retention.idle();
      // A commit begins what is due.
      await this.flush();
    } while (this.retention.isBusy);
  }

  /** Drains, writes the last snapshots and stops the actors. The store stays open. */
  async stop(): Promise<void> {
    this.subscriptions.unsubscribe();
    this.requests?.complete();
    await this.ended;
    await this.log.stop();
    await this.retention.stop();
    await this.mending.stop();
    if (this.hasFailed) await this.snapshotter.settle();
    else await this.snapshotter.finish();
    this.announcer.complete();
    this.committed.complete();
    await this.registry.stopAll();
  }

  /** Begins to accept. */
  run(): void {
    const { store, clock, supervisor } = this.options;
    const { registry, departments, replica, announcer } = this;
    const { horizon: keptFrom } = store.foundations.dropped;
    supervisor.send({ type: 'recovery.completed', seq: store.lastSeq, agents: registry.size, keptFrom });
    const onFailure = (error: unknown) => this.fail(error);
    const { steps } = this;
    const horizon = () => this.retention.horizon;
    const committer = new Committer({
      store,
      registry,
      departments,
      replica,
      announcer,
      steps,
      horizon,
      onCommitted: (committed) => this.onCommitted(committed),
      onFailure,
    });
    const requests$ = new Observable<Request>((requests) => {
      this.requests = requests;
    });
    const committed$ = requests$.pipe(groupCommit((group) => committer.commit(group), MAX_GROUP));
    this.ended = new Promise((resolve) => {
      committed$.subscribe({ complete: resolve });
    });
    if (store.watermark > 0 && this.now() - store.watermark >= TICK_MS) this.tick();
    this.subscriptions.add(ticks(clock, TICK_MS).subscribe(() => this.tick()));
    this.retention.beginIfDue(onFailure);
  }

  private tick(): void {
    const now = this.now();
    const { size } = this.registry;
    if (size <= TICK_AGENTS) this.requests?.next({ kind: 'tick', now });
    else
      for (let first = 1; first <= size; first += TICK_AGENTS) {
        this.requests?.next({ kind: 'tick', now, agents: [first, Math.min(first + TICK_AGENTS - 1, size)] });
      }
  }

  /** Whoever is told that an event is recorded finds it everywhere: in the supervisor, on the scoreboard. */
  private onCommitted(committed: Committed): void {
    const { supervisor } = this.options;
    if (!this.hasFailed) {
      supervisor.send({ type: 'commit.completed', seq: this.replica.appliedSeq, agents: this.registry.size });
      this.snapshotter.beginIfDue((error) => this.fail(error));
      this.retention.beginIfDue((error) => this.fail(error));
      this.committed.next(committed);
    }
    this.admission.leave(committed.events);
  }

  /** Nothing is accepted any more; what waits is refused, for it is not known what the disk holds. */
  fail(error: unknown): void {
    // What fails in consequence may do so when the supervisor has closed already.
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.options.supervisor.send({ type: 'failed', error });
  }
}
