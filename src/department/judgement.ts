import { departmentOf, isDeparted } from '../agent/profile.js';
import { checkedTrend } from '../trends/checked.js';
import type { TrendDirection, TrendPoint, TrendResult } from '../trends/types.js';
import { DAY_MS } from '../windows/duration.js';
import { type DayRow, daysBetween } from './day-row.js';
import type { HiringRules } from './options.js';
import type { HiringCriterion } from './outputs.js';
import {
  type CompanyState,
  DAILY_TRENDS,
  type DailyTrend,
  type DepartmentState,
  type StaffingEvidence,
} from './state.js';

/** How many work in a department, and what lies there unfinished. */
export interface Capacity {
  readonly agents: number;
  readonly openTasks: number;
  /** Sum of the open tasks' ages at the end of the day, milliseconds. */
  readonly waitedMs: number;
}

/** What the days up to one midnight say of a department. */
export interface Judgement extends Capacity {
  readonly evidence: StaffingEvidence;
  readonly arrived: number;
  readonly finished: number;
  readonly criteria: readonly HiringCriterion[];
  readonly trends: readonly TrendResult[];
}

/** Nothing is known of a department in which nobody works. */
const NOBODY: Capacity = { agents: 0, openTasks: 0, waitedMs: 0 };

/** Who works where and what waits there, as of a moment; one look at everybody for all departments, in pieces. */
export function* capacities(
  state: CompanyState,
  at: number,
): Generator<undefined, (department: string) => Capacity> {
  const found = new Map<string, { agents: number; openTasks: number; waitedMs: number }>();
  const of = (department: string) => {
    let known = found.get(department);
    if (!known) {
      known = { ...NOBODY };
      found.set(department, known);
    }
    return known;
  };
  for (const member of state.members.values()) {
    const department = departmentOf(member);
    if (department !== undefined && !isDeparted(member)) of(department).agents++;
    yield;
  }
  for (const task of state.open.values()) {
    const capacity = of(task.department);
    capacity.openTasks++;
    capacity.waitedMs += Math.max(0, at - task.at);
    yield;
  }
  return (department) => found.get(department) ?? NOBODY;
}

/** Judges a department by the whole days before `today`, in days since 1970. */
export function judge(
  department: DepartmentState,
  capacity: Capacity,
  observed: readonly number[],
  today: number,
  rules: HiringRules,
): Judgement {
  const { window, minEvidence, minCriteriaMet } = rules;
  const from = today - window.days;
  const rows = daysBetween(department.days, from, today);
  const arrived = sum(rows, (row) => row.arrived);
  const finished = sum(rows, (row) => row.finished);
  const observedDays = observed.filter((day) => day >= from && day < today).length;
  const load = loadCriteria(capacity, arrived, finished, rules);
  const isUnderLoad = load.some(({ met }) => met);
  // Where no work piles up, nobody is hired however the results fall: there is no need to look.
  const trends = isUnderLoad
    ? DAILY_TRENDS.map((metric) => dailyTrend(department, metric, today, rules))
    : [];
  const signs = [...load, ...trends.map(trendCriterion)];
  const isShort = isUnderLoad && arrived >= minEvidence && count(signs) >= minCriteriaMet;

  const rate = idleCriterion(capacity, arrived, observedDays, rules);
  const isIdle = rate.met && !isUnderLoad && wasSeenFrom(department, from);
  const evidence = capacity.agents === 0 ? 'balanced' : isShort ? 'short' : isIdle ? 'idle' : 'balanced';
  return { ...capacity, evidence, arrived, finished, criteria: [...signs, rate], trends };
}

/** More comes in than goes out; what came in waits. */
function loadCriteria(
  { openTasks, waitedMs }: Capacity,
  arrived: number,
  finished: number,
  { window, arrivalRatio, timeInQueueMs }: HiringRules,
): HiringCriterion[] {
  const ratio = arrived === 0 ? null : arrived / Math.max(1, finished);
  const waiting = openTasks === 0 ? 0 : waitedMs / openTasks;
  return [
    {
      name: 'arrivalRatio',
      met: ratio !== null && ratio >= arrivalRatio,
      value: ratio,
      threshold: arrivalRatio,
      window: window.label,
    },
    {
      name: 'timeInQueue',
      met: waiting >= timeInQueueMs,
      value: waiting,
      threshold: timeInQueueMs,
      window: window.label,
    },
  ];
}

/** Days on which nothing was recorded at all say nothing: the host was down. */
function idleCriterion(
  { agents }: Capacity,
  arrived: number,
  observedDays: number,
  { window, idleTasksPerAgentDay: threshold }: HiringRules,
): HiringCriterion {
  const isKnown = agents > 1 && observedDays * 2 >= window.days;
  const value = isKnown ? arrived / (agents * observedDays) : null;
  const met = value !== null && value <= threshold;
  return { name: 'tasksPerAgentDay', met, value, threshold, window: window.label };
}

/** Whether work was seen there before the window: a department that has just begun is not idle yet. */
function wasSeenFrom({ days }: DepartmentState, from: number): boolean {
  return days.some(({ day, arrived }) => day < from && arrived > 0);
}

function trendCriterion({ metric, direction, slope, threshold, window }: TrendResult): HiringCriterion {
  return {
    name: metric as DailyTrend,
    met: direction === 'declining',
    value: direction === 'insufficient_data' ? null : slope,
    threshold,
    window,
  };
}

function dailyTrend(
  { days, directions }: DepartmentState,
  metric: DailyTrend,
  today: number,
  { trend, trendWindow }: HiringRules,
): TrendResult {
  const rows = daysBetween(days, today - trendWindow.days, today);
  const points = metric === 'completionTime' ? completionTimes(rows) : successRates(rows);
  const input = { metric, window: trendWindow.label, points, previous: directions[metric] };
  try {
    return checkedTrend(trend.detect(input), input, trend.name);
  } catch {
    // A strategy that fails has nothing to say.
    return unknownTrend(metric, trendWindow.label, points.length);
  }
}

/** Geometric mean of each day, at its noon, in milliseconds. */
function completionTimes(rows: readonly DayRow[]): TrendPoint[] {
  return rows
    .filter(({ timed }) => timed > 0)
    .map(({ day, timed, logTime }) => ({ at: noon(day), value: Math.exp(logTime / timed) }));
}

/** Share of each day's attempts that succeeded, at its noon. */
function successRates(rows: readonly DayRow[]): TrendPoint[] {
  return rows
    .filter(({ succeeded, failed }) => succeeded + failed > 0)
    .map(({ day, succeeded, failed }) => ({ at: noon(day), value: succeeded / (succeeded + failed) }));
}

function unknownTrend(metric: string, window: string, dataPointCount: number): TrendResult {
  const direction: TrendDirection = 'insufficient_data';
  return {
    metric,
    window,
    direction,
    slope: 0,
    slopeInterval: null,
    pValue: 1,
    adjustedPValue: 1,
    threshold: 0,
    dataPointCount,
    since: null,
    evaluatedAt: null,
  };
}

function noon(day: number): number {
  return (day + 0.5) * DAY_MS;
}

function count(criteria: readonly HiringCriterion[]): number {
  return criteria.filter(({ met }) => met).length;
}

function sum(rows: readonly DayRow[], of: (row: DayRow) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
