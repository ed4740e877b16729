import type { AgentState } from '../agent/state.js';
import type { AgentActor, AgentColumns } from './agent-columns.js';

export type { AgentActor } from './agent-columns.js';

/**
 * What the registry knows of an agent, active or not. Nothing is kept here but whose it is: what there is of every agent lies
 * in columns, and one entry is as good as another of the same agent.
 */
export class AgentEntry {
  /** @param columns know the number */
  constructor(
    readonly no: number,
    private readonly columns: AgentColumns,
  ) {}

  get agentId(): string {
    return this.actor?.id ?? this.columns.ids.idOf(this.no);
  }

  /** `undefined` while the agent is passive: its snapshot is up to date then. */
  get actor(): AgentActor | undefined {
    return this.columns.actors.get(this.no);
  }

  set actor(actor: AgentActor | undefined) {
    if (actor) this.columns.actors.set(this.no, actor);
    else this.columns.actors.delete(this.no);
  }

  /** Its events since the snapshot, ascending. A passive agent has none. */
  get newSeqs(): readonly number[] {
    return this.columns.newSeqs.of(this.no);
  }

  /** Takes note of an event that it is about to take. */
  addSeq(seq: number): void {
    this.columns.newSeqs.add(this.no, seq);
  }

  /** The first so many of its new events are in its snapshot. */
  dropSeqs(count: number): void {
    this.columns.newSeqs.drop(this.no, count);
  }

  /** Grows with every use: the smallest is passivated first. */
  get lastUse(): number {
    return this.columns.lastUse[this.no - 1]!;
  }

  set lastUse(use: number) {
    this.columns.lastUse[this.no - 1] = use;
  }

  /** When time alone changes the agent next, epoch milliseconds; `undefined`: to be worked out when asked for. */
  get dueAt(): number | undefined {
    const dueAt = this.columns.dueAt[this.no - 1]!;
    return Number.isNaN(dueAt) ? undefined : dueAt;
  }

  set dueAt(dueAt: number | undefined) {
    this.columns.dueAt[this.no - 1] = dueAt ?? Number.NaN;
  }

  /** While it is passive: when time alone changes its figures next, epoch milliseconds; `Infinity` for never. */
  get figuresDueAt(): number {
    return this.columns.figuresDueAt[this.no - 1]!;
  }

  set figuresDueAt(dueAt: number) {
    this.columns.figuresDueAt[this.no - 1] = dueAt;
  }

  /** The journal position that its snapshot reflects; 0 for none. */
  get savedSeq(): number {
    return this.columns.savedSeq[this.no - 1]!;
  }

  set savedSeq(seq: number) {
    this.columns.savedSeq[this.no - 1] = seq;
  }

  /** How many events it goes on without. */
  get leftOut(): number {
    return this.columns.leftOut[this.no - 1]!;
  }

  set leftOut(events: number) {
    this.columns.leftOut[this.no - 1] = events;
  }

  /** While it is passive. */
  get role(): string | undefined {
    const { names, role } = this.columns;
    return names.at(role[this.no - 1]!);
  }

  set role(name: string | undefined) {
    this.rename('role', name);
  }

  /** The department in which it counts as active, as of its last event or tick. */
  get seat(): string | undefined {
    const { names, seat } = this.columns;
    return names.at(seat[this.no - 1]!);
  }

  set seat(name: string | undefined) {
    this.rename('seat', name);
  }

  private rename(column: 'role' | 'seat', name: string | undefined): void {
    const { names, [column]: numbers } = this.columns;
    const before = numbers[this.no - 1]!;
    numbers[this.no - 1] = names.hold(name);
    names.release(before);
  }
}

/**
 * Tells one state of an agent from another without reading it: the state itself of an active agent, of a passive one the
 * record that its snapshot reflects. That an agent rests, before and after, does not say that it is as it was: it may have
 * been woken meanwhile, have changed, and have been put to rest again.
 */
export function versionOf({ actor, savedSeq }: AgentEntry): AgentState | number {
  return actor ? actor.getSnapshot().context.state : savedSeq;
}

/** Whether anything happened to an agent since its snapshot. */
export function isUnsaved({ actor, savedSeq }: AgentEntry): boolean {
  return actor !== undefined && actor.getSnapshot().context.state.seq > savedSeq;
}
