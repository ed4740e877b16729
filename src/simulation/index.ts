export type { Course } from './career.js';
export { type Company, type CompanyOptions, createCompany } from './company.js';
export type { PeopleCounts } from './people.js';
export { type Resumption, resume } from './resume.js';
export { type SimulationOutcome, simulate } from './simulate.js';
export {
  type AgentVerdict,
  judge,
  type LossCounts,
  type ProposalCounts,
  STANDSTILL,
  type Verdict,
} from './verdict.js';
