import type { TrendChanged } from '../../agent/outputs.js';
import type { AgentPerformance, OverallScore, WindowMetrics } from '../../agent/performance.js';
import { TREND_METRICS, type TrendResult } from '../../trends/types.js';
import type { CareerRecord } from '../career.js';
import type { DeadLetters } from '../dead-letters.js';
import type { Colors } from '../io.js';
import { arrow } from './arrows.js';
import { renderProposals, renderStanding } from './career.js';
import { renderCompanyCoverage } from './coverage.js';
import { renderDeadLetters } from './dead-letters.js';
import { evidence, metricName } from './evidence.js';
import { type Format, figureWithCount, money, NO_DATA, percent, score, time, whole } from './figures.js';
import { sparkline } from './sparkline.js';
import { table } from './table.js';
import { counted, grouped, printable, wrapped } from './text.js';
import { date, moment } from './time.js';
import { transitionTable } from './transitions.js';

export interface AgentReport {
  readonly performance: AgentPerformance;
  readonly career: CareerRecord;
  /** Mean quality week by week, oldest first. */
  readonly weeks: readonly (number | null)[];
  /** Latest turns of its trends, oldest first. */
  readonly turns: readonly TrendChanged[];
  readonly deadLetters: DeadLetters;
}

type MeasuredMetric = Exclude<
  keyof WindowMetrics,
  'window' | 'from' | 'to' | 'tasksCompleted' | 'tasksFailed'
>;

const MEASURED: readonly (readonly [MeasuredMetric, string, Format])[] = [
  ['successRate', 'success rate', percent],
  ['avgQualityScore', 'quality', score],
  ['collaborationScore', 'collaboration', score],
  ['avgCostPerTask', 'cost a task', money],
  ['avgTokensPerTask', 'tokens a task', whole],
  ['avgToolCallsPerTask', 'tool calls a task', whole],
  ['avgCompletionTimeMs', 'completion time', time],
];

/** Everything that is known of one agent. */
export function renderAgentReport(
  { performance, career, weeks, turns, deadLetters }: AgentReport,
  colors: Colors,
): string {
  return [
    renderHeading({ performance, career, weeks }, colors),
    renderWindows(performance, colors),
    renderTrends(performance, colors),
    renderTurns(turns, colors),
    renderProposals(career, colors),
    renderCompanyCoverage(performance, colors),
    ...renderDeadLetters(deadLetters, colors),
  ].join('\n');
}

function renderHeading(
  { performance: agent, career, weeks }: Pick<AgentReport, 'performance' | 'career' | 'weeks'>,
  colors: Colors,
): string {
  const { agentId, name, role, department, level, standing, lifetime, asOf } = agent;
  const about = [name, role, level, department].filter((part) => part !== undefined).map(printable);
  const since = lifetime.firstEventAt === null ? '' : ` since ${date(lifetime.firstEventAt)}`;
  const work = `${grouped(lifetime.tasksCompleted)} completed, ${grouped(lifetime.tasksFailed)} failed${since}`;
  const lines = [
    `${colors.bold(printable(agentId))}${about.length === 0 ? '' : `: ${about.join(', ')}`}`,
    `Standing ${standing} as of ${moment(asOf)} UTC`,
    ...renderStanding(career, agent),
    `Tasks: ${work}`,
    ...overall('Quality', agent.overallQualityScore),
    ...overall('Collaboration', agent.overallCollaborationScore),
  ];
  if (weeks.some((week) => week !== null)) lines.push(`Quality by week: ${sparkline(weeks)}`);
  return `${lines.map((line) => wrapped(line)).join('\n')}\n`;
}

function overall(name: string, given: OverallScore): string[] {
  const { window, override } = given;
  const lines = [`${name}: ${figureWithCount(given, score)} over ${window}`];
  if (override) {
    const until = override.expiresAt === undefined ? '' : ` until ${date(override.expiresAt)}`;
    lines.push(`  set by ${printable(override.by)}${until}: ${printable(override.reason)}`);
  }
  return lines;
}

/** Every figure with what it rests on, a column a window. */
function renderWindows({ windows }: AgentPerformance, colors: Colors): string {
  const columns = [
    { head: 'figure (count)' },
    ...windows.map(({ window }) => ({ head: window, align: 'right' as const })),
  ];
  const rows = [
    ['completed', ...windows.map(({ tasksCompleted }) => grouped(tasksCompleted))],
    ['failed', ...windows.map(({ tasksFailed }) => grouped(tasksFailed))],
    ...MEASURED.map(([metric, name, format]) => [
      name,
      ...windows.map((window) => figureWithCount(window[metric], format)),
    ]),
  ];
  return `${colors.bold('Windows')}\n${table(columns, rows, colors)}\n`;
}

/** A sentence a trend that is known, and the names of the others. */
function renderTrends({ trends }: AgentPerformance, colors: Colors): string {
  const known = trends.filter(({ direction }) => direction !== 'insufficient_data');
  const lines = known.map((trend) => {
    const [first, ...others] = wrapped(evidence(trend), 96).split('\n');
    return [`  ${arrow(trend.direction, colors)} ${first}`, ...others.map((line) => `    ${line}`)].join(
      '\n',
    );
  });
  const unknown = tooLittle(trends);
  if (unknown !== '')
    lines.push(colors.dim(wrapped(`  ${NO_DATA} too little data: ${unknown}`, 100, '    ')));
  return `${colors.bold('Trends')}\n${lines.join('\n')}\n`;
}

/** `cost a task (none), quality in 7d (2 points)` */
function tooLittle(trends: readonly TrendResult[]): string {
  const parts = TREND_METRICS.flatMap((metric) => {
    const unknown = trends.filter(
      (trend) => trend.metric === metric && trend.direction === 'insufficient_data',
    );
    if (unknown.length > 0 && unknown.every(({ dataPointCount }) => dataPointCount === 0)) {
      const isAll = unknown.length === trends.filter((trend) => trend.metric === metric).length;
      return [
        isAll
          ? `${metricName(metric)} (none)`
          : `${metricName(metric)} in ${unknown.map(({ window }) => window).join(', ')} (none)`,
      ];
    }
    return unknown.map(
      ({ window, dataPointCount }) =>
        `${metricName(metric)} in ${window} (${counted(dataPointCount, 'point')})`,
    );
  });
  return parts.join(', ');
}

function renderTurns(turns: readonly TrendChanged[], colors: Colors): string {
  if (turns.length === 0) return `${colors.bold('Latest turns')}\n  None.\n`;
  return `${colors.bold('Latest turns')}\n${transitionTable(turns, colors)}\n`;
}
