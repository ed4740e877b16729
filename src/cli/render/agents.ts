import type { AgentSummary } from '../../agent/performance.js';
import type { Colors } from '../io.js';
import { ARROW_LEGEND, arrows, windowsOf } from './arrows.js';
import { figure, NO_DATA, percent, score } from './figures.js';
import { type Column, table } from './table.js';
import { counted, grouped, wrapped } from './text.js';
import { moment } from './time.js';

/** One line an agent. */
export function renderAgents(agents: readonly AgentSummary[], total: number, colors: Colors): string {
  const first = agents[0];
  if (first === undefined) return 'No agents.\n';
  const windows = windowsOf(agents);
  const columns: readonly Column[] = [
    { head: 'agent', limit: 28 },
    { head: 'department', limit: 14 },
    { head: 'standing' },
    { head: 'done', align: 'right' },
    { head: 'failed', align: 'right' },
    { head: 'rate', align: 'right' },
    { head: 'score', align: 'right' },
    { head: windows.join(' ') },
  ];
  const rows = agents.map((agent) => [
    agent.agentId,
    agent.department ?? NO_DATA,
    agent.standing,
    grouped(agent.lifetime.tasksCompleted),
    grouped(agent.lifetime.tasksFailed),
    successRate(agent),
    quality(agent),
    spread(arrows(agent.trends, 'quality', windows, colors), windows),
  ]);
  const more = total > agents.length ? `  … and ${grouped(total - agents.length)} more\n` : '';
  const note = `${counted(total, 'agent')} as of ${moment(first.asOf)} UTC. Rate of success: of all finished tasks. Score: quality over ${first.overallQualityScore.window}, * when set by a person. Arrows: its trends.`;
  return `${table(columns, rows, colors)}\n${more}\n${wrapped(note)}\n${colors.dim(ARROW_LEGEND)}\n`;
}

function successRate({ lifetime: { tasksCompleted, tasksFailed } }: AgentSummary): string {
  const finished = tasksCompleted + tasksFailed;
  return finished === 0 ? NO_DATA : percent(tasksCompleted / finished);
}

/** A star marks a score that a person has set. */
function quality({ overallQualityScore: overall }: AgentSummary): string {
  return `${figure(overall, score)}${overall.overridden ? '*' : ''}`;
}

/** Puts each arrow under the label of its window. */
export function spread(marks: string, windows: readonly string[]): string {
  return marks
    .split(' ')
    .map((mark, i) => mark + ' '.repeat(Math.max(0, (windows[i]?.length ?? 1) - 1)))
    .join(' ')
    .trimEnd();
}
