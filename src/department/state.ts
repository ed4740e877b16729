import { PersistentMap } from '../persistent-map.js';
import type { TrendDirection } from '../trends/types.js';
import type { DayRow } from './day-row.js';
import { Members } from './members.js';

/** Where a department stands, by its statechart. */
export type Staffing = 'balanced' | 'straining' | 'shortHanded' | 'slackening' | 'idle';

/** What a day's figures say of a department. */
export type StaffingEvidence = 'short' | 'idle' | 'balanced';

export interface StaffingStatus {
  readonly staffing: Staffing;
  /** Since when the evidence for it has been lasting, epoch milliseconds. */
  readonly since: number | null;
  /** When something was last said, epoch milliseconds. */
  readonly announcedAt: number | null;
}

export const DAILY_TRENDS = ['completionTime', 'successRate'] as const;
export type DailyTrend = (typeof DAILY_TRENDS)[number];

export interface DepartmentState {
  readonly department: string;
  /** Ascending; as many as the longer window needs. */
  readonly days: readonly DayRow[];
  readonly status: StaffingStatus;
  readonly directions: Readonly<Record<DailyTrend, TrendDirection>>;
}

/** A task on its way. */
export interface TaskOnTheWay {
  readonly department: string;
  readonly agentId: string;
  readonly at: number;
}

/** All departments as of one journal record: a pure function of the records up to it. */
export interface CompanyState {
  /** Sequence number of that record. */
  readonly seq: number;
  /** The latest day that a record fell on, in days since 1970; `null` before the first. */
  readonly today: number | null;
  /** The days on which any event was recorded, ascending: on the others nobody looked. */
  readonly observed: readonly number[];
  readonly members: Members;
  /** Assigned and not finished, by agent and task. */
  readonly open: PersistentMap<TaskOnTheWay>;
  /** Finished, and not known to have been assigned, by agent and task: when, epoch milliseconds. */
  readonly early: PersistentMap<number>;
  /** By name. */
  readonly departments: PersistentMap<DepartmentState>;
}

/** Before the first record. */
export function noCompany(): CompanyState {
  return {
    seq: 0,
    today: null,
    observed: [],
    members: Members.empty(),
    open: PersistentMap.empty(),
    early: PersistentMap.empty(),
    departments: PersistentMap.empty(),
  };
}

export function emptyDepartment(department: string): DepartmentState {
  return {
    department,
    days: [],
    status: { staffing: 'balanced', since: null, announcedAt: null },
    directions: { completionTime: 'insufficient_data', successRate: 'insufficient_data' },
  };
}
