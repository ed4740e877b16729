import type { AgentModel } from '../agent/model.js';
import type { TrackerOutput } from '../agent/outputs.js';
import { isHiringSignal } from '../department/outputs.js';
import { isTenureError } from '../errors.js';
import type { Overlay } from '../query/overlay.js';
import type { Store } from '../store/types.js';
import { AnnouncedLog } from './announced-log.js';
import type { Announcer } from './announcer.js';
import type { Departments } from './departments.js';
import { formatIn, otherLayout } from './layouts.js';
import { inWords } from './output-log.js';
import type { AgentRegistry } from './registry.js';
import { relayFoundations } from './relay-foundations.js';
import type { AppliedRecord, Replica } from './replica.js';

/** Records applied between two writes of outputs, and between two looks at how many agents are active. */
const CHUNK = 2_000;

export interface RecoveryParts {
  readonly store: Store;
  readonly registry: AgentRegistry;
  readonly departments: Departments;
  readonly replica: Replica;
  readonly announcer: Announcer;
  readonly layout: string;
  readonly model: AgentModel;
  readonly overlay: Overlay;
  /** Told why everything is rebuilt. */
  readonly onRebuilt: (reason: string) => void;
}

/**
 * Brings every agent to where the journal ends: its snapshot, then the records after the checkpoint. When the
 * snapshots cannot be trusted as a whole, or were made with other windows, strategies or another policy, everything is
 * rebuilt from the journal. Outputs come out the same; those that a crash kept from being stored are stored now. What
 * was announced about standings is taken from the log.
 */
export async function recover(parts: RecoveryParts): Promise<void> {
  const { store, registry, departments, replica, announcer, model, layout } = parts;
  const saidUpTo = Math.max(store.lastOutput?.seq ?? 0, store.checkpoint, store.settled);
  const doubt = await loadDirectory(parts);
  const isOtherHiring = isHiringByOthers(store, departments);
  const isOther = doubt?.isOtherLayout || isOtherHiring;
  // Nothing more is said of what was judged by other rules. Where only hiring or the format is another, all else is the
  // same, and may still have to be said.
  const silentUpTo = isOther ? 0 : store.settled;
  if (doubt) {
    if (doubt.isOtherLayout) await relayFoundations(store, model, layout);
    if (isOther) await store.settleOutputs();
    await store.resetSnapshots();
    await registry.clear();
    for await (const entry of store.directory()) registry.restoreEntry(entry);
    await store.rollups.load(model.config.collaboration);
    parts.onRebuilt(doubt.reason);
  } else if (isOther) await store.settleOutputs();
  // Once nothing is left of another, nor to be said: whoever is broken off before finds it noted, and does all of this.
  const isSaid = !isOther || doubt?.areOtherRules === true;
  if (isSaid) await store.saveLayout(layout, departments.layout);
  await departments.recover(store.checkpoint);
  replica.appliedSeq = store.checkpoint;
  // What is judged by other rules than before says nothing about the past: it is said from now on.
  const upTo = doubt?.isOtherLayout ? store.lastSeq : saidUpTo;
  const log = await AnnouncedLog.readSound(store, store.checkpoint, upTo);
  replica.announced = log;
  const remade: TrackerOutput[] = [];
  let chunk: AppliedRecord[] = [];
  const applyChunk = async (): Promise<void> => {
    const { outputs } = await replica.apply(chunk);
    chunk = [];
    for (const output of outputs) if (log.isInGap(output.seq)) remade.push(output);
    if (!doubt?.areOtherRules) {
      const said = isOtherHiring ? outputs.filter((output) => !isHiringSignal(output)) : outputs;
      await announcer.restore(said, silentUpTo);
    }
    await registry.trim();
  };
  for await (const record of store.replay(store.checkpoint)) {
    chunk.push(record);
    if (chunk.length >= CHUNK) await applyChunk();
  }
  await applyChunk();
  if (!isSaid) await store.saveLayout(layout, departments.layout);
  replica.announced = undefined;
  const mended = await store.mendOutputs(remade, log.gaps);
  if (mended.length > 0) parts.onRebuilt(inWords(mended));
}

/** Whether hiring was signalled by other rules so far. */
function isHiringByOthers({ lastSeq, hiring }: Store, { layout }: Departments): boolean {
  return lastSeq > 0 && hiring !== undefined && hiring !== layout;
}

/** Why the snapshots cannot be used. */
interface Doubt {
  readonly reason: string;
  readonly isOtherLayout: boolean;
  /** Whether the rules are others, and not the format of the states alone: that says the very same. */
  readonly areOtherRules: boolean;
}

/** `undefined` when the directory can be used. */
async function loadDirectory({
  store,
  registry,
  layout,
  model,
  overlay,
}: RecoveryParts): Promise<Doubt | undefined> {
  const other = await otherLayout(store, layout);
  if (other !== undefined) {
    const reason = `the snapshots were made for ${other}, not for ${layout}`;
    return { reason, isOtherLayout: true, areOtherRules: formatIn(other) === formatIn(layout) };
  }
  try {
    for await (const entry of store.directory()) {
      registry.restoreEntry(entry);
    }
    for (const [saveNo, changes] of await store.rollups.load(model.config.collaboration)) {
      overlay.restore(saveNo, changes);
    }
    return undefined;
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) {
      return { reason: error.message, isOtherLayout: false, areOtherRules: false };
    }
    throw error;
  }
}
