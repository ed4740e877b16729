import type { Cells } from './row-store.js';
import type { RowTable } from './row-table.js';

/**
 * The first `count` rows of a table, which never change; whatever is computed from them once stays true. The table may
 * have more: they belong to later versions.
 *
 * When a row is replaced, its new numbers are put in the place of the old ones. The chunk that has them goes on with the
 * table; the one before remembers what they were, and takes a copy of the table with them put back, should somebody look
 * at it again. Hardly anybody does, and a copy for every row that is replaced would be the most that an event leaves.
 *
 * Source: Baker (1991), Shallow binding makes functional arrays fast.
 */
export class Chunk {
  /** Where a reader may keep what it computed over all rows of this chunk. */
  memo: unknown;

  private constructor(
    private edition: Edition,
    readonly count: number,
  ) {}

  /** All rows of a table. */
  static of(table: RowTable): Chunk {
    return new Chunk(new Edition(table), table.used);
  }

  /** The rows are the first of it. */
  get table(): RowTable {
    if (this.edition.next) this.edition = new Edition(restored(this.edition, this.count));
    return this.edition.table;
  }

  /** {@link table}, or one that has the same times and numbers in the journal, for who looks for a row. */
  get times(): RowTable {
    return this.edition.table;
  }

  /** Whether no other version has rows in the table beyond those of this one. */
  get isLatest(): boolean {
    return this.edition.next === undefined && this.edition.table.used === this.count;
  }

  /** The chunk with the row that was put behind those of the latest version. */
  withNext(): Chunk {
    return new Chunk(this.edition, this.count + 1);
  }

  /** The chunk with another row in a place; `undefined` where that takes a copy. */
  withRow(row: number, cells: Cells): Chunk | undefined {
    if (!this.isLatest) return undefined;
    const { table } = this.edition;
    const before = table.rewrite(row, cells);
    if (!before) return undefined;
    const next = new Edition(table);
    this.edition.supersede(next, row, before);
    return new Chunk(next, this.count);
  }
}

/** A table as it is between two rows that are replaced: all chunks that it only grew for have the same. */
class Edition {
  next: Edition | undefined;
  /** What the row that was replaced had: a column and its number each. */
  private before: readonly number[] | undefined;
  private row = 0;

  constructor(readonly table: RowTable) {}

  supersede(next: Edition, row: number, before: readonly number[]): void {
    this.next = next;
    this.row = row;
    this.before = before;
  }

  /** Puts back what was replaced. */
  undo(table: RowTable): void {
    const { before = [], row } = this;
    for (let i = 0; i < before.length; i += 2) table.set(row, before[i]!, before[i + 1]!);
  }
}

/** The first rows of a table as they were in an edition. */
function restored(edition: Edition, count: number): RowTable {
  const replaced: Edition[] = [];
  let latest = edition;
  for (; latest.next; latest = latest.next) replaced.push(latest);
  const table = latest.table.first(count);
  for (const one of replaced.reverse()) one.undo(table);
  return table;
}
