import type { AgentModel } from '../agent/model.js';
import type { TrackerOutput } from '../agent/outputs.js';
import type { AgentState } from '../agent/state.js';
import { pause } from '../store/breathe.js';
import type { Gap, OutputGap, Store } from '../store/types.js';
import type { AgentEntry } from './agent-entry.js';
import { replayAgents, type Said } from './agent-replay.js';
import { foundationOf } from './agent-states.js';
import { AnnouncedLog, isWithin } from './announced-log.js';
import type { Departments } from './departments.js';
import { Fingerprints, speakerOf } from './fingerprints.js';
import type { AgentRegistry } from './registry.js';

/** Agents that are brought up to the journal together: it is read once for so many. */
const AGENTS = 512;
/** Outputs held in memory together. */
const MAX_OUTPUTS = 20_000;

export interface RemakingParts {
  readonly store: Store;
  readonly model: AgentModel;
  readonly layout: string;
  readonly registry: AgentRegistry;
  readonly departments: Departments;
  /** When it is to be broken off. */
  readonly isStopped: () => boolean;
}

/**
 * What the records of some gaps made agents and departments say, made again from the journal by the rules in force, some
 * hundred agents at a time. Only of those of whom all else that they said by these rules comes out as it is stored: it
 * may be that a strategy takes by now what it failed on, or that rules changed which have no name. `undefined` when it
 * was broken off, or is more than is to be held in memory.
 *
 * @param gaps of records after those that were made by other rules
 * @param isKnown whether all is stored that a record made anybody say
 * @throws TenureError `TENURE_CORRUPT` when something cannot be read that it is made from
 */
export async function remadeOutputs(
  parts: RemakingParts,
  gaps: readonly Gap[],
  isKnown: (seq: number) => boolean,
): Promise<TrackerOutput[] | undefined> {
  const { store, model } = parts;
  const last = gaps.at(-1)!.to;
  const { settled, foundations } = store;
  const { seq: floor } = foundations.dropped;
  const log = await AnnouncedLog.readSound(store, floor, settled);
  const said = new Remade(gaps, (seq) => seq > settled && isKnown(seq));
  const isStopped = () => parts.isStopped() || said.outputs.length > MAX_OUTPUTS;
  const agents = await agentsOf(parts, gaps);
  // In the order of their numbers, which is the order in which they speak of a tick.
  for (let start = 0; start < agents.length && !isStopped(); start += AGENTS) {
    const states = new Map<number, AgentState>();
    for (const { no, agentId } of agents.slice(start, start + AGENTS)) {
      states.set(no, foundationOf(await store.foundations.load(no), agentId, parts));
    }
    await replayAgents({ store, model, isStopped, said }, states, last, log);
  }
  for await (const signals of parts.departments.said(last, (seq) => said.placeOf(seq))) {
    if (isStopped()) break;
    said.add(signals);
  }
  const stored = new Fingerprints();
  const outputs = store.soundOutputs(Math.max(floor, settled));
  for await (const output of outputs as AsyncIterable<TrackerOutput | OutputGap>) {
    if (isStopped()) return undefined;
    if ('gap' in output) continue;
    if (output.seq > last) break;
    if (said.isElse(output.seq)) stored.add(output);
  }
  return said.outputs.filter((output) => said.all.isSame(speakerOf(output), stored));
}

/** Those whom a record of the gaps may have made say something, in the order of their numbers. */
async function agentsOf({ store, registry }: RemakingParts, gaps: readonly Gap[]): Promise<AgentEntry[]> {
  const { size } = registry;
  const numbers = new Set<number>();
  for (const { from, to } of gaps) {
    for await (const record of store.replay(from - 1)) {
      if (record.seq > to || numbers.size === size) break;
      const [first, last] =
        record.kind === 'tick' ? (record.agents ?? [1, size]) : [record.agentNo, record.agentNo];
      for (let no = first; no <= last; no++) numbers.add(no);
      const due = pause();
      if (due) await due;
    }
  }
  return [...numbers].sort((a, b) => a - b).flatMap((no) => registry.byNumber(no) ?? []);
}

/** Keeps what is said of the records of the gaps, agent by agent and then by the departments. */
class Remade implements Said {
  readonly outputs: TrackerOutput[] = [];
  /** What else is said. */
  readonly all = new Fingerprints();
  private readonly counts = new Map<number, number>();

  /** @param isElse whether what a record made anybody say is known */
  constructor(
    private readonly gaps: readonly Gap[],
    readonly isElse: (seq: number) => boolean,
  ) {}

  placeOf(seq: number): number {
    return this.counts.get(seq) ?? 0;
  }

  add(outputs: readonly TrackerOutput[]): void {
    for (const output of outputs) {
      const { seq } = output;
      if (this.isElse(seq)) this.all.add(output);
      if (!isWithin(this.gaps, seq)) continue;
      this.outputs.push(output);
      this.counts.set(seq, this.placeOf(seq) + 1);
    }
  }
}
