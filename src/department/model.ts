import { frozenData } from '../agent/frozen-data.js';
import { drained } from '../drained.js';
import type { JournalledEvent } from '../events/schema.js';
import { DAY_MS } from '../windows/duration.js';
import { CompanyDraft } from './draft.js';
import { dayOf, isGivenUp, mayDepart, takeIn, withoutTasksOfDeparted } from './intake.js';
import { capacities, type Judgement, judge } from './judgement.js';
import type { HiringRules } from './options.js';
import type { HiringSignal } from './outputs.js';
import { sentence } from './sentence.js';
import {
  type CompanyState,
  type DepartmentState,
  noCompany,
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

/**
 * All departments as pure functions: who works where, what work arrives and what is finished. A day is judged once
 * it is over, by the first record after midnight UTC, so that an event costs a few counts and no judgement.
 */
export class DepartmentModel {
  constructor(private readonly config: DepartmentConfig) {}

  /** Before the first record. */
  start(): CompanyState {
    return noCompany();
  }

  /** @param position the first free one among the outputs of the event's record */
  apply(state: CompanyState, event: JournalledEvent, position: number): DepartmentStep {
    if (this.isLong(state, event)) return drained(this.applying(state, event, position));
    return { state: taken(state, event), outputs: NOTHING };
  }

  /**
   * Whether an event takes longer than others: the first of a day looks at everybody, a departure at all open tasks, and
   * now and then what is known of everybody is packed.
   */
  isLong(state: Pick<CompanyState, 'today' | 'members'>, event: JournalledEvent): boolean {
    return isNewDay(state, event.recordedAt) || mayDepart(event) || state.members.isLoose;
  }

  /** {@link apply} to a draft, for an event that is not {@link isLong}: it says nothing. */
  takeIn(draft: CompanyDraft, event: JournalledEvent): void {
    takeIn(draft, event);
  }

  /** {@link apply} in pieces. */
  *applying(
    state: CompanyState,
    event: JournalledEvent,
    position: number,
  ): Generator<undefined, DepartmentStep> {
    const { seq, recordedAt } = event;
    const begun = isNewDay(state, recordedAt)
      ? yield* this.advancing(state, recordedAt, seq, position)
      : undefined;
    const known = taken(begun?.state ?? state, event);
    const left = mayDepart(event) ? yield* withoutTasksOfDeparted(known, event.agentId) : known;
    const next = left.members.isLoose ? { ...left, members: yield* left.members.packing() } : left;
    return { state: next, outputs: begun?.outputs ?? NOTHING };
  }

  /** The departments after time passed, by a record of the given number. */
  advance(state: CompanyState, now: number, seq: number, position: number): DepartmentStep {
    return drained(this.advancing(state, now, seq, position));
  }

  /** {@link advance} in pieces. */
  *advancing(
    state: CompanyState,
    now: number,
    seq: number,
    position: number,
  ): Generator<undefined, DepartmentStep> {
    const today = dayOf(now);
    if (!isNewDay(state, now)) return { state: { ...state, seq }, outputs: [] };
    if (state.today === null) return { state: { ...state, seq, today }, outputs: [] };
    const pruned = yield* this.pruned({ ...state, seq, today }, today);
    return yield* this.judgeAll(pruned, today, now, position);
  }

  /** The next midnight at which something is to be judged, epoch milliseconds; `Infinity` for none. */
  dueAt({ today, departments, open }: CompanyState): number {
    const isIdle = today === null || (departments.size === 0 && open.size === 0);
    return isIdle ? Number.POSITIVE_INFINITY : (today + 1) * DAY_MS;
  }

  private *judgeAll(
    state: CompanyState,
    today: number,
    at: number,
    position: number,
  ): Generator<undefined, DepartmentStep> {
    const { rules, step } = this.config;
    const midnight = today * DAY_MS;
    const capacityOf = yield* capacities(state, midnight);
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
      yield;
    }
    return { state: { ...state, departments }, outputs };
  }

  /** Without what no judgement can need any more. */
  private *pruned(state: CompanyState, today: number): Generator<undefined, CompanyState> {
    const { window, trendWindow } = this.config.rules;
    const first = today - 2 * Math.max(window.days, trendWindow.days);
    let { departments } = state;
    const open = yield* state.open.filtering(({ at }) => dayOf(at) >= today - trendWindow.days);
    const early = yield* state.early.filtering((endedAt) => !isGivenUp(endedAt, today));
    for (const [name, department] of departments) {
      const days = department.days.filter(({ day }) => day >= first);
      if (days.length < department.days.length) departments = departments.set(name, { ...department, days });
      yield;
    }
    const observed = state.observed.filter((day) => day >= first);
    return { ...state, open, early, departments, observed };
  }
}

/** Whether a record of a moment is the first of its day. */
function isNewDay({ today }: Pick<CompanyState, 'today'>, moment: number): boolean {
  return today === null || dayOf(moment) > today;
}

function directionsOf({ trends }: Judgement): DepartmentState['directions'] {
  const [completionTime, successRate] = trends;
  return {
    completionTime: completionTime?.direction ?? 'insufficient_data',
    successRate: successRate?.direction ?? 'insufficient_data',
  };
}

/** The company after one more event, but for what a departure leaves behind. */
function taken(state: CompanyState, event: JournalledEvent): CompanyState {
  const company = new CompanyDraft(state);
  takeIn(company, event);
  return company.state();
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
