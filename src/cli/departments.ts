import type { AgentSummary } from '../agent/performance.js';
import type { SeriesBucket } from '../query/types.js';
import type { Tracker } from '../tracker.js';
import type { TrendResult } from '../trends/types.js';
import type { Mover } from './movers.js';

/** One department, from the summaries of its agents and the series of its events. */
export interface DepartmentSummary {
  /** `null`: the agents that belong to none. */
  readonly department: string | null;
  readonly agents: number;
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  /** Mean over its tasks of the last 13 weeks; `null` under five. */
  readonly quality: number | null;
  readonly improving: number;
  readonly declining: number;
  /** Mean quality week by week, oldest first; `null` where nothing was finished. */
  readonly weeks: readonly (number | null)[];
  /** Over those weeks; `null` for those without a department. */
  readonly trend: TrendResult | null;
}

/** Weeks that fit beside the figures: half a year. */
export const WEEKS_SHOWN = 26;

const QUALITY_WEEKS = 13;
const LEAST_TASKS = 5;

/** The departments, largest first. */
export async function summariseDepartments(
  tracker: Tracker,
  agents: readonly AgentSummary[],
  movers: readonly Mover[],
): Promise<DepartmentSummary[]> {
  const members = new Map<string | null, AgentSummary[]>();
  for (const agent of agents) {
    const department = agent.department ?? null;
    const team = members.get(department);
    if (team) team.push(agent);
    else members.set(department, [agent]);
  }
  const result: DepartmentSummary[] = [];
  for (const [department, team] of members) {
    const series =
      department === null ? null : await tracker.series({ department, metric: 'quality', every: '7d' });
    const moving = movers.filter(({ performance }) => (performance.department ?? null) === department);
    result.push({
      department,
      agents: team.length,
      tasksCompleted: sum(team, ({ lifetime }) => lifetime.tasksCompleted),
      tasksFailed: sum(team, ({ lifetime }) => lifetime.tasksFailed),
      quality: recentQuality(series?.buckets ?? []),
      improving: moving.filter(({ lead }) => lead.direction === 'improving').length,
      declining: moving.filter(({ lead }) => lead.direction === 'declining').length,
      weeks: series?.buckets.slice(-WEEKS_SHOWN).map(({ value }) => value) ?? [],
      trend: series?.trend ?? null,
    });
  }
  return result.sort((a, b) => b.agents - a.agents);
}

/** Mean quality of one agent week by week, oldest first. */
export async function weeklyQuality(tracker: Tracker, agentId: string): Promise<(number | null)[]> {
  const { buckets } = await tracker.series({ agentId, metric: 'quality', every: '7d' });
  return buckets.slice(-WEEKS_SHOWN).map(({ value }) => value);
}

/** Over all tasks of the last weeks, those of agents that are not judged yet included. */
function recentQuality(buckets: readonly SeriesBucket[]): number | null {
  let points = 0;
  let tasks = 0;
  for (const { value, count } of buckets.slice(-QUALITY_WEEKS)) {
    if (value === null) continue;
    points += value * count;
    tasks += count;
  }
  return tasks < LEAST_TASKS ? null : points / tasks;
}

function sum(team: readonly AgentSummary[], of: (agent: AgentSummary) => number): number {
  return team.reduce((total, agent) => total + of(agent), 0);
}
