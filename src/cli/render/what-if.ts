import type { WhatIf, WhatIfRow } from '../../runtime/what-if.js';
import type { Colors } from '../io.js';
import { type Column, table } from './table.js';
import { counted, grouped } from './text.js';
import { moment } from './time.js';

const COLUMNS: readonly Column[] = [
  { head: 'agent', limit: 28 },
  { head: 'recommendation' },
  { head: 'announced (UTC)' },
  { head: 'under this policy' },
];

/** What was announced beside what another policy would have said. */
export function renderWhatIf(
  { policy, after, seq, rows, announced, recommendations }: WhatIf,
  colors: Colors,
): string {
  const rest = after > 0 ? `, after ${grouped(after)} that were dropped` : '';
  const head = `Policy ${policy} on ${counted(seq - after, 'record')} of the journal${rest}`;
  if (rows.length === 0) return `${head}: no recommendation, and none was announced.\n`;
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
    '',
  ].join('\n');
}

function other(row: WhatIfRow, which: 'announced' | 'whatIf') {
  return which === 'announced' ? row.whatIf : row.announced;
}

function when(one: { readonly at: number } | undefined): string {
  return one ? moment(one.at) : '–';
}
