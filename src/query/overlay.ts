import type { FigureChange } from '../agent/figures.js';
import { paced, pause } from '../store/breathe.js';
import type { RowChange } from '../store/rollups/changes.js';
import { Deltas } from '../store/rollups/deltas.js';
import type { Pair, ScopeBook } from '../store/rollups/scopes.js';
import { HOURLY, slotOf } from '../store/rollups/slots.js';
import type { FigureRow } from '../store/rollups/totals.js';
import { KeptAttempt } from './kept-attempt.js';

/** A change that later ones of the same data point go into as long as it is not being stored. */
type OpenChange = { -readonly [Key in keyof RowChange]: RowChange[Key] };

/**
 * Tasks whose figures have to be worked out from the journal, each with the number of the mark that says so. A task that
 * is marked anew has another number: what was read before does not settle it.
 */
export type Outdated = ReadonlyMap<string, number>;

/** What is not in the stored totals of one agent. */
interface AgentChanges {
  /** Not stored yet, by the number of the data point. */
  open: Map<number, OpenChange>;
  /** Stored, or about to be, with a snapshot of the agent. */
  readonly closed: RowChange[];
  /** Tasks whose figures have to be worked out from the journal, if there ever were any. */
  outdated: Map<string, number> | undefined;
}

/** Changes that one save stored. */
interface Saved {
  readonly saveNo: number;
  readonly changes: readonly RowChange[];
}

/** How much is folded at once: about so many hours and agents, or so many changes. */
export interface FoldSize {
  readonly places: number;
  readonly most: number;
}

const NO_PARTS: readonly number[] = [];
const NO_TASKS: Outdated = new Map();

/**
 * What the agents changed of their figures and the stored totals do not hold yet: in memory, to be added to every
 * answer. Each change is here from the event that made it until it is folded.
 */
export class Overlay {
  deltas: Deltas;
  readonly #agents = new Map<number, AgentChanges>();
  readonly #byHour = new Map<number, Set<RowChange>>();
  readonly #outdated = new Set<number>();
  #saved: Saved[] = [];
  #marks = 0;

  constructor(
    private readonly scopes: ScopeBook,
    private readonly partCount: number,
    /** Nothing is asked of the times before, epoch milliseconds. */
    private readonly horizon: () => number = () => 0,
  ) {
    this.deltas = new Deltas(partCount);
  }

  /** Takes note of what an event or a tick changed. */
  note(agentNo: number, figures: readonly FigureChange[]): void {
    const horizon = this.horizon();
    for (const change of figures) {
      if (timeOf(change) < horizon) continue;
      if (change.kind === 'outdated') this.markOutdated(agentNo, change.taskId);
      else if (change.kind === 'observation') {
        const { observed, parts } = change;
        const pair = this.scopes.pair(observed.department, observed.projectId);
        const { at, seq, observation, value } = observed;
        const after = { at, seq, observation, value };
        this.#add(agentNo, { agentNo, pair, before: undefined, after, parts });
      } else {
        const { before, after } = change;
        const pair = this.scopes.pair(after.department, after.projectId);
        this.change(agentNo, pair, before && new KeptAttempt(before), new KeptAttempt(after));
      }
    }
  }

  /** Takes note of an attempt whose figures are not what they were. */
  change(agentNo: number, pair: Pair, before: FigureRow | undefined, after: FigureRow): void {
    const open = this.#of(agentNo).open.get(after.seq);
    if (!open) {
      this.#add(agentNo, { agentNo, pair, before, after, parts: NO_PARTS });
      return;
    }
    this.deltas.replace(open, after);
    open.after = after;
  }

  markOutdated(agentNo: number, taskId: string): void {
    const agent = this.#of(agentNo);
    agent.outdated ??= new Map();
    agent.outdated.set(taskId, ++this.#marks);
    this.#outdated.add(agentNo);
  }

  /** The agents that have tasks whose figures have to be worked out from the journal. */
  get outdatedAgents(): readonly number[] {
    return [...this.#outdated];
  }

  /** The agent's tasks of which that is so at this moment. */
  outdatedTasks(agentNo: number): Outdated {
    const outdated = this.#agents.get(agentNo)?.outdated;
    return outdated?.size ? new Map(outdated) : NO_TASKS;
  }

  /** Whether all of these marks are still there: nobody has settled them, or marked their tasks anew. */
  isOutdated(agentNo: number, tasks: Outdated): boolean {
    const outdated = this.#agents.get(agentNo)?.outdated;
    for (const [taskId, mark] of tasks) if (outdated?.get(taskId) !== mark) return false;
    return true;
  }

  /** Notes that the figures of tasks are worked out, as far as these marks say that they had to be. */
  settle(agentNo: number, tasks: Outdated): void {
    const outdated = this.#agents.get(agentNo)?.outdated;
    if (!outdated) return;
    for (const [taskId, mark] of tasks) if (outdated.get(taskId) === mark) outdated.delete(taskId);
    if (outdated.size === 0) this.#outdated.delete(agentNo);
  }

  /** The agent's changes that are to be stored now; later ones become changes of their own. */
  close(agentNo: number): readonly RowChange[] {
    const agent = this.#agents.get(agentNo);
    if (!agent || agent.open.size === 0) return [];
    const changes = [...agent.open.values()];
    agent.open = new Map();
    for (const change of changes) agent.closed.push(change);
    return changes;
  }

  /** Notes that changes are stored, under a number that grows. */
  saved(saveNo: number, changes: readonly RowChange[]): void {
    if (changes.length > 0) this.#saved.push({ saveNo, changes });
  }

  /** Changes of before a restart that are stored and not folded. */
  restore(saveNo: number, changes: readonly RowChange[]): void {
    for (const change of changes) {
      this.#of(change.agentNo).closed.push(change);
      this.#index(change);
    }
    this.saved(saveNo, changes);
  }

  /**
   * Stored changes to be folded next, and the number of their last save. The more at once the better, for changes of one
   * hour or of one agent are written together: as many saves as it takes for so many hours and agents, or so many
   * changes.
   */
  toFold({ places, most }: FoldSize): { changes: RowChange[]; upTo: number } | undefined {
    const changes: RowChange[] = [];
    const hours = new Set<number>();
    const agents = new Set<number>();
    let upTo = 0;
    for (const saved of this.#saved) {
      for (const change of saved.changes) {
        changes.push(change);
        hours.add(slotOf(HOURLY, change.after.at));
        agents.add(change.agentNo);
      }
      upTo = saved.saveNo;
      if (hours.size + agents.size >= places || changes.length >= most) break;
    }
    return upTo === 0 ? undefined : { changes, upTo };
  }

  /** Forgets changes that the stored totals hold from now on. */
  async folded(changes: readonly RowChange[], upTo: number, deltas: Deltas): Promise<void> {
    this.#saved = this.#saved.filter(({ saveNo }) => saveNo > upTo);
    await paced(this.deltas.subtract(deltas));
    const agents = new Map<number, Set<RowChange>>();
    for (const change of changes) {
      const hour = slotOf(HOURLY, change.after.at);
      const inHour = this.#byHour.get(hour);
      inHour?.delete(change);
      if (inHour?.size === 0) this.#byHour.delete(hour);
      const ofAgent = agents.get(change.agentNo);
      if (ofAgent) ofAgent.add(change);
      else agents.set(change.agentNo, new Set([change]));
      const due = pause();
      if (due) await due;
    }
    for (const [agentNo, gone] of agents) {
      const closed = this.#of(agentNo).closed;
      const left = closed.filter((change) => !gone.has(change));
      closed.splice(0, closed.length, ...left);
      this.#forgetIfNothing(agentNo);
      const due = pause();
      if (due) await due;
    }
  }

  /** The changes of one agent, in order. */
  *ofAgent(agentNo: number): Generator<RowChange> {
    const agent = this.#agents.get(agentNo);
    if (!agent) return;
    yield* agent.closed;
    yield* agent.open.values();
  }

  /** The changes of the hours that are wanted. */
  *inHours(isWanted: (hour: number) => boolean): Generator<RowChange> {
    for (const [hour, changes] of this.#byHour) if (isWanted(hour)) yield* changes;
  }

  clear(): void {
    this.deltas = new Deltas(this.partCount);
    this.#agents.clear();
    this.#byHour.clear();
    this.#outdated.clear();
    this.#saved = [];
  }

  #add(agentNo: number, change: OpenChange): void {
    this.#of(agentNo).open.set(change.after.seq, change);
    this.#index(change);
  }

  #index(change: RowChange): void {
    this.deltas.add(change);
    const hour = slotOf(HOURLY, change.after.at);
    const inHour = this.#byHour.get(hour);
    if (inHour) inHour.add(change);
    else this.#byHour.set(hour, new Set([change]));
  }

  /** Most agents rest: what is kept of each would add up. */
  #forgetIfNothing(agentNo: number): void {
    const { open, closed, outdated } = this.#of(agentNo);
    if (open.size === 0 && closed.length === 0 && !outdated?.size) this.#agents.delete(agentNo);
  }

  #of(agentNo: number): AgentChanges {
    let agent = this.#agents.get(agentNo);
    if (!agent) {
      agent = { open: new Map(), closed: [], outdated: undefined };
      this.#agents.set(agentNo, agent);
    }
    return agent;
  }
}

/** When a change is of; a task may have attempts of any time. */
function timeOf(change: FigureChange): number {
  if (change.kind === 'outdated') return Number.POSITIVE_INFINITY;
  return change.kind === 'attempt' ? change.after.at : change.observed.at;
}
