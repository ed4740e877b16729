export type { Course, CourseKind } from './career.js';
export { type Company, type CompanyOptions, createCompany } from './company.js';
export { type Resumption, resume } from './resume.js';
export type { SimulatedAgent } from './roster.js';
export { type SimulateOptions, simulate } from './simulate.js';
export { type AgentVerdict, type ChangeVerdict, judge, STANDSTILL, type Verdict } from './verdict.js';
