import type { AgentContext, AgentEvent } from '../../machines/agent.js';
import type { FigureChange } from '../agent/figures.js';
import type { AgentModel } from '../agent/model.js';
import { seatOf } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import type { TenureError } from '../errors.js';
import { pause } from '../store/breathe.js';
import type { DirectoryEntry, Store } from '../store/types.js';
import { ActiveAgents } from './active-agents.js';
import { AgentActors, type AgentActorsOptions } from './agent-actors.js';
import { AgentColumns } from './agent-columns.js';
import { type AgentActor, AgentEntry, isUnsaved, versionOf } from './agent-entry.js';
import { AgentSaver, type AgentSaverOptions } from './agent-saver.js';
import { AgentStates, type AgentStatesOptions } from './agent-states.js';
import { Headcount } from './headcount.js';

export interface RegistryOptions extends AgentStatesOptions, AgentSaverOptions, AgentActorsOptions {
  readonly model: AgentModel;
  readonly maxActiveAgents: number;
  /** Told once of an agent that time passes by, because neither its snapshot nor the journal can be read. */
  readonly onUnreadable: (agentId: string, error: TenureError) => void;
}

/** The agents: those that are active with their actors, the others with what there is to know of them. */
export class AgentRegistry {
  private uses = 0;
  private readonly reader: AgentStates;
  private readonly saver: AgentSaver;
  private readonly actors: AgentActors;
  private readonly active = new ActiveAgents((no) => new AgentEntry(no, this.columns));
  private readonly headcounts = new Headcount();
  /** Numbers of agents that could not be read when they were to be woken. */
  private readonly unreadable = new Set<number>();
  /** During recovery there may be holes: agents whose first event is still to be replayed. */
  private columns = new AgentColumns();
  /** No agent's figures are changed by time alone before this moment, epoch milliseconds. */
  private figuresDueFrom = 0;
  /** How often figures were taken note of. */
  private notes = 0;
  /** The latest moment that anybody asked for figures as of, epoch milliseconds. */
  private askedFor = Number.NEGATIVE_INFINITY;
  /** How often figures were taken note of that time alone had changed by the latest moment asked for. */
  lateNotes = 0;

  constructor(private readonly options: RegistryOptions) {
    this.reader = new AgentStates(options);
    this.saver = new AgentSaver(options);
    this.actors = new AgentActors(options);
  }

  get store(): Store {
    return this.options.store;
  }

  get size(): number {
    return this.columns.ids.last;
  }

  get activeCount(): number {
    return this.active.size;
  }

  /** In order of first appearance, which is the order of their numbers. */
  *entries(first = 1, last = this.size): Generator<AgentEntry, void> {
    for (let no = first; no <= last; no++) {
      const entry = this.byNumber(no);
      if (entry) yield entry;
    }
  }

  find(agentId: string): AgentEntry | undefined {
    const no = this.columns.ids.numberOf(agentId);
    return no === undefined ? undefined : new AgentEntry(no, this.columns);
  }

  byNumber(no: number): AgentEntry | undefined {
    return this.columns.ids.has(no) ? new AgentEntry(no, this.columns) : undefined;
  }

  /** An agent of which the directory knows. */
  restoreEntry(saved: DirectoryEntry): AgentEntry {
    const entry = this.add(saved.agentId, saved.no);
    entry.dueAt = timeOrNever(saved.dueAt);
    entry.savedSeq = saved.seq;
    entry.figuresDueAt = timeOrNever(saved.figuresDueAt);
    entry.role = typeof saved.role === 'string' ? saved.role : undefined;
    if (typeof saved.leftOut === 'number') entry.leftOut = saved.leftOut;
    this.take(entry, typeof saved.seat === 'string' ? saved.seat : undefined);
    for (const taskId of Array.isArray(saved.outdated) ? saved.outdated : []) {
      this.options.overlay.markOutdated(saved.no, String(taskId));
    }
    return entry;
  }

  /** An agent that nobody has heard of before. It is active at once. */
  register(agentId: string, no: number): AgentEntry {
    const entry = this.add(agentId, no);
    this.start(entry, this.options.model.start(agentId));
    return entry;
  }

  private add(agentId: string, no: number): AgentEntry {
    const { columns } = this;
    columns.ids.set(no, agentId);
    columns.reserve(no);
    const entry = new AgentEntry(no, columns);
    entry.dueAt = Number.POSITIVE_INFINITY;
    entry.figuresDueAt = Number.POSITIVE_INFINITY;
    return entry;
  }

  /** How many agents are active in a department. */
  headcount(department: string): number {
    return this.headcounts.of(department);
  }

  /** Has an active agent take an event or a tick, and takes note of what that came to. */
  send(entry: AgentEntry, event: AgentEvent): AgentContext {
    const actor = entry.actor as AgentActor;
    this.use(entry);
    const figures = this.actors.send(actor, event);
    const { context } = actor.getSnapshot();
    const { state } = context;
    entry.dueAt = undefined;
    entry.leftOut = state.leftOut.length;
    this.noteFigures(entry, state, figures);
    this.take(entry, seatOf(state.profile));
    return context;
  }

  private take(entry: AgentEntry, seat: string | undefined): void {
    if (seat === entry.seat) return;
    this.headcounts.move(entry.seat, seat);
    entry.seat = seat;
  }

  /** The agent's actor; a passive one comes back exactly as it left. `upTo` bounds a rebuild from the journal. */
  async activate(entry: AgentEntry, upTo: number): Promise<AgentActor> {
    this.use(entry);
    if (entry.actor) return entry.actor;
    const state = await this.reader.of(entry, upTo);
    // Somebody else may have activated it meanwhile.
    return entry.actor ?? this.start(entry, state);
  }

  /** An active agent's actor for the host: to look at and to listen to, at no risk to the agent. */
  view(agentId: string): AgentActor | undefined {
    const actor = this.find(agentId)?.actor;
    return actor && this.actors.view(actor);
  }

  /** When time alone changes an agent next, epoch milliseconds; `Infinity` for never. */
  dueAt(entry: AgentEntry): number {
    entry.dueAt ??= entry.actor
      ? this.options.model.dueAt(entry.actor.getSnapshot().context.state)
      : Number.POSITIVE_INFINITY;
    return entry.dueAt;
  }

  private noteFigures(entry: AgentEntry, state: AgentState, figures: readonly FigureChange[]): void {
    if (figures.length > 0) this.options.overlay.note(entry.no, figures);
    this.notes++;
    const dueAt = this.options.model.figuresDueAt(state);
    if (dueAt <= this.askedFor) this.lateNotes++;
    this.figuresDueFrom = Math.min(this.figuresDueFrom, dueAt);
  }

  /**
   * The agents whose figures time alone has changed by a moment, without a tick having told them yet. Agents that are
   * found to be such later are counted in {@link lateNotes}.
   */
  async withFiguresDue(now: number): Promise<AgentEntry[]> {
    this.askedFor = Math.max(this.askedFor, now);
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
  private use(entry: AgentEntry): void {
    entry.lastUse = ++this.uses;
  }

  /** The agent's state without waking it. `upTo` bounds a rebuild from the journal. */
  async stateOf(entry: AgentEntry, upTo: number): Promise<AgentState> {
    for (;;) {
      const version = versionOf(entry);
      const state = await this.reader.of(entry, upTo);
      if (!this.unreadable.has(entry.no)) return state;
      // When it is due next is for the state to say that it is in, not for an older one.
      if (versionOf(entry) !== version) continue;
      this.unreadable.delete(entry.no);
      entry.dueAt = this.options.model.dueAt(state);
      return state;
    }
  }

  /** The states of many agents, in the order of the entries, read together. */
  statesOf(entries: Iterable<AgentEntry>, upTo: number): AsyncGenerator<[AgentEntry, AgentState], void> {
    return this.reader.ofAll(entries, upTo);
  }

  /**
   * The same of those that can be read. The others are in nobody's way: no tick is for them until somebody has read them,
   * an event or a question about them, which is refused until then.
   */
  readableOf(entries: Iterable<AgentEntry>, upTo: number): AsyncGenerator<[AgentEntry, AgentState], void> {
    return this.reader.ofAll(entries, upTo, (entry, error) => {
      if (!this.unreadable.has(entry.no)) this.options.onUnreadable(entry.agentId, error);
      this.unreadable.add(entry.no);
      entry.dueAt = Number.POSITIVE_INFINITY;
    });
  }

  /** An agent as its events of times before what is kept leave it, in the order of their times. */
  pastOf(entry: AgentEntry): Promise<AgentState> {
    return this.reader.pastOf(entry);
  }

  /**
   * The states of all agents that can be read, in one go. As many as may be active are activated on the way, so that a
   * restart finds them as they were.
   */
  async *activateAll(upTo: number): AsyncGenerator<AgentState, void> {
    for await (const [entry, state] of this.readableOf(this.entries(), upTo)) {
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
    return [...this.entries(first, Math.min(last, this.size))];
  }

  /** The agents that have changed since their last snapshots. */
  async unsaved(): Promise<AgentEntry[]> {
    const unsaved: AgentEntry[] = [];
    for (const entry of this.active.entries()) {
      const due = pause();
      if (due) await due;
      if (isUnsaved(entry)) unsaved.push(entry);
    }
    return unsaved;
  }

  /** Writes snapshots of active agents. What happens to them meanwhile stays for the next time. */
  save(entries: readonly AgentEntry[]): Promise<void> {
    return this.saver.save(entries);
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
    const isHeard = ({ actor }: AgentEntry): boolean => actor !== undefined && this.actors.isHeard(actor);
    const idle = this.active.idlest(wanted, isHeard);
    for (let i = 0; i < idle.length; i += SAVE_CHUNK) await this.save(idle.slice(i, i + SAVE_CHUNK));
    for (const entry of idle) {
      // Since they were chosen an event may have come, or the host.
      if (!isUnsaved(entry) && !isHeard(entry)) this.stop(entry);
      const due = pause();
      if (due) await due;
    }
  }

  async stopAll(): Promise<void> {
    for (const entry of this.active.entries()) {
      this.stop(entry);
      const due = pause();
      if (due) await due;
    }
  }

  /** Forgets everybody. */
  async clear(): Promise<void> {
    await this.stopAll();
    this.columns = new AgentColumns();
    this.unreadable.clear();
    this.headcounts.clear();
    this.options.overlay.clear();
    this.figuresDueFrom = 0;
  }

  private stop(entry: AgentEntry): void {
    if (!entry.actor) return;
    // Nobody can work these out any more once the state is gone.
    this.dueAt(entry);
    entry.figuresDueAt = this.figuresDueAt(entry);
    entry.role = entry.actor.getSnapshot().context.state.profile.role?.value;
    this.actors.stop(entry.actor);
    entry.actor = undefined;
    entry.dropSeqs(Number.POSITIVE_INFINITY);
    this.active.delete(entry);
  }

  private start(entry: AgentEntry, state: AgentState): AgentActor {
    const actor = this.actors.start(state.agentId, state);
    entry.actor = actor;
    entry.leftOut = state.leftOut.length;
    if (this.unreadable.delete(entry.no)) entry.dueAt = undefined;
    this.active.add(entry);
    return actor;
  }
}

const SAVE_CHUNK = 32;

function timeOrNever(value: unknown): number {
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}
