import type { WhatIf, WhatIfFailure, WhatIfRow } from '../../runtime/what-if.js';
import type { Colors } from '../io.js';
import { type Column, table } from './table.js';
import { counted, fitted, grouped } from './text.js';
import { moment } from './time.js';

const COLUMNS: readonly Column[] = [
  { head: 'agent', limit: 28 },
  { head: 'recommendation' },
  { head: 'announced (UTC)' },
  { head: 'under this policy' },
];

/** Failures on the screen; all of them are in the JSON. */
const MOST_NAMED = 10;

/** What was announced beside what another policy would have said. */
export function renderWhatIf(
  { policy, after, seq, rows, announced, recommendations, failures }: WhatIf,
  colors: Colors,
): string {
  const rest = after > 0 ? `, after ${grouped(after)} that were dropped` : '';
  const head = `Policy ${policy} on ${counted(seq - after, 'record')} of the journal${rest}`;
  const failed = failedOn(failures);
  if (rows.length === 0) return `${head}: no recommendation, and none was announced.\n${failed}`;
  const only = (which: 'announced' | 'whatIf') =>
    grouped(rows.filter((row) => row[which] && !other(row, which)).length);
  return [
    head,
    table(
      COLUMNS,
      rows.map(({ agentId, kind, announced, whatIf }) => [agentId, kind, when(announced), when(whatIf)]),
      colors,
    ),
    '',
    `${counted(recommendations.length, 'recommendation')} instead of ${grouped(announced.length)}: ` +
      `${only('whatIf')} that were not announced, ${only('announced')} that would not have been.`,
    failed,
  ].join('\n');
}

/** Where the policy did not say what it thinks; empty when it always did. */
function failedOn(failures: readonly WhatIfFailure[]): string {
  if (failures.length === 0) return '';
  const named = failures.slice(0, MOST_NAMED).map(({ agentId, seq, at, message }) => {
    return `  ${fitted(agentId, 28)} at ${moment(at)}, record ${grouped(seq)}: ${fitted(message, 200)}`;
  });
  const rest = failures.length - named.length;
  const lines = [
    `The policy failed on ${counted(failures.length, 'agent')}, of which it would say more or something else:`,
    ...named,
    ...(rest > 0 ? [`  and ${grouped(rest)} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function other(row: WhatIfRow, which: 'announced' | 'whatIf') {
  return which === 'announced' ? row.whatIf : row.announced;
}

function when(one: { readonly at: number } | undefined): string {
  return one ? moment(one.at) : '–';
}
