export {
  type AgentBehavior,
  type AgentContext,
  type AgentEvent,
  type AgentHost,
  type AgentInput,
  type AgentMachine,
  createAgentMachine,
} from './agent.js';
export {
  createDepartmentMachine,
  type DayJudged,
  departmentStepper,
  type PatienceOptions,
} from './department.js';
export {
  type SupervisorContext,
  type SupervisorEmitted,
  type SupervisorEvent,
  supervisorMachine,
} from './supervisor.js';
export { stepTrend, type TrendEvidence, trendMachine } from './trend.js';
export { stepTrust, trustMachine } from './trust.js';
