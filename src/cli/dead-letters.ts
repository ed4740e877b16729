import type { DeadLetter, Tracker } from '../tracker.js';

/** Events that agents' records go on without because a strategy failed on them: the latest, and how many in all. */
export interface DeadLetters {
  readonly count: number;
  readonly latest: readonly DeadLetter[];
}

const LATEST = 5;

export async function readDeadLetters(tracker: Tracker, agentId?: string): Promise<DeadLetters> {
  const found: DeadLetter[] = [];
  for await (const letter of tracker.deadLetters(agentId === undefined ? {} : { agentId }))
    found.push(letter);
  found.sort((a, b) => a.failedAt - b.failedAt);
  return { count: found.length, latest: found.slice(-LATEST) };
}
