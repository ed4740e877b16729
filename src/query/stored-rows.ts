import { partsOf } from '../agent/collaboration.js';
import type { AgentState } from '../agent/state.js';
import type { JournalledEvent } from '../events/schema.js';
import type { AgentEntry } from '../runtime/agent-entry.js';
import { pause } from '../store/breathe.js';
import { atOneFloor } from '../store/one-floor.js';
import type { RowChange } from '../store/rollups/changes.js';
import type { CompanyParts } from './company-figures.js';

/** Data points by the number of their event, each as a change from nothing. */
type Rows = Map<number, RowChange>;

/**
 * The data points of some agents as the roll-ups are to hold them, made from the journal: as the agents' figures are now,
 * less what is in memory and goes into the roll-ups later. Nothing may be folded meanwhile.
 */
export class StoredRows {
  private readonly events: Map<number, JournalledEvent[]>;
  private readTo = 0;

  constructor(
    private readonly parts: CompanyParts,
    private readonly entries: readonly AgentEntry[],
  ) {
    this.events = new Map(entries.map(({ no }) => [no, []]));
  }

  /**
   * An agent's at a time.
   *
   * @param check throws when it is to be broken off
   */
  async *all(check: () => void): AsyncGenerator<RowChange[], void> {
    const { steps } = this.parts;
    await this.readOn(check);
    for (const entry of this.entries) {
      check();
      // Nothing is applied, so that what is in memory is of the same moment as the agent.
      const rows = await steps.run(async () => {
        await this.readOn(check);
        return atOneFloor(this.parts.store, () => this.rowsOf(entry));
      });
      this.events.delete(entry.no);
      yield [...rows.values()];
    }
  }

  /** Reads what the journal has beyond what was read of it. */
  private async readOn(check: () => void): Promise<void> {
    const { store } = this.parts;
    await atOneFloor(store, async () => {
      for await (const record of store.replay(this.readTo)) {
        if (record.kind === 'event') this.events.get(record.agentNo)?.push(record.event);
        this.readTo = record.seq;
        const due = pause();
        if (!due) continue;
        await due;
        check();
      }
    });
  }

  private async rowsOf(entry: AgentEntry): Promise<Rows> {
    const { store, overlay, stateOf } = this.parts;
    const state = await stateOf(entry);
    const { horizon } = store.foundations.dropped;
    const rows = await this.figuresOf(entry, state, horizon);
    this.settleOutdated(entry, rows);
    const isSeen = new Set<number>();
    for (const { agentNo, pair, before, after } of overlay.ofAgent(entry.no)) {
      const { seq } = after;
      if (isSeen.has(seq)) continue;
      isSeen.add(seq);
      if (before) rows.set(seq, { agentNo, pair, before: undefined, after: before, parts: [] });
      else rows.delete(seq);
    }
    return rows;
  }

  /** What the journal says of the agent, as far as the agent has come. */
  private async figuresOf(entry: AgentEntry, state: AgentState, horizon: number): Promise<Rows> {
    const { model, registry, store } = this.parts;
    const { no: agentNo, agentId } = entry;
    const past = horizon > 0 ? await registry.pastOf(entry) : model.start(agentId);
    const leftOut = new Set(state.leftOut.map(({ seq }) => seq));
    const events = (this.events.get(agentNo) ?? []).filter(
      ({ at, seq }) => at >= horizon && seq <= state.seq && !leftOut.has(seq),
    );
    const { attempts, observations } = model.figuresAsOf(past, events, state.now);
    const rows: Rows = new Map();
    const add = (after: RowChange['after'], place: Place, parts: readonly number[]): void => {
      if (after.at < horizon) return;
      const pair = store.rollups.scopes.pair(place.department, place.projectId);
      rows.set(after.seq, { agentNo, pair, before: undefined, after, parts });
    };
    for (const attempt of attempts.toArray()) add(attempt, attempt, []);
    for (const observed of observations.toArray()) {
      add(observed, observed, partsOf(observed.observation, model.config.collaboration));
    }
    return rows;
  }

  /** Tasks whose figures have to be worked out from the journal are worked out: by this. */
  private settleOutdated(entry: AgentEntry, rows: Rows): void {
    const { overlay } = this.parts;
    const outdated = overlay.outdatedTasks(entry.no);
    if (outdated.size === 0) return;
    const latest = new Map<number, RowChange>();
    for (const change of overlay.ofAgent(entry.no)) latest.set(change.after.seq, change);
    for (const { pair, after } of latest.values()) {
      const figures = rows.get(after.seq)?.after;
      if (figures) overlay.change(entry.no, pair, after, figures);
    }
    overlay.settle(entry.no, outdated);
  }
}

interface Place {
  readonly department: string | undefined;
  readonly projectId: string | undefined;
}
