import { encodeState } from '../agent/codec.js';
import type { AgentModel } from '../agent/model.js';
import { neededEvents } from '../agent/needed-events.js';
import type { AgentState } from '../agent/state.js';
import type { JournalledEvent } from '../events/schema.js';
import { paced, pause } from '../store/breathe.js';
import type { Building, Store } from '../store/types.js';
import type { AgentEntry } from './agent-entry.js';
import { replayAgents } from './agent-replay.js';
import { foundationOf } from './agent-states.js';
import { AnnouncedLog } from './announced-log.js';
import type { Departments } from './departments.js';
import { directoryEntryOf } from './directory-entry.js';
import { keptEvent, neededEvent } from './kept-event.js';
import type { Log } from './output-log.js';
import type { AgentRegistry } from './registry.js';

/** Agents that are brought up to the journal together: what is dropped is read once for so many. */
const AGENTS = 512;
/** Written together. */
const SAVE_CHUNK = 16;

export interface FoundationParts {
  readonly store: Store;
  readonly model: AgentModel;
  readonly registry: AgentRegistry;
  readonly departments: Departments;
  readonly log: Log;
  readonly layout: string;
}

/**
 * Writes the next generation of the foundations, some hundred agents at a time. How far it came is noted after each of
 * these, so that it goes on there when it was broken off, in another process too: nothing decides what is written but
 * records that are in the journal already, and the strategies.
 */
export class FoundationBuilder {
  constructor(
    private readonly parts: FoundationParts,
    private readonly isStopped: () => boolean,
  ) {}

  /** Goes on with what was begun. The answer is whether it is whole, or was broken off. */
  async build(begun: Building): Promise<boolean> {
    const { foundations } = this.parts.store;
    let building = begun;
    const log = await AnnouncedLog.of(this.parts.log.after(begun.base), begun.seq);
    while (building.founded < building.agents) {
      const last = Math.min(building.founded + AGENTS, building.agents);
      await this.saveAgents(building.founded + 1, last, building.seq, log);
      if (this.isStopped()) return false;
      building = { ...building, founded: last };
      await foundations.note(building);
    }
    while (building.passed < building.known) {
      const last = Math.min(building.passed + AGENTS, building.known);
      await this.savePasts(building.passed + 1, last, building.horizon);
      if (this.isStopped()) return false;
      building = { ...building, passed: last };
      await foundations.note(building);
    }
    const departments = await this.parts.departments.foundation(building.seq, this.isStopped);
    if (this.isStopped()) return false;
    await foundations.saveProjection(departments);
    await foundations.check(building);
    return true;
  }

  /** The agents with these numbers as of a record. */
  private async saveAgents(first: number, last: number, upTo: number, log: AnnouncedLog): Promise<void> {
    const { store, model, layout, registry } = this.parts;
    const states = new Map<number, AgentState>();
    for (const { no, agentId } of registry.between(first, last)) {
      states.set(no, foundationOf(await store.foundations.load(no), agentId, this.parts));
    }
    const { isStopped } = this;
    await replayAgents({ store, model, isStopped }, states, upTo, log);
    if (isStopped()) return;
    for (const chunk of chunks([...states], SAVE_CHUNK)) {
      await store.foundations.saveAgents(
        chunk.map(([no, state]) => ({
          entry: directoryEntryOf(no, state, { model, layout }),
          state: encodeState(state, layout),
        })),
      );
      for (const [no, state] of chunk) {
        const events = await this.stillNeeded(state);
        const entry = registry.byNumber(no);
        if (entry && entry.leftOut > 0) events.push(...(await this.leftOut(entry, upTo)));
        await store.foundations.saveEvents(events);
      }
      await pause();
    }
  }

  /** Events of an agent that it may yet take, or take anew. */
  private async stillNeeded({ leftOut, upcoming, expiries }: AgentState): Promise<JournalledEvent[]> {
    const events: JournalledEvent[] = [...upcoming];
    for (const { seq } of [...leftOut, ...expiries]) {
      events.push(await neededEvent(this.parts.store, seq));
    }
    return events;
  }

  /**
   * Events up to a record that an agent goes on without now: with a strategy that was mended since, it holds them as of
   * that record, and is yet to take them.
   */
  private async leftOut(entry: AgentEntry, upTo: number): Promise<JournalledEvent[]> {
    const { store, registry } = this.parts;
    const events: JournalledEvent[] = [];
    for (const seq of neededEvents(await registry.stateOf(entry, entry.savedSeq))) {
      const event = seq <= upTo ? await keptEvent(store, seq) : undefined;
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
      if (this.isStopped()) return;
      const state = states.get(event.agentId);
      if (state) states.set(event.agentId, await paced(model.inItsTime(state, event)));
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

function* chunks<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
