import { withItem } from '../with-item.js';

/** What happened in a department on one day, UTC. */
export interface DayRow {
  /** Days since 1970. */
  readonly day: number;
  /** Tasks assigned. */
  readonly arrived: number;
  /** Assigned tasks that came to their end, well or not. */
  readonly finished: number;
  /** Attempts of any task. */
  readonly succeeded: number;
  readonly failed: number;
  /** Finished tasks whose time is known, and the sum of ln(milliseconds) over them. */
  readonly timed: number;
  readonly logTime: number;
}

/** What is added to a day's row. */
export type Added = Omit<DayRow, 'day'>;

const ZERO: Added = { arrived: 0, finished: 0, succeeded: 0, failed: 0, timed: 0, logTime: 0 };

/** The rows, ascending, with something added to one day's. */
export function withDay(rows: readonly DayRow[], day: number, added: Added): readonly DayRow[] {
  let index = rows.length;
  while (index > 0 && (rows[index - 1] as DayRow).day >= day) index--;
  const known = rows[index]?.day === day ? rows[index] : undefined;
  const before = known ?? ZERO;
  const row: DayRow = {
    day,
    arrived: before.arrived + added.arrived,
    finished: before.finished + added.finished,
    succeeded: before.succeeded + added.succeeded,
    failed: before.failed + added.failed,
    timed: before.timed + added.timed,
    logTime: before.logTime + added.logTime,
  };
  return known ? withItem(rows, index, row) : rows.toSpliced(index, 0, row);
}

/** The rows of `[from, to)`, in days. */
export function daysBetween(rows: readonly DayRow[], from: number, to: number): readonly DayRow[] {
  return rows.filter(({ day }) => day >= from && day < to);
}
