import { decodeState, encodeState } from '../agent/codec.js';
import { type AgentState, NO_TREND } from '../agent/state.js';
import { isTenureError } from '../errors.js';
import { pause } from '../store/breathe.js';
import type { LoadResult, Store } from '../store/types.js';

/** Written together. */
const CHUNK = 32;

/** What the foundations were made with, `undefined` when there are none, or that is not known any more. */
export async function foundationLayout({ foundations }: Store): Promise<string | undefined> {
  try {
    for await (const { layout } of foundations.entries()) return String(layout);
  } catch (error) {
    if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
  }
  return undefined;
}

/**
 * Makes the foundations good for other windows, strategies or another policy: what they stand in for cannot be replayed
 * any more. Who the agent is, its totals and its tasks stay, as they were scored; its trends begin anew, and are judged
 * at its next event.
 */
export async function relayFoundations(store: Store, layout: string, trendCount: number): Promise<void> {
  const { foundations } = store;
  const { dropped } = foundations;
  const was = await foundationLayout(store);
  // Of the same layout: interrupted after this was done, with the snapshots of before.
  if (was === undefined || was === layout) return;
  const relaid = (state: unknown): Uint8Array =>
    encodeState(withTrendsAnew(decodeState(state, was), trendCount), layout);
  await foundations.begin();
  const agents = [];
  for await (const { entry, state } of foundations.all()) {
    agents.push({ entry: { ...entry, layout }, state: relaid(state) });
    if (agents.length < CHUNK) continue;
    await foundations.saveAgents(agents.splice(0));
    await pause();
  }
  await foundations.saveAgents(agents);
  for (let first = 1; first <= dropped.known; first += CHUNK) {
    const pasts = [];
    for (let no = first; no < first + CHUNK && no <= dropped.known; no++) {
      pasts.push({ no, state: relaid(stored(await foundations.loadPast(no))) });
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
