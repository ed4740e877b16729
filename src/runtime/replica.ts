import type { AgentEvent } from '../../machines/agent.js';
import type { TrackerOutput } from '../agent/outputs.js';
import type { AgentState } from '../agent/state.js';
import type { JournalledEvent } from '../events/schema.js';
import { pause } from '../store/breathe.js';
import type { RetryRecord, TickRecord } from '../store/types.js';
import type { AgentActor, AgentEntry } from './agent-entry.js';
import { isAlone } from './agent-replay.js';
import { type AnnouncedLog, isConcerned } from './announced-log.js';
import type { Departments } from './departments.js';
import { retriedEvent } from './kept-event.js';
import type { AgentRegistry } from './registry.js';

/** A record of the journal as the actors take it. */
export type AppliedRecord =
  | {
      readonly kind: 'event';
      readonly seq: number;
      readonly agentNo: number;
      readonly event: JournalledEvent;
    }
  | AppliedRetry
  | TickRecord;

/** A retry; with its event where that was read already, `undefined` when the agent holds it. */
type AppliedRetry = RetryRecord & { readonly event?: JournalledEvent | undefined };

/** What applying some records came to. */
export interface Applied {
  readonly outputs: TrackerOutput[];
  /** Who got something, by number, each with the state that it has now: it may be passivated before anybody looks. */
  readonly touched: Map<number, AgentState>;
}

/** Numbers of agents. */
const ALL = [1, Number.POSITIVE_INFINITY] as const;

/**
 * Brings the actors up to the journal, record by record in sequence order. Live commits and recovery go through
 * here alike, so that a replay makes the very same outputs.
 */
export class Replica {
  /** Sequence number of the last record applied. */
  appliedSeq = 0;
  /** During recovery: what was announced of the records that are replayed. */
  announced: AnnouncedLog | undefined;

  constructor(
    private readonly registry: AgentRegistry,
    private readonly departments: Departments,
  ) {}

  /**
   * Applies records and returns what the agents said, in order, after each record followed by what the departments
   * said. An agent that is already past a record is left
   * alone.
   */
  async apply(records: readonly AppliedRecord[]): Promise<Applied> {
    const applied: Applied = { outputs: [], touched: new Map() };
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as AppliedRecord;
      const before = applied.outputs.length;
      if (record.kind === 'tick') {
        await this.tick(record, applied);
      } else if (record.kind === 'retry') {
        await this.retry(record, applied);
      } else {
        const { agentNo, event } = record;
        const entry = this.registry.byNumber(agentNo) ?? this.registry.register(event.agentId, agentNo);
        // Most agents are active: awaiting what is there already would cost more than the event itself.
        if (!entry.actor) await this.registry.activate(entry, this.appliedSeq);
        this.event(entry, record, applied);
      }
      const position = applied.outputs.length - before;
      const said = this.departments.apply(record, position);
      take(said instanceof Promise ? await said : said, applied);
      this.appliedSeq = record.seq;
      const due = pause();
      if (due) await due;
    }
    return applied;
  }

  private event(
    entry: AgentEntry,
    { seq, event }: AppliedRecord & { kind: 'event' },
    applied: Applied,
  ): void {
    if (seq <= entry.savedSeq) return;
    entry.addSeq(seq);
    const announced = this.announced?.of(seq, entry.agentId);
    this.send(entry, { type: 'event.recorded', event, announced }, applied);
  }

  private async retry(record: AppliedRetry, applied: Applied): Promise<void> {
    const entry = this.registry.byNumber(record.agentNo);
    // Nobody can have failed on anything before being heard of.
    if (!entry || record.seq <= entry.savedSeq) return;
    const actor = entry.actor ?? (await this.registry.activate(entry, this.appliedSeq));
    const { leftOut } = actor.getSnapshot().context.state;
    const event =
      'event' in record ? record.event : await retriedEvent(this.registry.store, record.of, leftOut);
    const announced = this.announced?.of(record.seq, entry.agentId);
    const { seq, now } = record;
    if (event) this.send(entry, { type: 'event.retried', event, when: record, announced }, applied);
    // It holds the event already: then all that a retry does is to let time pass.
    else this.send(entry, { type: 'time.passed', now, seq, position: 0, announced }, applied);
  }

  private async tick(tick: TickRecord, applied: Applied): Promise<void> {
    const { registry, announced: log } = this;
    const { seq, now, agents } = tick;
    const first = applied.outputs.length;
    const due = registry
      .between(...(agents ?? ALL))
      .filter(
        (entry) =>
          entry.savedSeq < seq && isConcerned(registry.dueAt(entry), now, log?.of(seq, entry.agentId)),
      );
    // Most agents are active: to wait for what is there already would cost as much as the tick itself.
    if (due.every(({ actor }) => actor)) {
      for (const entry of due) {
        const actor = entry.actor as AgentActor;
        this.passTime(tick, entry, actor.getSnapshot().context.state, first, applied);
        const turn = pause();
        if (turn) await turn;
      }
      return;
    }
    for await (const [entry, state] of registry.readableOf(due, this.appliedSeq)) {
      registry.wake(entry, state);
      this.passTime(tick, entry, state, first, applied);
      const turn = pause();
      if (turn) await turn;
    }
  }

  /** @param first how many outputs there were before the tick */
  private passTime(
    { seq, now, alone }: TickRecord,
    entry: AgentEntry,
    state: AgentState,
    first: number,
    applied: Applied,
  ): void {
    const passed = {
      type: 'time.passed',
      now,
      seq,
      position: applied.outputs.length - first,
      alone: isAlone(state, alone),
      announced: this.announced?.of(seq, entry.agentId),
    } as const;
    this.send(entry, passed, applied);
  }

  private send(entry: AgentEntry, event: AgentEvent, applied: Applied): void {
    const context = this.registry.send(entry, event);
    applied.touched.set(entry.no, context.state);
    take(context.outputs, applied);
  }
}

/** Most records make nobody say anything. */
function take(said: readonly TrackerOutput[], { outputs }: Applied): void {
  for (let i = 0; i < said.length; i++) outputs.push(said[i] as TrackerOutput);
}
