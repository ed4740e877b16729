import type { AgentFailed } from '../agent/outputs.js';
import type { Tracker } from '../tracker.js';

/** Events that a strategy failed on, and that an agent's record goes on without: the latest, and how many in all. */
export interface DeadLetters {
  readonly count: number;
  readonly latest: readonly AgentFailed[];
}

const LATEST = 5;

export async function readDeadLetters(tracker: Tracker, agentId?: string): Promise<DeadLetters> {
  const latest: AgentFailed[] = [];
  let count = 0;
  for await (const output of tracker.log()) {
    if (output.type !== 'agent.failed' || (agentId !== undefined && output.agentId !== agentId)) continue;
    // The policy failed: the event counts all the same.
    if (output.action === 'unjudged') continue;
    count++;
    latest.push(output);
    if (latest.length > LATEST) latest.shift();
  }
  return { count, latest };
}
