export {
  type AgentBehavior,
  type AgentContext,
  type AgentEvent,
  type AgentInput,
  type AgentMachine,
  createAgentMachine,
} from './agent.js';
export {
  type SupervisorContext,
  type SupervisorEmitted,
  type SupervisorEvent,
  supervisorMachine,
} from './supervisor.js';
export { stepTrend, type TrendEvidence, trendMachine } from './trend.js';
