export type { Course } from './career.js';
export { type Company, type CompanyOptions, createCompany } from './company.js';
export { type Resumption, resume } from './resume.js';
export { simulate } from './simulate.js';
export { type AgentVerdict, judge, STANDSTILL, type Verdict } from './verdict.js';
