import type { AgentPerformance } from '../agent/performance.js';
import type { Tracker } from '../tracker.js';
import { CliError } from './errors.js';

/** @throws CliError when nobody has heard of the agent: most likely its name is misspelt */
export async function knownAgent(tracker: Tracker, agentId: string): Promise<AgentPerformance> {
  const performance = await tracker.performance(agentId);
  if (performance) return performance;
  throw new CliError('NO_AGENT', `no agent is called ${JSON.stringify(agentId)}`);
}
