import type { TrendChanged } from '../../agent/outputs.js';
import type { HiringSignal } from '../../department/outputs.js';
import type { Colors } from '../io.js';
import { arrow, paint } from './arrows.js';
import { pValue, shortMetricName, speed } from './evidence.js';
import { type Column, table } from './table.js';
import { counted, grouped } from './text.js';
import { moment } from './time.js';

const COLUMNS: readonly Column[] = [
  { head: 'seq', align: 'right' },
  { head: 'when (UTC)' },
  { head: 'agent', limit: 28 },
  { head: 'metric', limit: 7 },
  { head: 'in' },
  { head: 'turn' },
  { head: 'a week', align: 'right' },
  { head: 'p', align: 'right' },
  { head: 'n', align: 'right' },
];

/**
 * @param left how many more there are: before those shown, or after them when `after` is given
 */
export function renderTransitions(
  shown: readonly (TrendChanged | HiringSignal)[],
  left: number,
  after: number | undefined,
  colors: Colors,
): string {
  const lastShown = shown.at(-1);
  if (lastShown === undefined) return 'No transitions.\n';
  const rest = restLine(left, after, lastShown.seq);
  return `${transitionTable(shown, colors)}\n\n${counted(shown.length, 'transition')} shown${rest}.\n`;
}

/** One line a transition. */
export function transitionTable(
  transitions: readonly (TrendChanged | HiringSignal)[],
  colors: Colors,
): string {
  const rows = transitions.map((one) =>
    one.type === 'trend.changed' ? trendRow(one, colors) : signalRow(one, colors),
  );
  return table(COLUMNS, rows, colors);
}

/** A department's name stands where an agent's would. */
function signalRow({ seq, at, type, department, criteria, arrived }: HiringSignal, colors: Colors): string[] {
  const turn = type === 'hiring.recommended' ? colors.red('short of hands') : colors.yellow('idle');
  const window = criteria[0]?.window ?? '';
  return [String(seq), moment(at), department, 'hiring', window, turn, '', '', String(arrived)];
}

function trendRow(
  { seq, at, agentId, metric, window, from, to, after: trend }: TrendChanged,
  colors: Colors,
): string[] {
  const known = to !== 'insufficient_data';
  return [
    String(seq),
    moment(at),
    agentId,
    shortMetricName(metric),
    window,
    `${arrow(from, colors)} ${paint(to, colors)('▸')} ${arrow(to, colors)}`,
    known ? speed(trend) : '',
    known ? pValue(trend.adjustedPValue).replace(' 0', '') : '',
    String(trend.dataPointCount),
  ];
}

function restLine(left: number, after: number | undefined, lastSeq: number): string {
  if (left === 0) return '';
  if (after !== undefined) return `; there are more after ${lastSeq}`;
  return `, ${grouped(left)} before them (--limit, --after)`;
}
