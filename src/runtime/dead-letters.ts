import type { LeftOut } from '../agent/state.js';
import { isTenureError, type TenureError } from '../errors.js';
import type { StoredEvent } from '../events/schema.js';
import { told } from '../events/told.js';
import type { AgentEntry } from './agent-entry.js';
import { keptEvent, retriedEvent } from './kept-event.js';
import type { Runtime } from './runtime.js';

/** An event that is stored, and that its agent's record goes on without because a strategy failed. */
export interface DeadLetter {
  readonly agentId: string;
  readonly eventId: string;
  /** When it failed last, epoch milliseconds of the tracker's clock. */
  readonly failedAt: number;
  readonly error: string;
  readonly event: StoredEvent;
}

/** Which dead letters are meant; without any field, all. */
export interface DeadLetterFilter {
  readonly agentId?: string;
  readonly eventId?: string;
}

/** What became of dead letters that were taken anew. */
export interface RetrySummary {
  readonly retried: number;
  /** The agents' records hold these now. */
  readonly recovered: number;
  /** Failed again. */
  readonly failed: number;
}

/** Agent by agent in order of first appearance, and of each in the order in which they failed. */
export async function* deadLetters(
  runtime: Runtime,
  filter: DeadLetterFilter,
): AsyncGenerator<DeadLetter, void, undefined> {
  for (const entry of affected(runtime, filter)) {
    for (const { seq, eventId, failedAt, error } of await leftOutOf(runtime, entry, filter)) {
      const { store } = runtime.registry;
      // It may have been taken anew since, and have been dropped.
      const event =
        (await keptEvent(store, seq)) ??
        (await retriedEvent(store, seq, await leftOutOf(runtime, entry, { eventId })));
      if (event) yield { agentId: entry.agentId, eventId, failedAt, error, event: told(event) };
    }
  }
}

/**
 * Journals a retry of each, in the order in which they failed, so that a review finds its task.
 *
 * @throws TenureError `TENURE_CORRUPT` when something of an agent cannot be read: nothing is journalled for what needs it.
 * All others were taken anew by then, and a later call leaves them as they are.
 */
export async function retryDeadLetters(runtime: Runtime, filter: DeadLetterFilter): Promise<RetrySummary> {
  let [retried, failed] = [0, 0];
  let damage: TenureError | undefined;
  for (const entry of affected(runtime, filter)) {
    try {
      const outcome = await retryLettersOf(runtime, entry, filter);
      retried += outcome.retried;
      failed += outcome.failed;
    } catch (error) {
      if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
      damage ??= error;
    }
  }
  if (damage) throw damage;
  return { retried, recovered: retried - failed, failed };
}

async function retryLettersOf(runtime: Runtime, entry: AgentEntry, filter: DeadLetterFilter) {
  const letters = await leftOutOf(runtime, entry, filter);
  const done = await Promise.allSettled(letters.map(({ seq }) => runtime.retry(entry.agentId, seq)));
  for (const outcome of done) if (outcome.status === 'rejected') throw outcome.reason;
  const still = new Set((await leftOutOf(runtime, entry, filter)).map(({ eventId }) => eventId));
  return {
    retried: letters.length,
    failed: letters.filter(({ eventId }) => still.has(eventId)).length,
  };
}

function affected({ registry }: Runtime, { agentId }: DeadLetterFilter): AgentEntry[] {
  const entry = agentId === undefined ? undefined : registry.find(agentId);
  const among = agentId === undefined ? registry.entries() : entry ? [entry] : [];
  const affected: AgentEntry[] = [];
  for (const entry of among) if (entry.leftOut > 0) affected.push(entry);
  return affected;
}

async function leftOutOf(
  runtime: Runtime,
  entry: AgentEntry,
  { eventId }: DeadLetterFilter,
): Promise<readonly LeftOut[]> {
  const { leftOut } = await runtime.stateOf(entry);
  return eventId === undefined ? leftOut : leftOut.filter((letter) => letter.eventId === eventId);
}
