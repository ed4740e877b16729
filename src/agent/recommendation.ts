import type { Recommendation } from './outputs.js';
import type { AgentState } from './state.js';

/** A recommendation before it has its place in the log. */
export type ProposedRecommendation = Omit<
  Recommendation,
  'type' | 'seq' | 'position' | 'at' | 'agentId' | 'department'
>;

/** An identifier has at most 256 characters; of one agent, kind and number alone tell recommendations apart. */
const AGENT_ID_LENGTH = 200;

export function recommendationId(kind: string, { seq, agentId }: AgentState): string {
  return `${kind}-${seq}-${agentId.slice(0, AGENT_ID_LENGTH)}`;
}
