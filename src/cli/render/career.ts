import type { AgentPerformance } from '../../agent/performance.js';
import { explain } from '../../policy/explain.js';
import type { CareerRecord, Proposed } from '../career.js';
import type { Colors } from '../io.js';
import { printable, wrapped } from './text.js';
import { date } from './time.js';

/** Why an agent stands where it stands, and how far it is trusted. */
export function renderStanding(
  { standing, trust: turn }: CareerRecord,
  { trust }: AgentPerformance,
): string[] {
  const lines: string[] = [];
  if (standing) lines.push(`  since ${date(standing.at)}: ${printable(standing.because)}`);
  if (trust) {
    const since = trust.since === null ? '' : ` since ${date(trust.since)}`;
    lines.push(`Trust ${trust.level}${since}, score ${trust.score.toFixed(2)}`);
  } else if (turn) {
    lines.push(`Trust ${turn.to} since ${date(turn.at)}, as last announced`);
  }
  if (turn) lines.push(`  ${printable(turn.because)}`);
  return lines;
}

/** What was proposed about an agent and what became of it; of what is open, every reason. */
export function renderProposals({ recommendations }: CareerRecord, colors: Colors): string {
  const lines = recommendations.flatMap((one) => [
    wrapped(`  ${date(one.recommendation.at)} ${stepOf(one)}: ${fateOf(one)}`, 100, '    '),
    ...(one.isOpen
      ? explain(one.recommendation)
          .slice(1)
          .map((reason) => wrapped(`    - ${printable(reason)}`, 100, '      '))
      : []),
  ]);
  const body = lines.length === 0 ? '  None.' : lines.join('\n');
  return `${colors.bold('Recommendations')}\n${body}\n`;
}

function stepOf({ recommendation: { kind, fromLevel, toLevel } }: Proposed): string {
  return toLevel === undefined ? kind : `${kind} from ${printable(fromLevel)} to ${printable(toLevel)}`;
}

function fateOf({ recommendation: { id, requiresApproval }, isOpen, decision }: Proposed): string {
  if (decision) {
    const reason = decision.reason === undefined ? '' : ` (${printable(decision.reason)})`;
    return `${decision.outcome} on ${date(decision.at)} by ${printable(decision.by)}${reason}`;
  }
  if (!isOpen) return 'outdated before anybody decided';
  return `open as ${printable(id)}${requiresApproval ? ', a person has to approve' : ''}`;
}
