import type { AgentEntry } from '../runtime/agent-entry.js';
import type { Pair } from '../store/rollups/scopes.js';
import { DAYS, dayOfHour, firstHourOf, HOURLY } from '../store/rollups/slots.js';

/** What a group is told from others by: an agent's number, a name (`undefined` where there is none), or a bucket. */
export type GroupKey = string | number | undefined;

/** An agent that a question is about; number 0 when nobody has heard of it. */
export type Asked = Pick<AgentEntry, 'no' | 'agentId' | 'actor' | 'role'>;

/** Which data points a question is about, and which of them belong together. */
export interface Selection {
  /** Its data points alone. */
  readonly agent?: Asked | undefined;
  readonly department?: string | undefined;
  readonly projectId?: string | undefined;
  /** Epoch milliseconds, both included. */
  readonly from: number;
  readonly to: number;
  readonly groupBy?: 'agent' | 'department' | 'project' | undefined;
  /** Buckets of time as the groups. */
  readonly buckets?: { readonly start: number; readonly ms: number } | undefined;
}

/** Whether a data point of an agent, of a pair of department and project, is asked for. */
export function isSelected(selection: Selection, agentNo: number, pair: Pair): boolean {
  const { agent } = selection;
  return (agent === undefined || agent.no === agentNo) && isSelectedPair(selection, pair);
}

/** Whether data points of a pair of department and project are asked for, whosever they are. */
export function isSelectedPair({ department, projectId }: Selection, pair: Pair): boolean {
  return (
    (department === undefined || pair.department === department) &&
    (projectId === undefined || pair.projectId === projectId)
  );
}

/** The group of a data point. */
export function groupOf({ groupBy, buckets }: Selection, agentNo: number, pair: Pair, at: number): GroupKey {
  if (buckets) return Math.floor((at - buckets.start) / buckets.ms);
  if (groupBy === 'agent') return agentNo;
  if (groupBy === 'department') return pair.department;
  return groupBy === 'project' ? pair.projectId : 0;
}

/** How the range of a selection is covered: by totals of whole days and hours where they fit, else point by point. */
export interface Cover {
  /** Whether the totals of a day are a part of the answer. */
  day(day: number): boolean;
  /** Whether the totals of an hour are, its day's being none. */
  hour(hour: number): boolean;
  /** Whether the data points of an hour have to be looked at. */
  rows(hour: number): boolean;
}

/**
 * @param hasTotals whether there are totals for what is asked
 * @param hasHours whether there are totals by the hour too
 */
export function coverOf(
  { from, to, buckets }: Selection,
  { hasTotals, hasHours }: { hasTotals: boolean; hasHours: boolean },
): Cover {
  const bucketOf = (at: number): number => (buckets ? Math.floor((at - buckets.start) / buckets.ms) : 0);
  const isWhole = (slot: number, ms: number): boolean => {
    const [first, last] = [slot * ms, (slot + 1) * ms - 1];
    return hasTotals && first >= from && last <= to && bucketOf(first) === bucketOf(last);
  };
  const day = (number: number): boolean => isWhole(number, DAYS.ms);
  const hour = (number: number): boolean => hasHours && isWhole(number, HOURLY.ms) && !day(dayOfHour(number));
  const rows = (number: number): boolean =>
    number * HOURLY.ms <= to && (number + 1) * HOURLY.ms > from && !day(dayOfHour(number)) && !hour(number);
  return { day, hour, rows };
}

/** Runs of hours that lie in those of the days, ascending, whose totals are no part of the answer. */
export function* brokenDays(cover: Cover, days: readonly number[]): Generator<{ from: number; to: number }> {
  let run: { from: number; to: number } | undefined;
  for (const day of days) {
    if (cover.day(day)) continue;
    const to = firstHourOf(day + 1) - 1;
    if (run && run.to + 1 === firstHourOf(day)) {
      run.to = to;
      continue;
    }
    if (run) yield run;
    run = { from: firstHourOf(day), to };
  }
  if (run) yield run;
}
