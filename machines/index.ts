export type { FigureChange } from '../src/agent/figures.js';
export type {
  AgentFailed,
  AgentOutput,
  Recommendation,
  StandingChanged,
  TrendChanged,
  TrustChanged,
} from '../src/agent/outputs.js';
export type { Standing } from '../src/agent/performance.js';
export type { AgentState, TrendStatus } from '../src/agent/state.js';
export type { Announced, Moment, Step } from '../src/agent/step.js';
export type { StaffingEvidence, StaffingStatus } from '../src/department/state.js';
export type { JournalledEvent } from '../src/events/schema.js';
export type { TrustEvent } from '../src/trust/judge.js';
export {
  type AgentBehavior,
  type AgentContext,
  type AgentEvent,
  type AgentHost,
  type AgentInput,
  type AgentMachine,
  createAgentMachine,
  type Replayed,
} from './agent.js';
export {
  createDepartmentMachine,
  type DayJudged,
  departmentStepper,
  type PatienceOptions,
} from './department.js';
export {
  type AgentUnreadable,
  type DropFailed,
  type RecordsDropped,
  type SupervisorContext,
  type SupervisorEmitted,
  type SupervisorEvent,
  supervisorMachine,
} from './supervisor.js';
export { stepTrend, type TrendEvidence, trendMachine } from './trend.js';
export { stepTrust, trustMachine } from './trust.js';
