import { type ActorRefFrom, createActor, type InspectionEvent } from 'xstate';
import type { AgentMachine } from '../../machines/agent.js';
import { decodeState, encodeState } from '../agent/codec.js';
import type { AgentModel } from '../agent/model.js';
import { seatOf } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import type { Clock } from '../clock.js';
import { isTenureError } from '../errors.js';
import type { Overlay } from '../query/overlay.js';
import { pause } from '../store/breathe.js';
import { atOneFloor } from '../store/one-floor.js';
import { Queue } from '../store/queue.js';
import type { RowChange } from '../store/rollups/changes.js';
import type { AgentSnapshot, DirectoryEntry, LoadResult, Store } from '../store/types.js';
import { ActiveAgents } from './active-agents.js';
import { replayAgents } from './agent-replay.js';
import { AnnouncedLog } from './announced-log.js';
import { directoryEntryOf } from './directory-entry.js';
import { guardActor, lookOnly } from './guarded-actor.js';
import { Headcount } from './headcount.js';
import type { Report } from './host.js';
import { keptEvent } from './kept-event.js';

export type AgentActor = ActorRefFrom<AgentMachine>;

/** What the registry knows of an agent, active or not. */
export interface AgentEntry {
  readonly no: number;
  readonly agentId: string;
  /** `undefined` while the agent is passive: its snapshot is up to date then. */
  actor: AgentActor | undefined;
  /** When time alone changes the agent next, epoch milliseconds; `undefined`: to be worked out when asked for. */
  dueAt: number | undefined;
  /** While it is passive: when time alone changes its figures next, epoch milliseconds; `Infinity` for never. */
  figuresDueAt: number;
  /** While it is passive. */
  role: string | undefined;
  /** The journal position that its snapshot reflects; 0 for none. */
  savedSeq: number;
  /** Its events since the snapshot, ascending. */
  newSeqs: readonly number[];
  /** How many events it goes on without. */
  leftOut: number;
  /** The department in which it counts as active, as of its last event or tick. */
  seat: string | undefined;
  /** Grows with every use: the smallest is passivated first. */
  lastUse: number;
}

export interface RegistryOptions {
  readonly store: Store;
  readonly model: AgentModel;
  readonly machine: AgentMachine;
  readonly clock: Clock;
  /** Identifies what the states were computed with. */
  readonly layout: string;
  readonly maxActiveAgents: number;
  readonly inspect: ((event: InspectionEvent) => void) | undefined;
  readonly report: Report;
  /**
   * Whatever brings agents forward and makes durable what they said runs here, and so does taking snapshots: a
   * snapshot must not be past an output that a crash could still lose.
   */
  readonly steps: Queue;
  /** Told when a snapshot could not be trusted and the agent was rebuilt. */
  readonly onRebuilt: (agentId: string, reason: string) => void;
  /** Told what agents change of their figures; its changes are stored with their snapshots. */
  readonly overlay: Overlay;
}

/**
 * The agent actors. They are created beside the supervisor, each a system of its own: spawning thousands of
 * children inside one machine grows with their number.
 */
export class AgentRegistry {
  private readonly byId = new Map<string, AgentEntry>();
  /** By number less one. During recovery there may be holes: agents whose first event is still to be replayed. */
  private readonly byNo: (AgentEntry | undefined)[] = [];
  private uses = 0;
  /** One write at a time: two of the same agent would both take its new events for theirs. */
  private readonly saving = new Queue();
  private readonly active = new ActiveAgents<AgentEntry>();
  /** How often the host listens to an agent's actor. */
  private readonly watched = new Map<AgentEntry, number>();
  /** Actors as the host was given them. */
  private readonly views = new WeakMap<AgentActor, AgentActor>();
  private readonly headcounts = new Headcount();
  /** Departments and roles of agents. */
  private readonly names = new Map<string, string>();
  /** No agent's figures are changed by time alone before this moment, epoch milliseconds. */
  private figuresDueFrom = 0;
  /** How often figures were taken note of. */
  private notes = 0;

  constructor(private readonly options: RegistryOptions) {}

  get store(): Store {
    return this.options.store;
  }

  get size(): number {
    return this.byNo.length;
  }

  get activeCount(): number {
    return this.active.size;
  }

  /** In order of first appearance, which is the order of their numbers. */
  entries(): AgentEntry[] {
    return this.byNo.filter((entry) => entry !== undefined);
  }

  find(agentId: string): AgentEntry | undefined {
    return this.byId.get(agentId);
  }

  byNumber(no: number): AgentEntry | undefined {
    return this.byNo[no - 1];
  }

  /** An agent of which the directory knows. */
  restoreEntry(saved: DirectoryEntry): AgentEntry {
    const entry = this.add(saved.agentId, saved.no, timeOrNever(saved.dueAt), saved.seq);
    entry.figuresDueAt = timeOrNever(saved.figuresDueAt);
    entry.role = typeof saved.role === 'string' ? this.shared(saved.role) : undefined;
    if (typeof saved.leftOut === 'number') entry.leftOut = saved.leftOut;
    this.take(entry, typeof saved.seat === 'string' ? saved.seat : undefined);
    for (const taskId of Array.isArray(saved.outdated) ? saved.outdated : []) {
      this.options.overlay.markOutdated(saved.no, String(taskId));
    }
    return entry;
  }

  /** An agent that nobody has heard of before. It is active at once. */
  register(agentId: string, no: number): AgentEntry {
    const entry = this.add(agentId, no, Number.POSITIVE_INFINITY, 0);
    this.start(entry, this.options.model.start(agentId));
    return entry;
  }

  private add(agentId: string, no: number, dueAt: number, savedSeq: number): AgentEntry {
    const entry: AgentEntry = {
      no,
      agentId,
      actor: undefined,
      dueAt,
      figuresDueAt: Number.POSITIVE_INFINITY,
      role: undefined,
      savedSeq,
      newSeqs: NO_SEQS,
      leftOut: 0,
      seat: undefined,
      lastUse: 0,
    };
    this.byId.set(agentId, entry);
    this.byNo[no - 1] = entry;
    return entry;
  }

  /** How many agents are active in a department. */
  headcount(department: string): number {
    return this.headcounts.of(department);
  }

  /** Takes note of an event that an agent is about to take. */
  noteEvent(entry: AgentEntry, seq: number): void {
    if (entry.newSeqs === NO_SEQS) entry.newSeqs = [seq];
    else (entry.newSeqs as number[]).push(seq);
  }

  /** Takes note of where an agent is after an event or a tick. */
  seat(entry: AgentEntry, state: AgentState): void {
    this.take(entry, seatOf(state.profile));
  }

  private take(entry: AgentEntry, seat: string | undefined): void {
    if (seat === entry.seat) return;
    this.headcounts.move(entry.seat, seat);
    entry.seat = this.shared(seat);
  }

  /** One and the same text for all agents: those that states are read with are of as many as there are states. */
  private shared(name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const known = this.names.get(name);
    if (known === undefined && this.names.size < MAX_NAMES) this.names.set(name, name);
    return known ?? name;
  }

  /** The agent's actor; a passive one comes back exactly as it left. `upTo` bounds a rebuild from the journal. */
  async activate(entry: AgentEntry, upTo: number): Promise<AgentActor> {
    this.use(entry);
    if (entry.actor) return entry.actor;
    const state = await this.load(entry, upTo);
    // Somebody else may have activated it meanwhile.
    return entry.actor ?? this.start(entry, state);
  }

  /** An active agent's actor for the host: to look at and to listen to, at no risk to the agent. */
  view(agentId: string): AgentActor | undefined {
    const entry = this.byId.get(agentId);
    const actor = entry?.actor;
    if (!entry || !actor) return undefined;
    const known = this.views.get(actor);
    if (known) return known;
    const view = lookOnly(
      guardActor(actor, `the actor of agent ${JSON.stringify(agentId)}`, this.options.report, (change) => {
        const times = (this.watched.get(entry) ?? 0) + change;
        if (times > 0) this.watched.set(entry, times);
        else this.watched.delete(entry);
      }),
    );
    this.views.set(actor, view);
    return view;
  }

  /** When time alone changes an agent next, epoch milliseconds; `Infinity` for never. */
  dueAt(entry: AgentEntry): number {
    entry.dueAt ??= entry.actor
      ? this.options.model.dueAt(entry.actor.getSnapshot().context.state)
      : Number.POSITIVE_INFINITY;
    return entry.dueAt;
  }

  /** Takes note of what an agent's last event or tick changed of its figures. */
  noteFigures(entry: AgentEntry): void {
    const { state, figures } = (entry.actor as AgentActor).getSnapshot().context;
    if (figures.length > 0) this.options.overlay.note(entry.no, figures);
    this.notes++;
    this.figuresDueFrom = Math.min(this.figuresDueFrom, this.options.model.figuresDueAt(state));
  }

  /** The agents whose figures time alone has changed by a moment, without a tick having told them yet. */
  async withFiguresDue(now: number): Promise<AgentEntry[]> {
    if (now < this.figuresDueFrom) return [];
    const found: AgentEntry[] = [];
    const { notes } = this;
    let dueFrom = Number.POSITIVE_INFINITY;
    for (const entry of this.entries()) {
      const dueAt = this.figuresDueAt(entry);
      if (dueAt <= now) found.push(entry);
      dueFrom = Math.min(dueFrom, dueAt);
      const due = pause();
      if (due) await due;
    }
    // Something may have changed behind the one that was looked at.
    if (notes === this.notes) this.figuresDueFrom = dueFrom;
    return found;
  }

  private figuresDueAt({ actor, figuresDueAt }: AgentEntry): number {
    return actor ? this.options.model.figuresDueAt(actor.getSnapshot().context.state) : figuresDueAt;
  }

  /** Notes that an agent was needed, so that it is not the next to be passivated. */
  use(entry: AgentEntry): void {
    entry.lastUse = ++this.uses;
  }

  /** The agent's state without waking it. */
  async stateOf(entry: AgentEntry, upTo: number): Promise<AgentState> {
    return entry.actor ? entry.actor.getSnapshot().context.state : this.load(entry, upTo);
  }

  /** The states of many agents, in the order of the entries, read together. */
  async *statesOf(
    entries: readonly AgentEntry[],
    upTo: number,
  ): AsyncGenerator<[AgentEntry, AgentState], void> {
    let next = this.loadChunk(entries, 0);
    for (let i = 0; i < entries.length; i += LOAD_CHUNK) {
      const loaded = await next;
      // Read while this chunk is used.
      next = this.loadChunk(entries, i + LOAD_CHUNK);
      for (const entry of entries.slice(i, i + LOAD_CHUNK)) {
        const due = pause();
        if (due) await due;
        const found = loaded.get(entry);
        // Meanwhile it may have been active, and have left another snapshot.
        const isAsLoaded = found && !entry.actor && entry.savedSeq === found.savedSeq;
        yield [
          entry,
          isAsLoaded ? await this.restore(entry, found.result, upTo) : await this.stateOf(entry, upTo),
        ];
      }
    }
  }

  /** What is stored of the passive ones among some agents. */
  private loadChunk(entries: readonly AgentEntry[], from: number): Promise<Map<AgentEntry, LoadedState>> {
    const passive = entries
      .slice(from, from + LOAD_CHUNK)
      .filter(({ actor, savedSeq }) => !actor && savedSeq > 0)
      .map((entry) => ({ entry, savedSeq: entry.savedSeq }));
    if (passive.length === 0) return Promise.resolve(new Map());
    const loading = this.options.store.loadAgents(passive.map(({ entry }) => entry.no)).then((results) => {
      const place = ({ entry, savedSeq }: (typeof passive)[number], k: number) =>
        [entry, { savedSeq, result: results[k] as LoadResult }] as const;
      return new Map(passive.map(place));
    });
    // Whoever leaves before it is needed does not hear of its failure.
    loading.catch(() => undefined);
    return loading;
  }

  /**
   * The states of all agents, read in one go. As many as may be active are activated on the way, so that a restart finds
   * them as they were.
   */
  async *activateAll(upTo: number): AsyncGenerator<AgentState, void> {
    for await (const [entry, state] of this.statesOf(this.entries(), upTo)) {
      if (!entry.actor && this.active.size < this.options.maxActiveAgents) this.start(entry, state);
      yield state;
    }
  }

  /** The actor of an agent whose state was read. */
  wake(entry: AgentEntry, state: AgentState): AgentActor {
    return entry.actor ?? this.start(entry, state);
  }

  /** The agents with these numbers, both included, in order. */
  between(first: number, last: number): AgentEntry[] {
    return this.byNo.slice(first - 1, last).filter((entry) => entry !== undefined);
  }

  /** The agents that changed since their last snapshot. */
  unsaved(): AgentEntry[] {
    return Array.from(this.active).filter(isUnsaved);
  }

  /** Writes snapshots of active agents. What happens to them meanwhile stays for the next time. */
  save(entries: readonly AgentEntry[]): Promise<void> {
    return this.saving.run(() => this.saveNow(entries));
  }

  private async saveNow(entries: readonly AgentEntry[]): Promise<void> {
    const taken = await this.options.steps.run(() => this.snapshots(entries));
    if (taken.length === 0) return;
    const saveNo = await this.options.store.saveAgents(taken.map(({ snapshot }) => snapshot));
    if (saveNo > 0) this.options.overlay.saved(saveNo, changesOf(taken));
    for (const { entry, snapshot } of taken) {
      entry.savedSeq = snapshot.entry.seq;
      const left = entry.newSeqs.slice(snapshot.newSeqs.length);
      entry.newSeqs = left.length === 0 ? NO_SEQS : left;
    }
  }

  private async snapshots(entries: readonly AgentEntry[]) {
    const taken: { readonly entry: AgentEntry; readonly snapshot: AgentSnapshot }[] = [];
    for (const entry of entries) {
      if (!isUnsaved(entry)) continue;
      taken.push({ entry, snapshot: this.snapshot(entry) });
      const due = pause();
      if (due) await due;
    }
    return taken;
  }

  /**
   * Passivates agents that were idle for long while more than `maxActiveAgents` are active. Those that the host listens
   * to stay: it would hear nothing any more, and not know.
   */
  async trim(): Promise<void> {
    const { maxActiveAgents } = this.options;
    const excess = this.active.size - maxActiveAgents;
    if (excess <= 0) return;
    const wanted = excess + Math.floor(maxActiveAgents / 10);
    const idle = this.active.idlest(wanted, (entry) => this.watched.has(entry));
    for (let i = 0; i < idle.length; i += SAVE_CHUNK) await this.save(idle.slice(i, i + SAVE_CHUNK));
    for (const entry of idle) {
      if (!isUnsaved(entry)) this.stop(entry);
      const due = pause();
      if (due) await due;
    }
  }

  async stopAll(): Promise<void> {
    for (const entry of Array.from(this.active)) {
      this.stop(entry);
      const due = pause();
      if (due) await due;
    }
  }

  /** Forgets everybody. */
  async clear(): Promise<void> {
    await this.stopAll();
    this.byId.clear();
    this.byNo.length = 0;
    this.headcounts.clear();
    this.options.overlay.clear();
    this.figuresDueFrom = 0;
  }

  private stop(entry: AgentEntry): void {
    if (!entry.actor) return;
    // Nobody can work these out any more once the state is gone.
    this.dueAt(entry);
    entry.figuresDueAt = this.figuresDueAt(entry);
    entry.role = this.shared(entry.actor.getSnapshot().context.state.profile.role?.value);
    entry.actor.stop();
    entry.actor = undefined;
    this.active.delete(entry);
  }

  private start(entry: AgentEntry, state: AgentState): AgentActor {
    const { machine, clock, inspect } = this.options;
    const actor = createActor(machine, {
      input: { state },
      clock,
      id: entry.agentId,
      ...(inspect && { inspect }),
    });
    // An actor that ends in an error must not become an uncaught exception of the host.
    actor.subscribe({ error: () => undefined });
    actor.start();
    entry.actor = actor;
    entry.leftOut = state.leftOut.length;
    this.active.add(entry);
    // An inspector gets at every actor.
    if (inspect) this.view(entry.agentId);
    return actor;
  }

  private snapshot(entry: AgentEntry): AgentSnapshot {
    const { state } = (entry.actor as AgentActor).getSnapshot().context;
    const { layout, overlay } = this.options;
    const outdated = overlay.outdatedTasks(entry.no);
    return {
      entry: {
        ...directoryEntryOf(entry.no, state, this.options),
        ...(outdated.length > 0 && { outdated }),
      },
      state: encodeState(state, layout),
      newSeqs: entry.newSeqs.slice(),
      changes: overlay.close(entry.no),
    };
  }

  private async load(entry: AgentEntry, upTo: number): Promise<AgentState> {
    if (entry.savedSeq === 0) return this.options.model.start(entry.agentId);
    return this.restore(entry, await this.options.store.loadAgent(entry.no), upTo);
  }

  /** The state of a snapshot, or one rebuilt from the journal where the snapshot cannot be trusted. */
  private async restore(entry: AgentEntry, loaded: LoadResult, upTo: number): Promise<AgentState> {
    let reason = 'its snapshot is missing';
    if (loaded.status === 'ok' && loaded.snapshot.seq !== entry.savedSeq) {
      reason = `its snapshot is of record ${loaded.snapshot.seq}, the directory says ${entry.savedSeq}`;
    } else if (loaded.status === 'ok') {
      try {
        return decodeState(loaded.snapshot.state, this.options.layout);
      } catch (error) {
        if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
        reason = error.message;
      }
    } else if (loaded.status !== 'missing') {
      reason = loaded.error.message;
    }
    // Replay skips what the snapshot held, so the agent must not come back older than that.
    const state = await this.rebuild(entry, Math.max(upTo, entry.savedSeq));
    this.options.onRebuilt(entry.agentId, reason);
    return state;
  }

  /** An agent as its events of times before what is kept leave it, in the order of their times. */
  async pastOf({ no, agentId }: AgentEntry): Promise<AgentState> {
    const { store, model } = this.options;
    let past = this.opened(await store.foundations.loadPast(no), agentId);
    // A strategy that failed on them then may take them now, as it would if they were all replayed.
    for (const { seq } of past.leftOut) {
      const event = await keptEvent(store, seq);
      if (event) past = model.retryOrSkip(past, event, { seq: past.seq, now: past.now });
    }
    return past;
  }

  /** One agent from the journal alone, at least up to its snapshot. */
  private rebuild({ no, agentId, savedSeq }: AgentEntry, upTo: number): Promise<AgentState> {
    const { store, model } = this.options;
    const last = Math.max(upTo, savedSeq);
    return atOneFloor(store, async () => {
      const { seq } = store.foundations.dropped;
      const log = await AnnouncedLog.read(store, seq, last, agentId);
      const states = new Map([[no, this.opened(await store.foundations.load(no), agentId)]]);
      await replayAgents({ store, model }, states, last, log);
      return states.get(no) as AgentState;
    });
  }

  private opened(loaded: LoadResult, agentId: string): AgentState {
    if (loaded.status === 'ok') return decodeState(loaded.snapshot.state, this.options.layout);
    if (loaded.status === 'missing') return this.options.model.start(agentId);
    throw loaded.error;
  }
}

/** A stored state, and which one it was. */
interface LoadedState {
  readonly savedSeq: number;
  readonly result: LoadResult;
}

/** What most agents have: their events are in their snapshots. */
const NO_SEQS: readonly number[] = [];

/** Names that are kept once for all agents, at most. */
const MAX_NAMES = 10_000;

const SAVE_CHUNK = 32;
/** Snapshots read together. */
const LOAD_CHUNK = 32;

function isUnsaved({ actor, savedSeq }: AgentEntry): boolean {
  return actor !== undefined && actor.getSnapshot().context.state.seq > savedSeq;
}

function changesOf(taken: readonly { readonly snapshot: AgentSnapshot }[]): RowChange[] {
  return taken.flatMap(({ snapshot: { changes = [] } }) => changes);
}

function timeOrNever(value: unknown): number {
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}
