export type { AgentContext, AgentEvent, AgentInput, AgentMachine, Replayed } from '../machines/agent.js';
export type {
  AgentUnreadable,
  DropFailed,
  RecordsDropped,
  SupervisorContext,
  SupervisorEmitted,
  SupervisorEvent,
} from '../machines/supervisor.js';
export type * from './agent/outputs.js';
export type * from './agent/performance.js';
export type { AgentState } from './agent/state.js';
export type { Announced, Moment } from './agent/step.js';
export { type Clock, systemClock } from './clock.js';
export type { HiringOptions } from './department/options.js';
export type * from './department/outputs.js';
export {
  isTenureError,
  TenureError,
  type TenureErrorCode,
  type TenureErrorOptions,
  type TenureIssue,
} from './errors.js';
export type { JsonValue } from './events/canonical.js';
export type { TimeInput } from './events/fields.js';
export {
  type Decided,
  type JournalledEvent,
  type PerformanceEvent,
  type PerformanceEventInput,
  type PerformanceEventType,
  type ProposalKind,
  performanceEventSchema,
  type RecommendationKind,
  type Stamped,
  type StoredEvent,
} from './events/schema.js';
export { DEFAULT_LEVELS, type Strategies, type TrackerOptions } from './options.js';
export * from './policy/index.js';
export type * from './query/types.js';
export type { SupervisorActor } from './runtime/admission.js';
export type { AgentActor } from './runtime/agent-entry.js';
export type { OnHostError } from './runtime/host.js';
export { timeLimited } from './runtime/time-limited.js';
export type { WhatIf, WhatIfFailure, WhatIfRow, WouldRecommend } from './runtime/what-if.js';
export type { DepartmentTotals, ScoreboardState } from './scoreboard/state.js';
export type { ScoreboardStore } from './scoreboard.js';
export * from './scoring/index.js';
export type {
  BatchOperation,
  Database,
  DatabaseSnapshot,
  Encoding,
  EntryIterator,
} from './store/database.js';
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
