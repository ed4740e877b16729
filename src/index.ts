export type { AgentContext, AgentEvent, AgentMachine } from '../machines/agent.js';
export type * from './agent/outputs.js';
export type * from './agent/performance.js';
export { type Clock, systemClock } from './clock.js';
export type { HiringOptions } from './department/options.js';
export type * from './department/outputs.js';
export { isTenureError, TenureError, type TenureErrorCode, type TenureIssue } from './errors.js';
export type { TimeInput } from './events/fields.js';
export {
  type PerformanceEvent,
  type PerformanceEventInput,
  type PerformanceEventType,
  performanceEventSchema,
  type RecommendationKind,
  type StoredEvent,
} from './events/schema.js';
export { DEFAULT_LEVELS, type Strategies, type TrackerOptions } from './options.js';
export * from './policy/index.js';
export type * from './query/types.js';
export type { OnHostError } from './runtime/host.js';
export { timeLimited } from './runtime/time-limited.js';
export type { WhatIf, WhatIfFailure, WhatIfRow, WouldRecommend } from './runtime/what-if.js';
export type { DepartmentTotals, ScoreboardState } from './scoreboard/state.js';
export * from './scoring/index.js';
export type { Database } from './store/database.js';
export {
  type AgentFilter,
  type DeadLetter,
  type DeadLetterFilter,
  type EventRejected,
  type IngestSummary,
  openTracker,
  type Receipt,
  type RecommendationFilter,
  type RetrySummary,
  type Tracker,
} from './tracker.js';
export { exportJournal, type TransferOptions } from './transfer/export.js';
export { type ImportOptions, type ImportSummary, importJournal } from './transfer/import.js';
export type { ExportedRecord, ExportHeader, ExportLine } from './transfer/lines.js';
export * from './trends/index.js';
export * from './trust/index.js';
export {
  type Finding,
  type VerifyOptions,
  type VerifyProgress,
  type VerifyReport,
  verifyDatabase,
} from './verify/verify.js';
export { type TestPolicyOptions, testPolicy } from './what-if.js';
export * from './windows/index.js';
