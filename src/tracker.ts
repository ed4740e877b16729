import { createActor } from 'xstate';
import { supervisorMachine } from '../machines/supervisor.js';
import { stepTrend } from '../machines/trend.js';
import { stepTrust } from '../machines/trust.js';
import { AgentModel } from './agent/model.js';
import type { TenureError } from './errors.js';
import { compileEvents } from './events/compiled.js';
import { type ResolvedOptions, resolveOptions, type TrackerOptions } from './options.js';
import { guardActor } from './runtime/guarded-actor.js';
import { Runtime } from './runtime/runtime.js';
import { paced, pause } from './store/breathe.js';
import { claim } from './store/claims.js';
import type { Database } from './store/database.js';
import { databaseIn } from './store/directory.js';
import { openStore } from './store/store.js';
import type { Repair, Store } from './store/types.js';
import { LocalTracker } from './tracker/local-tracker.js';
import type { Tracker } from './tracker/types.js';

export type { DeadLetter, DeadLetterFilter, RetrySummary } from './runtime/dead-letters.js';
export type { RecommendationFilter } from './runtime/open-recommendations.js';
export type { Receipt } from './runtime/requests.js';
export type { EventRejected, IngestSummary } from './tracker/intake.js';
export type { AgentFilter, Tracker } from './tracker/types.js';

/**
 * Opens the record of a company: creates it where there is none, and goes on where it stopped otherwise.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`, `TENURE_LOCKED` when another process holds the database,
 * `TENURE_CORRUPT` when it cannot be trusted, `TENURE_STORAGE` when it cannot be read
 */
export async function openTracker(options?: TrackerOptions): Promise<Tracker> {
  const resolved = resolveOptions(options);
  const { db, release } = claim(resolved, databaseIn);
  try {
    return await trackerOver(db, resolved, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** A tracker over a database that the caller holds, and goes on to hold. */
export function openHeld(db: Database, options: TrackerOptions): Promise<Tracker> {
  return trackerOver(db, resolveOptions(options), () => {});
}

/** @param onClosed told once the database is closed */
async function trackerOver(db: Database, resolved: ResolvedOptions, onClosed: () => void): Promise<Tracker> {
  await pause();
  const compiling = paced(compileEvents());
  const { clock, inspect } = resolved;
  const actor = createActor(supervisorMachine, { clock, ...(inspect && { inspect }) });
  const supervisor = guardActor(actor, 'the supervisor', resolved.report);
  supervisor.start();
  const model = new AgentModel({ ...resolved, stepTrend, stepTrust });
  let store: Store | undefined;
  let runtime: Runtime | undefined;
  let failure: TenureError | undefined;
  const onRepaired = ({ agentNo, reason }: Repair): void => {
    const known = agentNo === undefined ? '*' : `number ${agentNo}`;
    const agentId = runtime?.registry.byNumber(agentNo ?? 0)?.agentId ?? known;
    supervisor.send({ type: 'snapshot.rebuilt', agentId, reason });
  };
  // Whoever asked for the write is told as well, and may be nobody: a round of snapshots, a question that mends something.
  const onWriteFailed = (error: TenureError): void => {
    failure = error;
    runtime?.fail(error);
  };
  try {
    store = await openStore(db, { ...resolved, onRepaired, onWriteFailed });
    supervisor.send({ type: 'store.opened' });
    runtime = await Runtime.recovered({
      ...resolved,
      store,
      model,
      supervisor,
    });
    const tracker = new LocalTracker(resolved, { store, model, supervisor, runtime, onClosed });
    await tracker.begin();
    await compiling;
    if (!failure) return tracker;
    await tracker.close().catch(() => undefined);
    throw failure;
  } catch (error) {
    supervisor.send({ type: 'failed', error });
    // The reason counts; a failure to close would only hide it.
    await store?.close().catch(() => undefined);
    throw error;
  }
}
