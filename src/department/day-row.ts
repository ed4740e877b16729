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

type OpenRow = { -readonly [Key in keyof DayRow]: DayRow[Key] };

const ZERO: Added = { arrived: 0, finished: 0, succeeded: 0, failed: 0, timed: 0, logTime: 0 };

/**
 * The days of a department while it counts: in place, on one day at a time, for nearly all that comes is of the present
 * day. A row for each count, and a list of all for each row, would be most of what an event costs here.
 */
export class OpenDays {
  private open: OpenRow | undefined;

  /** @param rows ascending; they stay as they are */
  constructor(private rows: readonly DayRow[]) {}

  add(day: number, { arrived, finished, succeeded, failed, timed, logTime }: Added): void {
    const row = this.on(day);
    row.arrived += arrived;
    row.finished += finished;
    row.succeeded += succeeded;
    row.failed += failed;
    row.timed += timed;
    row.logTime += logTime;
  }

  hasArrivals(): boolean {
    return (this.open?.arrived ?? 0) > 0 || this.rows.some(({ arrived }) => arrived > 0);
  }

  /** All of them, ascending; they stay as they are, too. */
  settled(): readonly DayRow[] {
    if (this.open) this.rows = withRow(this.rows, this.open);
    this.open = undefined;
    return this.rows;
  }

  /** The row of a day, to be counted in. */
  private on(day: number): OpenRow {
    if (this.open?.day === day) return this.open;
    const rows = this.settled();
    const index = placeOf(rows, day);
    const { arrived, finished, succeeded, failed, timed, logTime } =
      rows[index]?.day === day ? (rows[index] as DayRow) : ZERO;
    this.open = { day, arrived, finished, succeeded, failed, timed, logTime };
    return this.open;
  }
}

/** The rows with one in the place of the one of its day, if there is one. */
function withRow(rows: readonly DayRow[], row: DayRow): readonly DayRow[] {
  const index = placeOf(rows, row.day);
  return rows.toSpliced(index, rows[index]?.day === row.day ? 1 : 0, row);
}

/** Where a day is, or belongs. Nearly all that comes is of the last ones. */
function placeOf(rows: readonly DayRow[], day: number): number {
  let index = rows.length;
  while (index > 0 && (rows[index - 1] as DayRow).day >= day) index--;
  return index;
}

/** The rows of `[from, to)`, in days. */
export function daysBetween(rows: readonly DayRow[], from: number, to: number): readonly DayRow[] {
  return rows.filter(({ day }) => day >= from && day < to);
}
