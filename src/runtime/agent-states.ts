import { decodeState } from '../agent/codec.js';
import type { AgentModel } from '../agent/model.js';
import type { AgentState } from '../agent/state.js';
import { isTenureError, type TenureError } from '../errors.js';
import { pause } from '../store/breathe.js';
import { atOneFloor } from '../store/one-floor.js';
import type { LoadResult, Store } from '../store/types.js';
import { type AgentEntry, versionOf } from './agent-entry.js';
import { replayAgents } from './agent-replay.js';
import { AnnouncedLog } from './announced-log.js';
import { neededEvent } from './kept-event.js';

/** Snapshots read together. */
const LOAD_CHUNK = 32;

/** A stored state, and which one it was. */
interface LoadedState {
  readonly savedSeq: number;
  readonly result: LoadResult;
}

export interface AgentStatesOptions {
  readonly store: Store;
  readonly model: AgentModel;
  /** Identifies what the states were computed with. */
  readonly layout: string;
  /** Told when a snapshot could not be trusted and the agent was rebuilt. */
  readonly onRebuilt: (agentId: string, reason: string) => void;
}

/** Where the states of agents come from: their actors, else their snapshots, else the journal. */
export class AgentStates {
  constructor(private readonly options: AgentStatesOptions) {}

  /**
   * The agent's state without waking it. When it is woken while its snapshot is read, what was read is that of another
   * time: then it is looked at again, and nothing is concluded from a snapshot that does not fit.
   */
  async of(entry: AgentEntry, upTo: number): Promise<AgentState> {
    const { model, store } = this.options;
    for (;;) {
      const version = versionOf(entry);
      if (typeof version !== 'number') return version;
      if (version === 0) return model.start(entry.agentId);
      const result = await store.loadAgent(entry.no);
      const state = await this.restore(entry, { savedSeq: version, result }, upTo);
      if (state) return state;
    }
  }

  /**
   * The states of many agents, in the order of the entries, read together.
   *
   * @param onUnreadable told of those that cannot be read, which are left out; without it they are thrown
   */
  async *ofAll(
    entries: Iterable<AgentEntry>,
    upTo: number,
    onUnreadable?: (entry: AgentEntry, error: TenureError) => void,
  ): AsyncGenerator<[AgentEntry, AgentState], void> {
    const rest = entries[Symbol.iterator]();
    const begin = () => {
      const chunk = firstOf(rest, LOAD_CHUNK);
      return { chunk, loading: this.loadChunk(chunk) };
    };
    let next = begin();
    while (next.chunk.length > 0) {
      const { chunk } = next;
      const loaded = await next.loading;
      // Read while this chunk is used.
      next = begin();
      for (const entry of chunk) {
        const due = pause();
        if (due) await due;
        const found = loaded.get(entry);
        let state: AgentState;
        try {
          state = (found && (await this.restore(entry, found, upTo))) ?? (await this.of(entry, upTo));
        } catch (error) {
          if (!onUnreadable || !isTenureError(error, 'TENURE_CORRUPT')) throw error;
          onUnreadable(entry, error);
          continue;
        }
        yield [entry, state];
      }
    }
  }

  /** What is stored of the passive ones among some agents. */
  private loadChunk(entries: readonly AgentEntry[]): Promise<Map<AgentEntry, LoadedState>> {
    const passive = entries
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
   * The state of a snapshot, or one rebuilt from the journal where the snapshot cannot be trusted; `undefined` when the
   * agent is not any more what the snapshot was read for.
   */
  private async restore(
    entry: AgentEntry,
    { savedSeq, result: loaded }: LoadedState,
    upTo: number,
  ): Promise<AgentState | undefined> {
    if (versionOf(entry) !== savedSeq) return undefined;
    let reason = 'its snapshot is missing';
    if (loaded.status === 'ok' && loaded.snapshot.seq !== savedSeq) {
      reason = `its snapshot is of record ${loaded.snapshot.seq}, the directory says ${savedSeq}`;
    } else if (loaded.status === 'ok') {
      try {
        return decodeState(loaded.snapshot.state, this.options.layout, entry.agentId);
      } catch (error) {
        if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
        reason = error.message;
      }
    } else if (loaded.status !== 'missing') {
      reason = loaded.error.message;
    }
    // Replay skips what the snapshot held, so the agent must not come back older than that.
    const state = await this.rebuild(entry, Math.max(upTo, savedSeq));
    // An agent that was woken meanwhile knows better what it goes on without.
    if (versionOf(entry) !== savedSeq) return undefined;
    // A strategy that was mended since takes what it failed on back then, and the roll-ups are without that.
    if (state.leftOut.length !== entry.leftOut) {
      const which = `agent ${JSON.stringify(entry.agentId)}`;
      await this.options.store.rollups.distrust(`The roll-ups hold other events of ${which} than it does`);
      if (versionOf(entry) !== savedSeq) return undefined;
      entry.leftOut = state.leftOut.length;
    }
    this.options.onRebuilt(entry.agentId, reason);
    return state;
  }

  /** An agent as its events of times before what is kept leave it, in the order of their times. */
  pastOf({ no, agentId }: AgentEntry): Promise<AgentState> {
    const { store, model } = this.options;
    return atOneFloor(store, async () => {
      let past = foundationOf(await store.foundations.loadPast(no), agentId, this.options);
      // A strategy that failed on them then may take them now, as it would if they were all replayed.
      for (const { seq } of past.leftOut) {
        const event = await neededEvent(store, seq);
        past = model.retryOrSkip(past, event, { seq: past.seq, now: past.now });
      }
      return past;
    });
  }

  /** One agent from the journal alone, up to a record. */
  private rebuild({ no, agentId }: AgentEntry, last: number): Promise<AgentState> {
    const { store, model } = this.options;
    return atOneFloor(store, async () => {
      const { seq } = store.foundations.dropped;
      const log = await AnnouncedLog.readSound(store, seq, last, agentId);
      const states = new Map([[no, foundationOf(await store.foundations.load(no), agentId, this.options)]]);
      await replayAgents({ store, model }, states, last, log);
      return states.get(no) as AgentState;
    });
  }
}

/** The next items, so many or as many as there are. */
function firstOf<Item>(items: Iterator<Item>, count: number): Item[] {
  const first: Item[] = [];
  while (first.length < count) {
    const { done, value } = items.next();
    if (done) break;
    first.push(value);
  }
  return first;
}

/**
 * The state that is in a foundation; that of a beginner where there is none.
 *
 * @throws TenureError `TENURE_CORRUPT`
 */
export function foundationOf(
  loaded: LoadResult,
  agentId: string,
  { model, layout }: Pick<AgentStatesOptions, 'model' | 'layout'>,
): AgentState {
  if (loaded.status === 'ok') return decodeState(loaded.snapshot.state, layout);
  if (loaded.status === 'missing') return model.start(agentId);
  throw loaded.error;
}
