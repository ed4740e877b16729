import { isTenureError } from '../errors.js';
import type { Store } from '../store/types.js';
import type { Announcer } from './announcer.js';
import type { Departments } from './departments.js';
import type { AgentRegistry } from './registry.js';
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
  /** Told why everything is rebuilt. */
  readonly onRebuilt: (reason: string) => void;
}

/**
 * Brings every agent to where the journal ends: its snapshot, then the records after the checkpoint. When the
 * snapshots cannot be trusted as a whole, or were made with other windows or strategies, everything is rebuilt
 * from the journal. Outputs come out the same; those that a crash kept from being stored are stored now.
 */
export async function recover(parts: RecoveryParts): Promise<void> {
  const { store, registry, departments, replica, announcer } = parts;
  const reason = await loadDirectory(parts);
  if (reason !== undefined) {
    await store.resetSnapshots();
    registry.clear();
    parts.onRebuilt(reason);
  }
  await departments.recover(store.checkpoint);
  replica.appliedSeq = store.checkpoint;
  let chunk: AppliedRecord[] = [];
  const applyChunk = async (): Promise<void> => {
    const { outputs } = await replica.apply(chunk);
    chunk = [];
    await announcer.restore(outputs);
    await registry.trim();
  };
  for await (const record of store.replay(store.checkpoint)) {
    chunk.push(record);
    if (chunk.length >= CHUNK) await applyChunk();
  }
  await applyChunk();
  await registry.activateAll(replica.appliedSeq);
}

/** Why the directory cannot be used, `undefined` when it can. */
async function loadDirectory({ store, registry, layout }: RecoveryParts): Promise<string | undefined> {
  try {
    for await (const entry of store.directory()) {
      if (entry.layout !== layout)
        return `the snapshots were made for ${String(entry.layout)}, not for ${layout}`;
      registry.restoreEntry(entry);
    }
    return undefined;
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return error.message;
    throw error;
  }
}
