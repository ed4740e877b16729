import { PackedIntegers } from '../rows/packed-integers.js';
import type { Review } from '../scoring/types.js';
import { hashOf, headOf } from '../windows/packed-text.js';
import { RowPages } from '../windows/row-pages.js';
import type { Cells } from '../windows/row-store.js';
import { cellsFor, RowTable, type RowTableParts } from '../windows/row-table.js';
import type { Row } from '../windows/timeline.js';
import type { OverrideSlot } from './override.js';

/** Columns, by place. Raise `STATE_FORMAT` with any change. */
const AT = 0;
const SEQ = 1;
const WHAT = 2;
/** Row of what was noted of the same task before, -1 for nothing. */
const BEFORE = 3;
/** Of a review; of an assignment how hard the task is, of an attempt that does not say so whether it succeeded. */
const SCORE = 4;
const CONFIDENCE = 5;
const TASK = 0;
/** Reviewer, or override. */
const WHO = 1;

const ASSIGNED = 0;
const ATTEMPT = 1;
const OVERRIDE = 2;
/** And above: a review, by kind and verdict. */
const REVIEW = 8;
/** Stored by place: append only. */
const KINDS = ['code', 'evaluation', 'peer'] as const;
const VERDICTS = [undefined, 'approved', 'commented', 'changes_requested', 'rejected'] as const;

const EMPTY = -1;
const FIRST_HEADS = 16;
/** Rows that a hash table has room for at first: as many as take no more bits than a few. */
const FIRST_ROWS = 1023;

/** A review with its place in the journal, which orders reviews of one moment. */
export interface StoredReview extends Review, Row {}

/** A word about how hard a task is, 0–1. */
export interface Told extends Row {
  readonly difficulty: number;
}

/** An attempt that did not say how hard its task was. */
export interface Untold {
  readonly at: number;
  readonly succeeded: boolean;
}

/** Something that was noted of a task. */
export type Note =
  | {
      readonly what: 'assigned';
      readonly at: number;
      readonly seq?: number;
      /** How hard it was said to be, 0–1. */
      readonly difficulty?: number | undefined;
    }
  | {
      readonly what: 'attempt';
      readonly at: number;
      readonly seq: number;
      /** Whether it succeeded, of one that did not say how hard the task was. */
      readonly succeeded?: boolean | undefined;
    }
  | { readonly what: 'review'; readonly review: StoredReview }
  | { readonly what: 'override'; readonly slot: OverrideSlot };

const cells: Cells = cellsFor(6, 2);

/**
 * What was noted of tasks, as it came, one row each. The rows of a task are a list, linked backwards; a hash table
 * finds the last of them. Rows are only ever added, so whoever knows how many there were sees the log as it was.
 */
export class TaskLog {
  /** Of each task the last row, from 1, at its hash or behind it; 0 for none. Made when a task is first looked for. */
  private heads: PackedIntegers | undefined;
  private tasks = 0;

  private constructor(private readonly table: RowPages) {}

  static empty(): TaskLog {
    return new TaskLog(new RowPages(undefined));
  }

  static of(parts: RowTableParts): TaskLog {
    return new TaskLog(new RowPages(RowTable.of(parts)));
  }

  parts(count: number): RowTableParts {
    return this.table.parts(count);
  }

  get used(): number {
    return this.table.used;
  }

  /** The first rows of this log as a log of their own. */
  copy(count: number): TaskLog {
    return TaskLog.of(this.table.parts(count));
  }

  /**
   * The first rows of this log but for some reviews, as a log of their own. A log is as long as an agent's life: rows are
   * copied as they lie, and no task is looked up.
   *
   * @param dropped by their number in the journal
   */
  without(dropped: ReadonlySet<number>, count: number): TaskLog {
    const places = new Int32Array(count).fill(EMPTY);
    const pages = this.table.tables(count);
    const kept = RowTable.like(pages.at(-1)?.table, Math.max(0, count - dropped.size));
    let start = 0;
    for (const page of pages) {
      const moved = page.table.unmoved();
      for (let from = 0, to = 0; from < page.count; from = to = to + 1) {
        while (to < page.count && !dropped.has(this.reviewSeq(start + to) ?? EMPTY)) to++;
        for (let row = from; row < to; row++) places[start + row] = kept.used + row - from;
        kept.copy(page.table, from, to, cells, moved);
      }
      start += page.count;
    }
    const log = new TaskLog(new RowPages(kept.trimmed(cells)));
    log.relink(this, places);
    return log;
  }

  /** The last row of a task among the first `count`, -1 for none. */
  last(taskId: string, count: number): number {
    const heads = this.index();
    let row = headAt(heads, this.slotOf(heads, taskId));
    while (row >= count) row = this.table.number(row, BEFORE);
    return row;
  }

  /** The row before this one of the same task, -1 for none. */
  before(row: number): number {
    return this.table.number(row, BEFORE);
  }

  taskId(row: number): string {
    return this.table.ref(row, TASK) as string;
  }

  add(taskId: string, note: Note): void {
    const heads = this.index();
    const slot = this.slotOf(heads, taskId);
    const head = headAt(heads, slot);
    write(note, cells);
    cells.numbers[BEFORE] = head;
    cells.refs[TASK] = taskId;
    if (head === EMPTY) this.tasks++;
    heads.set(slot, this.table.used + 1);
    this.table.append(cells, head);
  }

  /** The number of a row's review in the journal; `undefined` for any other row. */
  reviewSeq(row: number): number | undefined {
    return this.table.number(row, WHAT) < REVIEW ? undefined : this.table.number(row, SEQ);
  }

  note(row: number): Note {
    const { table } = this;
    const what = table.number(row, WHAT);
    const at = table.number(row, AT);
    if (what === ASSIGNED) return { what: 'assigned', at };
    const seq = table.number(row, SEQ);
    if (what === ATTEMPT) return { what: 'attempt', at, seq };
    const who = table.ref(row, WHO);
    if (what === OVERRIDE)
      return { what: 'override', slot: { at, seq, override: who as OverrideSlot['override'] } };
    const { kind, verdict } = reviewOf(what);
    const [score, confidence] = [table.number(row, SCORE), table.number(row, CONFIDENCE)];
    return {
      what: 'review',
      review: {
        at,
        seq,
        kind,
        reviewerId: who as string,
        verdict,
        score: Number.isNaN(score) ? undefined : score,
        confidence: Number.isNaN(confidence) ? undefined : confidence,
      },
    };
  }

  isAttempt(row: number): boolean {
    return this.table.number(row, WHAT) === ATTEMPT;
  }

  /** How hard an assignment says that its task is, 0–1; `undefined` for any other row. */
  difficulty(row: number): Told | undefined {
    const difficulty = this.table.number(row, SCORE);
    if (this.table.number(row, WHAT) !== ASSIGNED || Number.isNaN(difficulty)) return undefined;
    return { at: this.table.number(row, AT), seq: this.table.number(row, SEQ), difficulty };
  }

  /** An attempt that did not say how hard its task was; `undefined` for any other row. */
  untold(row: number): Untold | undefined {
    const succeeded = this.table.number(row, SCORE);
    if (!this.isAttempt(row) || Number.isNaN(succeeded)) return undefined;
    return { at: this.table.number(row, AT), succeeded: succeeded === 1 };
  }

  isOverride(row: number): boolean {
    return this.table.number(row, WHAT) === OVERRIDE;
  }

  /** The kind of a review in `[from, to]` that scores something; `undefined` for any other row. */
  scoringReview(row: number, from: number, to: number): StoredReview['kind'] | undefined {
    const what = this.table.number(row, WHAT);
    const at = this.table.number(row, AT);
    if (what < REVIEW || at < from || at > to) return undefined;
    const { kind, verdict } = reviewOf(what);
    return verdict === 'commented' && Number.isNaN(this.table.number(row, SCORE)) ? undefined : kind;
  }

  /** Links the rows that were taken over from another log; `places` are where they came to lie. */
  private relink(other: TaskLog, places: Int32Array): void {
    const placeOf = (row: number): number => {
      let kept = row;
      while (kept >= 0 && places[kept] === EMPTY) kept = other.before(kept);
      return kept < 0 ? EMPTY : (places[kept] as number);
    };
    for (let row = 0; row < places.length; row++) {
      const place = places[row] as number;
      if (place !== EMPTY) this.table.set(place, BEFORE, placeOf(other.before(row)));
    }
    if (!other.heads || other.used > places.length) return;
    const heads = new PackedIntegers(other.heads.length, other.heads.greatest);
    for (let slot = 0; slot < heads.length; slot++) {
      const head = headAt(other.heads, slot);
      const place = placeOf(head);
      // A task of which nothing is left would be a gap where others are looked for.
      if (place === EMPTY && head !== EMPTY) return;
      heads.set(slot, place + 1);
    }
    this.heads = heads;
    this.tasks = other.tasks;
  }

  private slotOf(heads: PackedIntegers, taskId: string): number {
    const mask = heads.length - 1;
    const textHead = headOf(taskId);
    let slot = hashOf(textHead) & mask;
    for (let row = headAt(heads, slot); row !== EMPTY; row = headAt(heads, slot)) {
      if (this.table.isText(row, TASK, taskId, textHead)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private countTasks(): number {
    let tasks = 0;
    for (let row = 0; row < this.table.used; row++) if (this.before(row) === EMPTY) tasks++;
    return tasks;
  }

  /** The hash table, with room for one task and one row more. */
  private index(): PackedIntegers {
    const { heads, tasks, used } = this;
    if (heads && 2 * (tasks + 1) <= heads.length && used < heads.greatest) return heads;
    let size = heads?.length ?? FIRST_HEADS;
    for (const count = heads ? tasks : this.countTasks(); size < 2 * (count + 1); ) size *= 2;
    this.heads = this.hashed(new PackedIntegers(size, Math.max(FIRST_ROWS, 2 * used)));
    return this.heads;
  }

  /** Fills an empty hash table. Rows of one task know each other: no text is compared. */
  private hashed(heads: PackedIntegers): PackedIntegers {
    const mask = heads.length - 1;
    const slots = new Int32Array(this.table.used);
    this.tasks = 0;
    for (let row = 0; row < slots.length; row++) {
      const before = this.before(row);
      let slot = before < 0 ? this.table.textHash(row, TASK) & mask : (slots[before] as number);
      if (before < 0) {
        while (heads.at(slot) !== 0) slot = (slot + 1) & mask;
        this.tasks++;
      }
      slots[row] = slot;
      heads.set(slot, row + 1);
    }
    return heads;
  }
}

/** The last row of the task whose place in the hash table this is. */
function headAt(heads: PackedIntegers, slot: number): number {
  return heads.at(slot) - 1;
}

function write(note: Note, { numbers, refs }: Cells): void {
  numbers.fill(Number.NaN);
  refs[WHO] = undefined;
  if (note.what === 'assigned') {
    numbers[AT] = note.at;
    numbers[SEQ] = note.difficulty === undefined ? 0 : (note.seq ?? 0);
    numbers[WHAT] = ASSIGNED;
    numbers[SCORE] = note.difficulty ?? Number.NaN;
  } else if (note.what === 'attempt') {
    numbers[AT] = note.at;
    numbers[SEQ] = note.seq;
    numbers[WHAT] = ATTEMPT;
    if (note.succeeded !== undefined) numbers[SCORE] = Number(note.succeeded);
  } else if (note.what === 'override') {
    numbers[AT] = note.slot.at;
    numbers[SEQ] = note.slot.seq;
    numbers[WHAT] = OVERRIDE;
    refs[WHO] = note.slot.override;
  } else {
    const { at, seq, kind, verdict, reviewerId, score, confidence } = note.review;
    numbers[AT] = at;
    numbers[SEQ] = seq;
    numbers[WHAT] = REVIEW + KINDS.indexOf(kind) * VERDICTS.length + VERDICTS.indexOf(verdict);
    numbers[SCORE] = score ?? Number.NaN;
    numbers[CONFIDENCE] = confidence ?? Number.NaN;
    refs[WHO] = reviewerId;
  }
}

function reviewOf(what: number): Pick<StoredReview, 'kind' | 'verdict'> {
  const code = what - REVIEW;
  return {
    kind: KINDS[Math.floor(code / VERDICTS.length)] as StoredReview['kind'],
    verdict: VERDICTS[code % VERDICTS.length],
  };
}
