import type { Finding, VerifyReport } from '../../verify/verify.js';
import type { Colors } from '../io.js';
import { printable } from './text.js';

/** Findings shown; there may be one for every event. `--json` has them all. */
const SHOWN = 50;

/** What a verification found, for people. */
export function renderVerification(report: VerifyReport, colors: Colors): string {
  const { records, events, agents, keptFrom, findings, repaired, notes } = report;
  const kept = keptFrom > 0 ? `, kept from ${new Date(keptFrom).toISOString()} on` : '';
  const lines = [`${records} records, ${events} events${kept}, ${agents} agents`];
  if (repaired.length > 0) lines.push('', colors.bold('Repaired'), ...list(repaired));
  if (findings.length > 0) lines.push('', colors.bold('Wrong'), ...list(findings));
  for (const note of notes) lines.push('', printable(note));
  if (report.ok)
    lines.push('', notes.length > 0 ? 'Nothing is wrong in what was compared.' : 'Nothing is wrong.');
  return `${lines.join('\n')}\n`;
}

function list(findings: readonly Finding[]): string[] {
  const lines = findings.slice(0, SHOWN).map(line);
  if (findings.length > SHOWN) lines.push(`  … and ${findings.length - SHOWN} more (--json lists all)`);
  return lines;
}

function line({ part, seq, agentId, message, repairable }: Finding): string {
  const record = seq === undefined ? [] : [`record ${seq}`];
  const agent = agentId === undefined ? [] : [`agent ${agentId}`];
  const where = [part, ...record, ...agent].join(', ');
  return printable(`  ${where}: ${message}${repairable ? '' : ' (cannot be repaired)'}`);
}
