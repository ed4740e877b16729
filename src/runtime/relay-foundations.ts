import { decodeState, encodeState } from '../agent/codec.js';
import type { AgentModel } from '../agent/model.js';
import { type AgentState, NO_TREND } from '../agent/state.js';
import { pause } from '../store/breathe.js';
import type { Foundation, LoadResult, Store } from '../store/types.js';
import { directoryEntryOf } from './directory-entry.js';
import { foundationLayout } from './layouts.js';

/** Written together. */
const CHUNK = 32;

/**
 * Makes the foundations good for other windows, strategies or another policy: what they stand in for cannot be replayed
 * any more. Who the agent is, its totals and its tasks stay, as they were scored; its trends begin anew, and are judged
 * at its next event. When time alone changes something next is worked out anew: rows leave other windows then.
 */
export async function relayFoundations(store: Store, model: AgentModel, layout: string): Promise<void> {
  const { foundations } = store;
  const { dropped } = foundations;
  const was = await foundationLayout(store);
  // Of the same layout: interrupted after this was done, with the snapshots of before.
  if (was === undefined || was === layout) return;
  const relaid = (state: unknown): AgentState => withTrendsAnew(decodeState(state, was), model.trendCount);
  await foundations.begin();
  const agents: Foundation[] = [];
  for await (const { entry, state: before } of foundations.all()) {
    const state = relaid(before);
    agents.push({
      entry: directoryEntryOf(entry.no, state, { model, layout }),
      state: encodeState(state, layout),
    });
    if (agents.length < CHUNK) continue;
    await foundations.saveAgents(agents.splice(0));
    await pause();
  }
  await foundations.saveAgents(agents);
  for (let first = 1; first <= dropped.known; first += CHUNK) {
    const pasts = [];
    for (let no = first; no < first + CHUNK && no <= dropped.known; no++) {
      const state = relaid(stored(await foundations.loadPast(no)));
      pasts.push({ no, state: encodeState(state, layout) });
    }
    await foundations.savePasts(pasts);
    await pause();
  }
  await foundations.keepRest();
  await foundations.replace();
}

function stored(loaded: LoadResult): unknown {
  if (loaded.status === 'ok') return loaded.snapshot.state;
  if (loaded.status === 'missing') throw new RangeError('An agent that was known has no past');
  throw loaded.error;
}

/** An agent whose trends are judged from now on, with other windows than before. */
export function withTrendsAnew(state: AgentState, trendCount: number): AgentState {
  return { ...state, trends: Array.from({ length: trendCount }, () => NO_TREND), isStale: true };
}
