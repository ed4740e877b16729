import { resolve } from 'node:path';
import type { DeadLetters } from '../dead-letters.js';
import type { DepartmentSummary } from '../departments.js';
import type { Colors } from '../io.js';
import { going } from '../movers.js';
import type { ReplayResult } from '../replay-run.js';
import type { Survey } from '../survey.js';
import { renderDeadLetters } from './dead-letters.js';
import { renderDepartments } from './departments.js';
import { renderMovers } from './movers.js';
import { counted, fitted, grouped, printable, wrapped } from './text.js';
import { moment, seconds } from './time.js';

/** What a replay found. */
export interface ReplayReport {
  readonly result: ReplayResult;
  readonly survey: Survey;
  readonly departments: readonly DepartmentSummary[];
  readonly transitions: { readonly all: number; readonly turns: number };
  readonly deadLetters: DeadLetters;
  /** Wall time. */
  readonly ms: number;
  readonly db: string;
}

const MOVERS_SHOWN = 10;

/** For machines: everything, every rejected line included. */
export function replayJson({
  result,
  survey,
  departments,
  transitions,
  deadLetters,
  ms,
  db,
}: ReplayReport): object {
  const { read, accepted, duplicates, rejected, rejections } = result;
  return {
    db,
    read,
    accepted,
    duplicates,
    rejected,
    rejections,
    agents: survey.agents.length,
    transitions: transitions.all,
    turns: transitions.turns,
    seconds: ms / 1_000,
    asOf: survey.asOf,
    improving: going(survey.movers, 'improving').map(moverJson),
    declining: going(survey.movers, 'declining').map(moverJson),
    departments,
    deadLetters,
  };
}

function moverJson({ performance: { agentId, department }, moving }: Survey['movers'][number]): object {
  return { agentId, department, trends: moving };
}

/** For people. */
export function renderReplay(report: ReplayReport, colors: Colors): string {
  const { survey, departments } = report;
  const parts = [renderSummary(report, colors), renderRejections(report.result, colors)];
  parts.push(...renderDeadLetters(report.deadLetters, colors));
  if (survey.agents.length > 0) {
    parts.push(
      renderMovers('Doing well', going(survey.movers, 'improving'), MOVERS_SHOWN, colors),
      renderMovers('Fading', going(survey.movers, 'declining'), MOVERS_SHOWN, colors),
      renderDepartments(departments, colors),
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

function renderSummary({ result, survey, transitions, ms, db }: ReplayReport, colors: Colors): string {
  const { read, accepted, duplicates, rejected } = result;
  const counts = `${grouped(accepted)} accepted, ${counted(duplicates, 'duplicate')}, ${grouped(rejected)} rejected`;
  const asOf = survey.asOf === null ? '' : `, as of ${moment(survey.asOf)} UTC`;
  const turns = `${counted(transitions.all, 'transition')} (${grouped(transitions.turns)} into improving or declining)`;
  return `${colors.bold(`${counted(read, 'event')} read`)} in ${seconds(ms)}: ${counts}
${counted(survey.agents.length, 'agent')}, ${turns}${asOf}
Database: ${resolve(db)}
`;
}

function renderRejections({ rejections, rejected }: ReplayResult, colors: Colors): string {
  if (rejected === 0) return '';
  const lines = rejections.map(({ line, code, reason }) =>
    wrapped(printable(`line ${line}: ${code}: ${reason}`), 98, '  ')
      .split('\n')
      .map((part) => `  ${fitted(part, 98)}`)
      .join('\n'),
  );
  const rest = rejected - rejections.length;
  if (rest > 0) lines.push(`  … and ${grouped(rest)} more; --json names them all`);
  return `${colors.red('Rejected')}\n${lines.join('\n')}\n`;
}
