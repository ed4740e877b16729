import { frozenData } from '../agent/frozen-data.js';
import type { JournalledEvent } from '../events/schema.js';
import { DAY_MS } from '../windows/duration.js';
import { dayOf, withEvent } from './intake.js';
import { capacities, type Judgement, judge } from './judgement.js';
import type { HiringRules } from './options.js';
import type { HiringSignal } from './outputs.js';
import { sentence } from './sentence.js';
import {
  type CompanyState,
  type DepartmentState,
  NO_COMPANY,
  type StaffingEvidence,
  type StaffingStatus,
} from './state.js';

export interface DepartmentConfig {
  readonly rules: HiringRules;
  /** The statechart of a department: its status after a day's evidence at a midnight (epoch ms). */
  readonly step: (status: StaffingStatus, evidence: StaffingEvidence, at: number) => StaffingStatus;
}

/** All departments after a record of the journal, and what it made them say, numbered. */
export interface DepartmentStep {
  readonly state: CompanyState;
  readonly outputs: readonly HiringSignal[];
}

const NOTHING: readonly HiringSignal[] = [];

/** Finished tasks wait so long for a late word of their assignment. */
const LATE_DAYS = 2;

/**
 * All departments as pure functions: who works where, what work arrives and what is finished. A day is judged once
 * it is over, by the first record after midnight UTC, so that an event costs a few counts and no judgement.
 */
export class DepartmentModel {
  constructor(private readonly config: DepartmentConfig) {}

  /** Before the first record. */
  start(): CompanyState {
    return NO_COMPANY;
  }

  /** @param position the first free one among the outputs of the event's record */
  apply(state: CompanyState, event: JournalledEvent, position: number): DepartmentStep {
    const { seq, recordedAt } = event;
    const isSameDay = state.today !== null && dayOf(recordedAt) <= state.today;
    const begun = isSameDay ? undefined : this.advance(state, recordedAt, seq, position);
    const next = withEvent(begun?.state ?? state, event);
    return { state: { ...next, seq, observed: observedOn(next) }, outputs: begun?.outputs ?? NOTHING };
  }

  /** The departments after time passed, by a record of the given number. */
  advance(state: CompanyState, now: number, seq: number, position: number): DepartmentStep {
    const today = dayOf(now);
    if (state.today === null) return { state: { ...state, seq, today }, outputs: [] };
    if (today <= state.today) return { state: { ...state, seq }, outputs: [] };
    return this.judgeAll(this.pruned({ ...state, seq, today }, today), today, now, position);
  }

  /** The next midnight at which something is to be judged, epoch milliseconds; `Infinity` for none. */
  dueAt({ today, departments, open }: CompanyState): number {
    const isIdle = today === null || (departments.size === 0 && open.size === 0);
    return isIdle ? Number.POSITIVE_INFINITY : (today + 1) * DAY_MS;
  }

  private judgeAll(state: CompanyState, today: number, at: number, position: number): DepartmentStep {
    const { rules, step } = this.config;
    const midnight = today * DAY_MS;
    const capacityOf = capacities(state, midnight);
    const outputs: HiringSignal[] = [];
    let { departments } = state;
    for (const name of [...departments.keys()].sort()) {
      const department = departments.get(name) as DepartmentState;
      const judgement = judge(department, capacityOf(name), state.observed, today, rules);
      const status = step(department.status, judgement.evidence, midnight);
      if (status.announcedAt !== department.status.announcedAt) {
        const numbered = { seq: state.seq, position: position + outputs.length, at };
        outputs.push(signalOf(name, status, judgement, today, rules, numbered));
      }
      const isOver = department.days.length === 0 && status.staffing === 'balanced';
      departments = isOver
        ? departments.delete(name)
        : departments.set(name, { ...department, status, directions: directionsOf(judgement) });
    }
    return { state: { ...state, departments }, outputs };
  }

  /** Without what no judgement can need any more. */
  private pruned(state: CompanyState, today: number): CompanyState {
    const { window, trendWindow } = this.config.rules;
    const first = today - 2 * Math.max(window.days, trendWindow.days);
    let { departments } = state;
    const open = state.open.filter(({ at }) => dayOf(at) >= today - trendWindow.days);
    const early = state.early.filter(({ at }) => dayOf(at) >= today - LATE_DAYS);
    for (const [name, department] of departments) {
      const days = department.days.filter(({ day }) => day >= first);
      if (days.length < department.days.length) departments = departments.set(name, { ...department, days });
    }
    const observed = state.observed.filter((day) => day >= first);
    return { ...state, open, early, departments, observed };
  }
}

function directionsOf({ trends }: Judgement): DepartmentState['directions'] {
  const [completionTime, successRate] = trends;
  return {
    completionTime: completionTime?.direction ?? 'insufficient_data',
    successRate: successRate?.direction ?? 'insufficient_data',
  };
}

/** The days on which something was recorded, the present one included. */
function observedOn({ observed, today }: CompanyState): readonly number[] {
  return today === null || observed.at(-1) === today ? observed : [...observed, today];
}

function signalOf(
  department: string,
  status: StaffingStatus,
  judgement: Judgement,
  today: number,
  { window }: HiringRules,
  numbered: { readonly seq: number; readonly position: number; readonly at: number },
): HiringSignal {
  const { agents, openTasks, arrived, finished, criteria, trends } = judgement;
  return frozenData({
    type: status.staffing === 'shortHanded' ? 'hiring.recommended' : 'surplus.noticed',
    ...numbered,
    department,
    since: status.since as number,
    from: (today - window.days) * DAY_MS,
    to: today * DAY_MS,
    agents,
    openTasks,
    arrived,
    finished,
    criteria,
    trends,
    because: sentence(department, judgement),
  });
}
