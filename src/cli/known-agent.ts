import type { AgentPerformance } from '../agent/performance.js';
import { isTenureError } from '../errors.js';
import type { Database } from '../store/database.js';
import { stoppable, unlessStopped } from '../store/stoppable-database.js';
import { openStore } from '../store/store.js';
import type { Store } from '../store/types.js';
import type { Tracker } from '../tracker.js';
import { CliError } from './errors.js';

/** @throws CliError when nobody has heard of the agent: most likely its name is misspelt */
export async function knownAgent(tracker: Tracker, agentId: string): Promise<AgentPerformance> {
  const performance = await tracker.performance(agentId);
  if (performance) return performance;
  throw unknown(agentId);
}

/**
 * The same of a database that is read without a tracker; it is closed afterwards.
 *
 * @throws CliError `NO_AGENT`; TenureError `TENURE_ABORTED` when the user wants out
 */
export async function requireAgent(db: Database, agentId: string, signal: AbortSignal): Promise<void> {
  const isKnown = await unlessStopped(signal, async () => {
    const store = await openStore(stoppable(db, signal), { durability: 'process' });
    try {
      return await isIn(store, agentId);
    } finally {
      await store.close();
    }
  });
  if (!isKnown) throw unknown(agentId);
}

async function isIn(store: Store, agentId: string): Promise<boolean> {
  try {
    for await (const entry of store.directory()) if (entry.agentId === agentId) return true;
    // Who came after the snapshots is in the journal alone.
    for await (const record of store.replay(store.checkpoint)) {
      if (record.kind === 'event' && record.event.agentId === agentId) return true;
    }
    return false;
  } catch (error) {
    // Of a damaged directory nobody can say who is missing.
    if (isTenureError(error, 'TENURE_CORRUPT')) return true;
    throw error;
  }
}

function unknown(agentId: string): CliError {
  return new CliError('NO_AGENT', `no agent is called ${JSON.stringify(agentId)}`);
}
