import type { LeftOut } from '../agent/state.js';
import type { StoredEvent } from '../events/schema.js';
import { told } from '../events/told.js';
import type { AgentEntry } from './agent-entry.js';
import { keptEvent } from './kept-event.js';
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
      const event = await keptEvent(runtime.registry.store, seq);
      if (event) yield { agentId: entry.agentId, eventId, failedAt, error, event: told(event) };
    }
  }
}

/** Journals a retry of each, in the order in which they failed, so that a review finds its task. */
export async function retryDeadLetters(runtime: Runtime, filter: DeadLetterFilter): Promise<RetrySummary> {
  let [retried, failed] = [0, 0];
  for (const entry of affected(runtime, filter)) {
    const letters = await leftOutOf(runtime, entry, filter);
    await Promise.all(letters.map(({ seq }) => runtime.retry(entry.agentId, seq)));
    const still = new Set((await leftOutOf(runtime, entry, filter)).map(({ eventId }) => eventId));
    retried += letters.length;
    failed += letters.filter(({ eventId }) => still.has(eventId)).length;
  }
  return { retried, recovered: retried - failed, failed };
}

function affected({ registry }: Runtime, { agentId }: DeadLetterFilter): AgentEntry[] {
  const entry = agentId === undefined ? undefined : registry.find(agentId);
  const among = agentId === undefined ? registry.entries() : entry ? [entry] : [];
  return among.filter(({ leftOut }) => leftOut > 0);
}

async function leftOutOf(
  runtime: Runtime,
  entry: AgentEntry,
  { eventId }: DeadLetterFilter,
): Promise<readonly LeftOut[]> {
  const { leftOut } = await runtime.stateOf(entry);
  return eventId === undefined ? leftOut : leftOut.filter((letter) => letter.eventId === eventId);
}
