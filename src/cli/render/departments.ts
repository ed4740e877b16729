import type { DepartmentSummary } from '../departments.js';
import type { Colors } from '../io.js';
import { arrow } from './arrows.js';
import { NO_DATA, percent, score } from './figures.js';
import { sparkline } from './sparkline.js';
import { type Column, table } from './table.js';
import { grouped } from './text.js';

const COLUMNS: readonly Column[] = [
  { head: 'department', limit: 16 },
  { head: 'agents', align: 'right' },
  { head: 'done', align: 'right' },
  { head: 'failed', align: 'right' },
  { head: 'success', align: 'right' },
  { head: 'quality', align: 'right' },
  { head: '↗', align: 'right' },
  { head: '↘', align: 'right' },
  { head: 'quality by week', align: 'right' },
  { head: '' },
];

/** One line a department: its work, its quality, and how many of its agents go which way. */
export function renderDepartments(departments: readonly DepartmentSummary[], colors: Colors): string {
  const rows = departments.map((one) => [
    one.department ?? '(none)',
    grouped(one.agents),
    grouped(one.tasksCompleted),
    grouped(one.tasksFailed),
    successRate(one),
    one.quality === null ? NO_DATA : score(one.quality),
    grouped(one.improving),
    grouped(one.declining),
    sparkline(one.weeks),
    one.trend === null ? '' : arrow(one.trend.direction, colors),
  ]);
  return `${colors.bold('Departments')}\n${table(COLUMNS, rows, colors)}\n`;
}

function successRate({ tasksCompleted, tasksFailed }: DepartmentSummary): string {
  const finished = tasksCompleted + tasksFailed;
  return finished === 0 ? NO_DATA : percent(tasksCompleted / finished);
}
