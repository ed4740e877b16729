import CliTable from 'cli-table3';
import type { Colors } from '../io.js';
import { fitted } from './text.js';

/** One column: its heading, how wide it may get, and on which side it is flush. */
export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Text from outside is made safe and cut to this many columns; absent: the cell is our own, as it is. */
  readonly limit?: number;
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A table without lines, indented by two, without blanks at the ends of its lines. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colors: Colors,
): string {
  const result = new CliTable({
    chars: NO_LINES,
    colAligns: columns.map(({ align }) => align ?? 'left'),
    // cli-table3 would colour by its own lights; the cells are coloured already.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  result.push(columns.map(({ head }) => colors.dim(head)));
  for (const row of rows) result.push(row.map((cell, i) => cut(cell, columns[i]?.limit)));
  const lines = result.toString().split('\n');
  return lines.map((line) => `  ${line}`.trimEnd()).join('\n');
}

function cut(cell: string, limit: number | undefined): string {
  return limit === undefined ? cell : fitted(cell, limit);
}
