import type { QueryGroup, QueryMetric, QueryResult } from '../../query/types.js';
import type { Measured } from '../../windows/types.js';
import type { Colors } from '../io.js';
import { type Format, figure, money, NO_DATA, percent, score, time, whole } from './figures.js';
import { type Column, table } from './table.js';
import { counted, wrapped } from './text.js';
import { rangeOf } from './time.js';

const SHOWN: Readonly<Record<QueryMetric, { readonly head: string; readonly format: Format }>> = {
  tasksCompleted: { head: 'done', format: whole },
  tasksFailed: { head: 'failed', format: whole },
  successRate: { head: 'rate', format: percent },
  avgQualityScore: { head: 'quality', format: score },
  avgCostPerTask: { head: 'cost', format: money },
  totalCost: { head: 'total cost', format: money },
  avgTokensPerTask: { head: 'tokens', format: whole },
  avgToolCallsPerTask: { head: 'calls', format: score },
  avgCompletionTimeMs: { head: 'time', format: time },
  collaborationScore: { head: 'collab.', format: score },
};

/** One line a group. */
export function renderQuery(
  { from, to, groups }: QueryResult,
  groupBy: 'agent' | 'department' | 'project' | undefined,
  metrics: readonly QueryMetric[],
  colors: Colors,
): string {
  const range = rangeOf(from, to);
  if (groups.length === 0) return `Nothing ${range}.\n`;
  const columns: Column[] = metrics.map((metric) => ({ head: SHOWN[metric].head, align: 'right' }));
  const rows = groups.map((group) => metrics.map((metric) => shown(group, metric)));
  if (groupBy) {
    columns.unshift({ head: groupBy, limit: 20 });
    for (const [i, row] of rows.entries()) row.unshift(nameOf(groups[i] as QueryGroup) ?? NO_DATA);
  }
  const what = groupBy ? counted(groups.length, groupBy) : 'All together';
  const note = `${what}, ${range}. Cost, tokens, calls and time: averages over the tasks that have them. ${NO_DATA}: too little data.`;
  return `${table(columns, rows, colors)}\n\n${wrapped(note)}\n`;
}

function nameOf({ agentId, department, projectId }: QueryGroup): string | undefined {
  return agentId ?? department ?? projectId;
}

function shown(group: QueryGroup, metric: QueryMetric): string {
  const value: number | Measured = group[metric];
  const { format } = SHOWN[metric];
  return typeof value === 'number' ? format(value) : figure(value, format);
}
