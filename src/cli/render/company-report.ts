import type { AgentSummary } from '../../agent/performance.js';
import type { HiringSignal } from '../../department/outputs.js';
import { TREND_DIRECTIONS, TREND_METRICS, type TrendDirection } from '../../trends/types.js';
import type { DeadLetters } from '../dead-letters.js';
import type { DepartmentSummary } from '../departments.js';
import type { Colors } from '../io.js';
import { bySureness, type Mover } from '../movers.js';
import type { Survey } from '../survey.js';
import { spread } from './agents.js';
import { ARROW_LEGEND, arrow, arrows, windowsOf } from './arrows.js';
import { renderCompanyCoverage } from './coverage.js';
import { renderDeadLetters } from './dead-letters.js';
import { renderDepartments } from './departments.js';
import { metricName } from './evidence.js';
import { figure, NO_DATA, percent, score } from './figures.js';
import { renderHiring } from './hiring.js';
import { renderMovers } from './movers.js';
import { sparkline } from './sparkline.js';
import { type Column, table } from './table.js';
import { counted, grouped, wrapped } from './text.js';
import { moment } from './time.js';

export interface CompanyReport {
  readonly survey: Survey;
  readonly departments: readonly DepartmentSummary[];
  /** The latest word on each department that was short of hands or idle, the latest last. */
  readonly hiring: readonly HiringSignal[];
  /** Those whose quality changed, the surest first, with their weekly quality. */
  readonly changed: readonly (Mover & { readonly weeks: readonly (number | null)[] })[];
  readonly deadLetters: DeadLetters;
}

const OTHERS_SHOWN = 5;

/** For machines. */
export function companyJson({ survey, departments, hiring, changed, deadLetters }: CompanyReport): object {
  const { asOf, agents, coverage } = survey;
  return {
    asOf,
    agents: agents.length,
    standings: countBy(agents, ({ standing }) => standing),
    trends: trendCounts(agents),
    departments,
    hiring,
    changed: changed.map(({ performance, weeks }) => ({ performance, weeks })),
    coverage,
    deadLetters,
  };
}

/** For people. */
export function renderCompany(
  { survey, departments, hiring, changed, deadLetters }: CompanyReport,
  colors: Colors,
): string {
  const { asOf, agents, movers } = survey;
  if (asOf === null) return 'Nothing is recorded yet.\n';
  return [
    heading(agents, asOf, colors),
    renderDepartments(departments, colors),
    ...renderHiring(hiring, colors),
    renderTrendCounts(agents, colors),
    renderChanged(changed, movers.filter(isOfQuality).length, colors),
    renderMovers(
      'Changed otherwise',
      movers.filter((mover) => !isOfQuality(mover)).sort(bySureness),
      OTHERS_SHOWN,
      colors,
    ),
    renderCompanyCoverage(survey, colors),
    ...renderDeadLetters(deadLetters, colors),
  ].join('\n');
}

function heading(agents: readonly AgentSummary[], asOf: number, colors: Colors): string {
  const standings = Object.entries(countBy(agents, ({ standing }) => standing));
  const list = standings.map(([standing, count]) => `${grouped(count)} ${standing}`).join(', ');
  return `${colors.bold(counted(agents.length, 'agent'))} as of ${moment(asOf)} UTC\nStandings: ${list}\n`;
}

interface TrendCount {
  readonly metric: string;
  readonly window: string;
  readonly counts: Readonly<Record<TrendDirection, number>>;
}

function trendCounts(agents: readonly AgentSummary[]): TrendCount[] {
  const counts = new Map<string, TrendCount & { counts: Record<TrendDirection, number> }>();
  for (const { metric, window, direction } of agents.flatMap(({ trends }) => trends)) {
    const key = `${metric}/${window}`;
    const known = counts.get(key) ?? {
      metric,
      window,
      counts: { improving: 0, stable: 0, declining: 0, insufficient_data: 0 },
    };
    known.counts[direction]++;
    counts.set(key, known);
  }
  return [...counts.values()];
}

/** How many agents go which way, by metric and window; a metric that nobody has data of is left out. */
function renderTrendCounts(agents: readonly AgentSummary[], colors: Colors): string {
  const windows = windowsOf(agents);
  const counts = trendCounts(agents);
  const rows = TREND_METRICS.map((metric) => counts.filter((count) => count.metric === metric))
    .filter((row) => row.some(({ counts: { insufficient_data } }) => insufficient_data < agents.length))
    .map((row) => [metricName(row[0]?.metric ?? ''), ...windows.flatMap((window) => cells(row, window))]);
  const columns: Column[] = [{ head: 'trends, agents' }];
  for (const window of windows) {
    TREND_DIRECTIONS.forEach((direction, i) => {
      columns.push({ head: `${i === 0 ? `${window} ` : ''}${arrow(direction, colors)}`, align: 'right' });
    });
  }
  return `${colors.bold('Trends')}   ${colors.dim(ARROW_LEGEND)}\n${table(columns, rows, colors)}\n`;
}

function cells(row: readonly TrendCount[], window: string): string[] {
  const counts = row.find((count) => count.window === window)?.counts;
  return TREND_DIRECTIONS.map((direction) => (counts === undefined ? NO_DATA : String(counts[direction])));
}

function renderChanged(changed: CompanyReport['changed'], total: number, colors: Colors): string {
  if (changed.length === 0) return `${colors.bold('Changed most')}\n  Nobody’s quality goes anywhere.\n`;
  const windows = changed[0]?.performance.windows.map(({ window }) => window) ?? [];
  const columns: readonly Column[] = [
    { head: 'agent', limit: 30 },
    { head: 'quality by week', align: 'right' },
    { head: windows.join(' ') },
    { head: 'quality', align: 'right' },
    { head: 'success', align: 'right' },
    { head: 'reviews', align: 'right' },
  ];
  const rows = changed.map(({ performance, weeks }) => {
    const longest = performance.windows.at(-1);
    return [
      performance.agentId,
      sparkline(weeks),
      spread(arrows(performance.trends, 'quality', windows, colors), windows),
      figure(longest?.avgQualityScore, score),
      figure(longest?.successRate, percent),
      grouped(reviewsOf(performance.coverage.quality)),
    ];
  });
  const note = `Quality and success over ${windows.at(-1)}, reviews of the last 30 days; ${grouped(changed.length)} of ${counted(total, 'agent')} whose quality changes.`;
  return `${colors.bold('Changed most')}\n${table(columns, rows, colors)}\n${colors.dim(wrapped(note))}\n`;
}

function isOfQuality({ lead }: Mover): boolean {
  return lead.metric === 'quality';
}

function reviewsOf(quality: Mover['performance']['coverage']['quality']): number {
  return quality.codeReview.count + quality.evaluation.count + quality.peer.count;
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
