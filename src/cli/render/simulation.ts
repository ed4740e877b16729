import { resolve } from 'node:path';
import type { TrendChanged } from '../../agent/outputs.js';
import type { AgentSummary } from '../../agent/performance.js';
import {
  type AgentVerdict,
  type Company,
  type Course,
  type LossCounts,
  type PeopleCounts,
  type ProposalCounts,
  STANDSTILL,
  type Verdict,
} from '../../simulation/index.js';
import type { IngestSummary } from '../../tracker.js';
import type { DeadLetters } from '../dead-letters.js';
import type { Colors } from '../io.js';
import { DEFAULT_DATABASE } from '../options.js';
import { spread } from './agents.js';
import { ARROW_LEGEND, arrows, windowsOf } from './arrows.js';
import { renderDeadLetters } from './dead-letters.js';
import { figure, score } from './figures.js';
import { sparkline } from './sparkline.js';
import { type Column, table } from './table.js';
import { counted, grouped, wrapped } from './text.js';
import { date, seconds } from './time.js';
import { transitionTable } from './transitions.js';

/** An agent as it was, as it was seen, and its figures. */
export type SimulatedAgentReport = AgentVerdict & {
  readonly summary: AgentSummary;
  readonly weeks: readonly (number | null)[];
};

export interface SimulationReport {
  readonly db: string;
  readonly company: Company;
  readonly summary: IngestSummary;
  readonly people: PeopleCounts;
  /** Wall time. */
  readonly ms: number;
  /** First day that this run added, counted from 0. */
  readonly firstDay: number;
  readonly verdict: Verdict;
  /** As many as are to be shown, those that changed first. */
  readonly agents: readonly SimulatedAgentReport[];
  /** The latest turns of quality in the longer windows. */
  readonly turns: readonly TrendChanged[];
  readonly deadLetters: DeadLetters;
}

export function renderSimulation(report: SimulationReport, invocation: string, colors: Colors): string {
  return [
    renderHeading(report, colors),
    renderAgents(report.agents, report.verdict.agents.length, colors),
    renderTurns(report.turns, colors),
    renderVerdict(report, colors),
    ...renderDeadLetters(report.deadLetters, colors),
    renderNext(report, invocation, colors),
  ].join('\n');
}

function renderHeading(
  { company, summary, ms, firstDay, verdict }: SimulationReport,
  colors: Colors,
): string {
  const { seed, departments } = company.options;
  const from = date(company.midnight(firstDay));
  const to = date(company.midnight(verdict.lastDay));
  const who = `${counted(company.agents.length, 'agent')} in ${counted(departments, 'department')}`;
  return `${colors.bold(`${who}, days ${firstDay + 1} to ${verdict.lastDay + 1}`)} (${from} to ${to}, seed ${seed})
${counted(summary.accepted, 'event')} recorded in ${seconds(ms)}
`;
}

function renderAgents(agents: readonly SimulatedAgentReport[], total: number, colors: Colors): string {
  const windows = windowsOf(agents.map(({ summary }) => summary));
  const longest = agents[0]?.summary.overallQualityScore.window ?? '';
  const columns: readonly Column[] = [
    { head: 'agent', limit: 12 },
    { head: 'department', limit: 11 },
    { head: 'in truth', limit: 20 },
    { head: 'quality by week', align: 'right' },
    { head: longest, align: 'right' },
    { head: windows.join(' ') },
    { head: 'noticed', align: 'right' },
  ];
  const rows = agents.map((agent) => [
    agent.agentId,
    agent.department,
    truth(agent),
    sparkline(agent.weeks),
    figure(agent.summary.overallQualityScore, score),
    spread(arrows(agent.summary.trends, 'quality', windows, colors), windows),
    noticed(agent),
  ]);
  const rest = total - agents.length;
  const more = rest > 0 ? `\n  … and ${counted(rest, 'more agent')}` : '';
  return `${table(columns, rows, colors)}${more}\n\n${colors.dim(ARROW_LEGEND)}\n`;
}

/** `fades 7.8→4.1`: the latest change since it came, else where the skill is. */
function truth({ changes, courses, skill }: AgentVerdict): string {
  const last: Course | undefined = changes.at(-1)?.course ?? courses.at(-1);
  if (last === undefined) return `at ${score(skill)}`;
  if (last.kind === 'stays') return `stays at ${score(last.from)}`;
  if (last.kind === 'unfit') return `unfit, ${score(last.from)}`;
  return `${last.kind} ${score(last.from)}→${score(last.to)}`;
}

/** Of the latest change; nothing for an agent that stays as it is. */
function noticed({ changes }: AgentVerdict): string {
  const last = changes.at(-1);
  if (last === undefined) return '';
  if (last.noticedAfter === null) return last.isOpen ? 'not yet' : 'no';
  return `in ${Math.max(1, Math.round(last.noticedAfter))} d`;
}

function renderTurns(turns: readonly TrendChanged[], colors: Colors): string {
  if (turns.length === 0) return `${colors.bold('Latest turns of quality')}\n  None.\n`;
  return `${colors.bold('Latest turns of quality')}\n${transitionTable(turns, colors)}\n`;
}

/** `12 right (3 late), 1 wrong`. */
function rightAndWrong({ right, late, wrong }: ProposalCounts): string {
  if (right + wrong === 0) return 'none';
  const inTime = late === 0 ? '' : ` (${grouped(late)} late)`;
  return `${grouped(right)} right${inTime}, ${grouped(wrong)} wrong`;
}

function proposalLines(verdict: Verdict, people: PeopleCounts): string[] {
  const { promotions, demotions, terminations, fades, losses, constantlyGood, difficult } = verdict;
  const { approved, rejected, deferred, hired, transferred } = people;
  const open = fades.open === 0 ? '' : `, and ${fades.open} may be noticed yet`;
  return [
    `Promotions: ${rightAndWrong(promotions)}. Demotions: ${rightAndWrong(demotions)}. Dismissals: ${rightAndWrong(terminations)}.`,
    `${fades.noticed} of ${counted(fades.all, 'loss', 'losses')} of three points of skill or more ${wasOrWere(fades.noticed)} noticed${open}.`,
    ...lossLines(losses),
    `Proposed for dismissal: ${constantlyGood.proposedForDismissal} of ${counted(constantlyGood.all, 'agent')} whose skill was good all the time, ${difficult.proposedForDismissal} of ${difficult.all} of good skill but bad to work with.`,
    `The people who run it approved ${approved}, rejected ${rejected} and deferred ${deferred} recommendations, hired ${hired} and transferred ${transferred}.`,
  ];
}

/** Whom the company would have been better off without, and what Tenure said of it. */
function lossLines({ all, proposed, open, medianDaysToPropose: median }: LossCounts): string[] {
  if (all === 0) return [];
  const times = `${counted(all, 'time', 'times')} somebody was a loss to the company, spoiling more than it got done`;
  const half = median === null ? '' : `, half of those within ${Math.round(median)} days of its beginning`;
  const missed = all - proposed - open;
  const rest = open === 0 ? '' : `, ${open} may be proposed yet`;
  return [
    `${times}: the dismissal was proposed ${counted(proposed, 'time', 'times')}${half}, ${missed} ${wasOrWere(missed)} missed${rest}.`,
  ];
}

function wasOrWere(count: number): string {
  return count === 1 ? 'was' : 'were';
}

function renderVerdict({ verdict, people }: SimulationReport, colors: Colors): string {
  const {
    changes,
    noticed,
    medianDaysToNotice: median,
    alarms,
    falseAlarms,
    falseAlarmsPerAgentYear,
  } = verdict;
  const half = median === null ? '' : `, half of those within ${Math.round(median)} days of its beginning`;
  const said = `${grouped(alarms)} times it said that somebody's quality improves or declines`;
  const wrong = `${grouped(falseAlarms)} of them while the skill had moved less than ${STANDSTILL} that way in the window`;
  const lines = [
    `Tenure noticed ${noticed} of ${counted(changes, 'change')} of skill${half}.`,
    `${said}, ${wrong}: ${falseAlarmsPerAgentYear.toFixed(1)} false alarms a year and agent, all windows together.`,
    ...proposalLines(verdict, people),
  ];
  return `${colors.bold('What was said, and what was true')}\n${lines.map((line) => `  ${wrapped(line, 98)}`).join('\n')}\n`;
}

function renderNext({ db, agents }: SimulationReport, invocation: string, colors: Colors): string {
  const where = db === DEFAULT_DATABASE ? '' : ` --db ${/^[\w./@-]+$/.test(db) ? db : JSON.stringify(db)}`;
  const agent = agents.find(({ changes }) => changes.length > 0)?.agentId ?? agents[0]?.agentId;
  const commands = [
    `report${where}`,
    `report${where} --agent ${agent}`,
    `transitions${where}`,
    `simulate${where}`,
  ];
  const lines = commands.map((command) => `  ${invocation} ${command}`);
  return `${colors.bold('Database')}: ${resolve(db)}\n${colors.bold('Next')}\n${lines.join('\n')}\n`;
}
