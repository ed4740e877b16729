import type { RowTableParts } from '../windows/row-table.js';
import { compareRows, type Row } from '../windows/timeline.js';
import { withOne } from '../with-item.js';
import type { OverrideSlot } from './override.js';
import { type Note, type StoredReview, TaskLog, type Told, type Untold } from './task-log.js';

/** What is known of one task beside what its attempts measured, in time order whatever the order of arrival. */
export interface TaskNotes {
  readonly taskId: string;
  /** When it was assigned, ascending. */
  readonly assignedAt: readonly number[];
  /** Where its attempts stand in time. */
  readonly attempts: readonly Row[];
  readonly reviews: readonly StoredReview[];
  readonly override: OverrideSlot | undefined;
}

/**
 * An immutable map from task id to what was noted of the task. The latest version notes in place, behind all that
 * earlier ones know of; any other makes itself a copy first.
 */
export class TaskBook {
  private constructor(
    private readonly log: TaskLog,
    /** Rows of the log that belong to this version. */
    private readonly count: number,
  ) {}

  static empty(): TaskBook {
    return new TaskBook(TaskLog.empty(), 0);
  }

  /** The book that {@link parts} took apart. */
  static of(parts: RowTableParts): TaskBook {
    const log = TaskLog.of(parts);
    return new TaskBook(log, log.used);
  }

  parts(): RowTableParts {
    return this.log.parts(this.count);
  }

  get(taskId: string): TaskNotes | undefined {
    const last = this.log.last(taskId, this.count);
    return last < 0 ? undefined : this.notesFrom(last, taskId);
  }

  /** What is known of the task that was noted of last, which is this one; `undefined` when none of its attempts is known. */
  latestTried(taskId: string): TaskNotes | undefined {
    const last = this.count - 1;
    for (let row = last; row >= 0; row = this.log.before(row)) {
      if (this.log.isAttempt(row)) return this.notesFrom(last, taskId);
    }
    return undefined;
  }

  /** Who said how hard a task is, in time order, and which attempts did not. */
  difficulty(taskId: string): { readonly told: readonly Told[]; readonly untold: readonly Untold[] } {
    const told: Told[] = [];
    const untold: Untold[] = [];
    for (let row = this.log.last(taskId, this.count); row >= 0; row = this.log.before(row)) {
      const word = this.log.difficulty(row);
      if (word) told.push(word);
      const attempt = this.log.untold(row);
      if (attempt) untold.push(attempt);
    }
    return { told: told.sort(compareRows), untold };
  }

  with(taskId: string, note: Note): TaskBook {
    const log = this.log.used === this.count ? this.log : this.log.copy(this.count);
    log.add(taskId, note);
    return new TaskBook(log, this.count + 1);
  }

  /** Without some of the reviews. */
  withoutReviews(dropped: ReadonlySet<number>): TaskBook {
    if (dropped.size === 0) return this;
    const log = this.log.without(dropped, this.count);
    return new TaskBook(log, log.used);
  }

  /** Every override's slot, of whatever task. */
  *overrides(): Generator<{ readonly taskId: string; readonly slot: OverrideSlot }, void, undefined> {
    const seen = new Set<string>();
    for (let row = this.count - 1; row >= 0; row--) {
      if (!this.log.isOverride(row)) continue;
      const taskId = this.log.taskId(row);
      const note = this.log.note(row);
      if (note.what !== 'override' || seen.has(taskId)) continue;
      seen.add(taskId);
      yield { taskId, slot: note.slot };
    }
  }

  /** Tells of every review in `[from, to]` that scores something which kind it is. */
  eachScoringReview(from: number, to: number, onReview: (kind: StoredReview['kind']) => void): void {
    for (let row = 0; row < this.count; row++) {
      const kind = this.log.scoringReview(row, from, to);
      if (kind !== undefined) onReview(kind);
    }
  }

  *[Symbol.iterator](): Generator<TaskNotes, void, undefined> {
    for (let row = 0; row < this.count; row++) {
      // A task comes where its first note is.
      if (this.log.before(row) >= 0) continue;
      const taskId = this.log.taskId(row);
      yield this.notesFrom(this.log.last(taskId, this.count), taskId);
    }
  }

  private notesFrom(last: number, taskId: string): TaskNotes {
    const { log } = this;
    let assignedAt: number[] | undefined;
    let attempts: Row[] | undefined;
    let reviews: StoredReview[] | undefined;
    let override: OverrideSlot | undefined;
    for (let row = last; row >= 0; row = log.before(row)) {
      const note = log.note(row);
      if (note.what === 'assigned') assignedAt = withOne(assignedAt, note.at);
      else if (note.what === 'attempt') attempts = withOne(attempts, note);
      else if (note.what === 'review') reviews = withOne(reviews, note.review);
      // Only a later word is ever noted.
      else override ??= note.slot;
    }
    if (assignedAt && assignedAt.length > 1) putInOrder(assignedAt, (a, b) => a - b);
    if (attempts && attempts.length > 1) putInOrder(attempts, compareRows);
    if (reviews && reviews.length > 1) putInOrder(reviews, compareRows);
    return {
      taskId,
      assignedAt: assignedAt ?? NOTHING,
      attempts: attempts ?? NOTHING,
      reviews: reviews ?? NOTHING,
      override,
    };
  }
}

/** Orders what was read from the last one back: nearly always it was noted in its order. */
function putInOrder<Item>(items: Item[], compare: (a: Item, b: Item) => number): void {
  items.reverse();
  for (let i = 1; i < items.length; i++) {
    if (compare(items[i - 1] as Item, items[i] as Item) > 0) {
      items.sort(compare);
      return;
    }
  }
}

const NOTHING: readonly never[] = [];
