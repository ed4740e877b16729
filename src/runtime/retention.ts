import { rememberedMs } from '../agent/apply.js';
import { encodeState } from '../agent/codec.js';
import type { AgentModel } from '../agent/model.js';
import type { AgentState } from '../agent/state.js';
import { isTenureError } from '../errors.js';
import type { JournalledEvent } from '../events/schema.js';
import type { Gate } from '../query/gate.js';
import { pause } from '../store/breathe.js';
import type { Store } from '../store/types.js';
import { DAY_MS } from '../windows/duration.js';
import { replayAgents } from './agent-replay.js';
import { foundationOf } from './agent-states.js';
import { AnnouncedLog } from './announced-log.js';
import type { Departments } from './departments.js';
import { directoryEntryOf } from './directory-entry.js';
import { keptEvent } from './kept-event.js';
import type { AgentRegistry } from './registry.js';

/** Agents that are brought up to the journal together: what is dropped is read once for so many. */
const AGENTS = 512;
/** Written together. */
const SAVE_CHUNK = 16;
/** Dropped at once is at least this part of what is kept, and at least a day. */
const PART = 1 / 32;

export interface RetentionParts {
  readonly store: Store;
  readonly model: AgentModel;
  readonly registry: AgentRegistry;
  readonly departments: Departments;
  readonly layout: string;
  /** Through which questions go that read the roll-ups. */
  readonly gate: Gate;
  /** How long events are kept, in milliseconds. */
  readonly keptMs: number;
  /** The tracker's present, epoch milliseconds. */
  readonly now: () => number;
  /** Resolves once everything that was accepted is in the journal. */
  readonly flush: () => Promise<void>;
  /** Has snapshots written, so that more can be dropped. */
  readonly checkpoint: () => Promise<void>;
}

/**
 * Drops records that are older than the retention, in the background: what every agent is as of the last of them is
 * written first, then one write drops them, and then they are removed bit by bit. It can be broken off anywhere: before
 * the one write nothing has happened, after it the removing goes on at the next opening.
 */
export class Retention {
  private running: Promise<void> | undefined;
  private isStopped = false;
  /** Nothing is due before, epoch milliseconds. */
  private dueAt = 0;
  /** Events of times before are refused: they are about to be dropped. Epoch milliseconds. */
  private closing = 0;

  constructor(private readonly parts: RetentionParts) {}

  /** Events of times before are refused, epoch milliseconds: whether they were recorded before is not known any more. */
  get horizon(): number {
    return Math.max(this.closing, this.parts.store.foundations.dropped.horizon);
  }

  /** Begins when there is enough to drop, and removes what an earlier one left. A failure is told to `onFailure`. */
  beginIfDue(onFailure: (error: unknown) => void): void {
    if (this.running || this.isStopped || this.parts.now() < this.dueAt) return;
    this.dueAt = this.parts.now() + DAY_MS;
    this.running = this.run()
      .catch((error) => {
        // A damaged journal is for those who read it; what is damaged is not dropped.
        if (isTenureError(error, 'TENURE_CORRUPT')) this.dueAt = Number.POSITIVE_INFINITY;
        else if (!isTenureError(error, 'TENURE_CLOSED')) onFailure(error);
      })
      .finally(() => {
        this.running = undefined;
      });
  }

  /** Breaks off what is under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    const { store, keptMs, now } = this.parts;
    await this.sweep();
    const { seq: floor } = store.foundations.dropped;
    if (this.isStopped || store.lastSeq === floor) return;
    const first = await store.read(floor + 1);
    const horizon = midnight(now() - keptMs);
    const step = Math.max(DAY_MS, midnight(keptMs * PART));
    // Not before a day has passed, in case that a block cannot be dropped for an event that lies ahead.
    this.dueAt = Math.max(this.dueAt, midnight(first.now) + step + keptMs);
    if (horizon < midnight(first.now) + step) return;
    this.closing = horizon;
    try {
      await this.parts.flush();
      await this.drop(horizon);
    } finally {
      this.closing = 0;
    }
    await this.sweep();
  }

  private sweep(): Promise<void> {
    const { store, gate } = this.parts;
    return store.sweep(
      () => this.isStopped,
      (remove) => gate.write(remove),
    );
  }

  private async drop(horizon: number): Promise<void> {
    const { store, registry } = this.parts;
    if (store.checkpoint < store.lastSeq) await this.parts.checkpoint();
    const { dropped } = store.foundations;
    const point = await store.dropPoint(horizon);
    if (point.seq <= dropped.seq || this.isStopped) return;
    const agents = Math.max(dropped.agents, point.agents);
    const known = Math.max(dropped.known, registry.size);
    await store.foundations.begin();
    const log = await AnnouncedLog.read(store, dropped.seq, point.seq);
    for (let first = 1; first <= agents && !this.isStopped; first += AGENTS) {
      await this.saveAgents(first, Math.min(first + AGENTS - 1, agents), point.seq, log);
    }
    for (let first = 1; first <= known && !this.isStopped; first += AGENTS) {
      await this.savePasts(first, Math.min(first + AGENTS - 1, known), horizon);
    }
    const departments = await this.parts.departments.foundation(point.seq, () => this.isStopped);
    if (this.isStopped) return;
    await store.foundations.saveProjection(departments);
    const events = dropped.events + point.events;
    const pointsFrom = Math.max(dropped.pointsFrom, horizon - rememberedMs(this.parts.model.config));
    await store.dropRecords({ seq: point.seq, horizon, events, agents, known, pointsFrom });
  }

  /** The agents with these numbers as of a record. */
  private async saveAgents(first: number, last: number, upTo: number, log: AnnouncedLog): Promise<void> {
    const { store, model, layout, registry } = this.parts;
    const states = new Map<number, AgentState>();
    for (const { no, agentId } of registry.between(first, last)) {
      states.set(no, foundationOf(await store.foundations.load(no), agentId, this.parts));
    }
    const isStopped = () => this.isStopped;
    await replayAgents({ store, model, isStopped }, states, upTo, log);
    if (this.isStopped) return;
    for (const chunk of chunks([...states], SAVE_CHUNK)) {
      await store.foundations.saveAgents(
        chunk.map(([no, state]) => ({
          entry: directoryEntryOf(no, state, { model, layout }),
          state: encodeState(state, layout),
        })),
      );
      for (const [, state] of chunk) await store.foundations.saveEvents(await this.stillNeeded(state));
      await pause();
    }
  }

  /** Events of an agent that it may yet take, or take anew. */
  private async stillNeeded({ leftOut, upcoming, expiries }: AgentState): Promise<JournalledEvent[]> {
    const events: JournalledEvent[] = [...upcoming];
    for (const { seq } of [...leftOut, ...expiries]) {
      const event = await keptEvent(this.parts.store, seq);
      if (event) events.push(event);
    }
    return events;
  }

  /** The agents with these numbers as their events up to the horizon leave them, in the order of their times. */
  private async savePasts(first: number, last: number, horizon: number): Promise<void> {
    const { store, model, layout, registry } = this.parts;
    const states = new Map<string, AgentState>();
    const entries = registry.between(first, last);
    for (const entry of entries) states.set(entry.agentId, await registry.pastOf(entry));
    for await (const event of store.timeline({ to: horizon - 1 })) {
      const due = pause();
      if (due) await due;
      if (this.isStopped) return;
      const state = states.get(event.agentId);
      if (state) states.set(event.agentId, model.applyOrSkip(state, { ...event, recordedAt: event.at }));
    }
    for (const chunk of chunks(entries, SAVE_CHUNK)) {
      const pasts = chunk.map(({ no, agentId }) => ({ no, past: states.get(agentId) as AgentState }));
      await store.foundations.savePasts(
        pasts.map(({ no, past }) => ({ no, state: encodeState(past, layout) })),
      );
      for (const { past } of pasts) await store.foundations.saveEvents(await this.stillNeeded(past));
      await pause();
    }
  }
}

function midnight(ms: number): number {
  return Math.max(0, Math.floor(ms / DAY_MS) * DAY_MS);
}

function* chunks<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
