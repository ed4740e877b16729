import { doubles } from '../rows/doubles.js';
import { cellsOf, headOf } from './packed-text.js';
import { MAX_COLUMNS, maskOf, refMaskOf, type Shape, shapeOf } from './row-shape.js';
import { type Cells, NOTHING, RowStore, TEXT_ROOM } from './row-store.js';
import { StoredRefs } from './stored-refs.js';

/** How rows of one kind are taken apart into columns and put together again. */
export interface RowLayout<R> {
  /** Fills every cell of a row. Numbers 0 and 1 are its `at` and `seq`. */
  write(row: R, cells: Cells): void;
  /** The row that lies there. */
  read(table: RowTable, row: number): R;
  /** Room for one row, shared by all tables of this layout: nothing is kept there between two calls. */
  readonly cells: Cells;
}

const FIRST_CAPACITY = 4;

/** Rows in columns, see {@link RowStore}. A column that no row uses takes no room. */
export class RowTable extends RowStore {
  /** An empty table with the columns of another, which its rows are likely to need. */
  static like(other: RowTable | undefined, capacity = FIRST_CAPACITY): RowTable {
    const shape = other?.shape ?? shapeOf(0);
    const refShape = other?.refShape ?? shapeOf(0);
    const width = shape.columns.length + refShape.columns.length;
    const texts = Math.ceil(TEXT_ROOM * (other?.textsOfRow ?? 0) * capacity);
    return new RowTable(shape, refShape, capacity, doubles(capacity * width + texts));
  }

  /** A table as {@link parts} took it apart; the arrays become its own. */
  static of({ mask, refMask, numbers, refs }: RowTableParts): RowTable {
    const shape = shapeOf(mask);
    const used = mask === 0 ? 0 : numbers.length / shape.columns.length;
    const table = new RowTable(shape, shapeOf(refMask), used, numbers);
    table.used = used;
    if (refs.length > 0) {
      table.stored = refs instanceof StoredRefs ? refs : StoredRefs.of(refs);
    }
    return table;
  }

  /** Its first rows as a table of their own, with the room that this one has. */
  first(count: number): RowTable {
    const table = RowTable.like(undefined, 0);
    table.become(this);
    table.cells = this.cells.slice();
    table.others = this.others?.slice();
    table.used = count;
    return table;
  }

  /** Some rows as a table of their own. */
  piece(from: number, to: number): RowTable {
    const width = this.shape.columns.length;
    const refWidth = this.refShape.columns.length;
    if (to * refWidth > this.storedCount) return this.copied(from, to);
    const numbers = this.cells.slice(from * width, to * width);
    const piece = new RowTable(this.shape, this.refShape, to - from, numbers);
    piece.stored = this.stored?.part(from * refWidth, to * refWidth);
    piece.used = to - from;
    return piece;
  }

  /** Its first rows, for writing down. The list of references may be the table's own: it is not to be changed. */
  parts(count: number): RowTableParts {
    const { shape, refShape, stored } = this;
    const refs = count * refShape.columns.length;
    if (!stored || refs > stored.length) return joinedParts([{ table: this, count }]);
    const numbers = this.cells.slice(0, count * shape.columns.length);
    return { mask: shape.mask, refMask: refShape.mask, numbers, refs: stored.part(0, refs) };
  }

  /** This table, or one without the columns that none of its rows uses; `cells` is room for one of them. */
  trimmed(cells: Cells): RowTable {
    const some = (isUsed: (row: number) => boolean): boolean => {
      for (let row = 0; row < this.used; row++) if (isUsed(row)) return true;
      return false;
    };
    const isUsed =
      this.shape.columns.every((column) => some((row) => !Number.isNaN(this.number(row, column)))) &&
      this.refShape.columns.every((column) => some((row) => this.ref(row, column) !== undefined));
    if (isUsed) return this;
    const table = RowTable.like(undefined, this.used);
    table.copy(this, 0, this.used, cells);
    return table;
  }

  /** For who copies rows of this table several times: where its texts have come to lie, nowhere yet. */
  unmoved(): Int32Array {
    return nothingMoved(this.textCells);
  }

  /** Fills the cells of a row. */
  load(row: number, { numbers, refs }: Cells): void {
    for (let i = 0; i < numbers.length; i++) numbers[i] = this.number(row, i);
    for (let i = 0; i < refs.length; i++) refs[i] = this.ref(row, i);
  }

  /** @param kin a row that is likely to have the same texts */
  append(row: Cells, kin = NOTHING): void {
    this.cover(row);
    if (this.used === this.capacity) this.grow(this.used + 1, cellsOfTexts(row.refs));
    this.putNumbers(this.used, row);
    this.putRefs(this.used, row, kin);
    this.used++;
  }

  /**
   * Puts the numbers of a row in the place of another's that has the same references. Returns what was there, a column and
   * its number each; `undefined` where it cannot be done, and nothing is changed.
   */
  rewrite(row: number, cells: Cells): readonly number[] | undefined {
    if (!this.covers(cells) || !this.hasRefs(row, cells)) return undefined;
    let before: readonly number[] = [];
    for (const column of this.shape.columns) {
      const own = this.number(row, column);
      const number = cells.numbers[column] as number;
      if (Object.is(own, number)) continue;
      // One or two of them: what grows by itself would have room for seventeen.
      before = before.concat([column, own]);
      this.set(row, column, number);
    }
    return before;
  }

  /**
   * Appends rows of another table; `cells` is room for one of them.
   *
   * @param moved where texts of the other have come to lie, for one who copies several times
   */
  copy(other: RowTable, from: number, to: number, cells: Cells, moved = other.unmoved()): void {
    if (other.shape !== this.shape || other.refShape !== this.refShape) {
      for (let row = from; row < to; row++) {
        other.load(row, cells);
        this.append(cells);
      }
      return;
    }
    const added = to - from;
    if (this.used + added > this.capacity) {
      this.grow(this.used + added, Math.ceil(added * other.textsOfRow));
    }
    for (let row = from; row < to; row++) this.take(other, row, moved);
  }

  /**
   * Holds another table's first `count` rows, with one row in place of those from `from` to `to`: inserted when
   * they are none. Called on an empty table of the other's columns.
   */
  splice(other: RowTable, count: number, from: number, to: number, row: Cells): void {
    // Whatever is copied after this has all columns, so that nothing passes through the cells.
    this.cover(row);
    const source =
      this.shape === other.shape && this.refShape === other.refShape ? other : other.widened(this);
    const moved = source.unmoved();
    this.copy(source, 0, from, row, moved);
    this.append(row);
    this.copy(source, to, count, row, moved);
  }

  /** Appends a row of another table of this shape. */
  private take(other: RowTable, row: number, moved: Int32Array): void {
    const { length } = this.shape.columns;
    const { length: refWidth } = this.refShape.columns;
    for (let i = 0; i < length; i++) {
      this.cells[this.used * length + i] = other.cells[row * length + i] as number;
    }
    for (let i = 0; i < refWidth; i++) {
      const slot = other.slotAt(row * refWidth + i);
      if (slot < 0) {
        this.putRef(this.used, i, other.refAt(row * refWidth + i), NOTHING);
        continue;
      }
      if (moved[slot] === NOTHING) moved[slot] = this.takeText(other.cells, other.textsAt + slot);
      this.cells[this.slotsAt + this.used * refWidth + i - this.storedCount] = moved[slot] as number;
    }
    this.used++;
  }

  /** Some rows as a table of their own, with all references. */
  private copied(from: number, to: number): RowTable {
    const table = RowTable.like(this, to - from);
    // Of one shape: nothing passes through cells.
    table.copy(this, from, to, NO_CELLS);
    return table;
  }

  private widened({ shape, refShape }: RowTable): RowTable {
    const wide = RowTable.like(undefined, 0);
    wide.become(this);
    wide.others = this.others?.slice();
    wide.widen(shape, refShape, 0);
    return wide;
  }

  /** Adds the columns that a row has and the table has not. */
  private cover({ numbers, refs }: Cells): void {
    const mask = this.shape.mask | maskOf(numbers);
    const refMask = this.refShape.mask | refMaskOf(refs);
    if (mask === this.shape.mask && refMask === this.refShape.mask) return;
    this.widen(shapeOf(mask), shapeOf(refMask), 2 * cellsOfTexts(refs));
  }

  /** Whether it has all the columns that a row has. */
  private covers({ numbers, refs }: Cells): boolean {
    const { shape, refShape } = this;
    return (maskOf(numbers) & ~shape.mask) === 0 && (refMaskOf(refs) & ~refShape.mask) === 0;
  }

  private hasRefs(row: number, { refs }: Cells): boolean {
    return this.refShape.columns.every((column) => {
      const ref = refs[column];
      return typeof ref === 'string'
        ? this.isText(row, column, ref, headOf(ref))
        : this.ref(row, column) === ref;
    });
  }

  /** @param texts room for more of them */
  private widen(shape: Shape, refShape: Shape, texts: number): void {
    // Slots of another width have to be all of the references.
    if (refShape !== this.refShape && this.stored) this.become(this.copied(0, this.used));
    this.rebuild(shape, refShape, Math.max(FIRST_CAPACITY, this.capacity), this.textCells + texts);
  }

  private grow(rows: number, texts: number): void {
    const capacity = Math.max(rows, FIRST_CAPACITY, 2 * this.used);
    const more = Math.max(texts, Math.ceil(TEXT_ROOM * this.textsOfRow * (capacity - this.used)));
    this.rebuild(this.shape, this.refShape, capacity, this.textCells + more);
  }
}

/** A table taken apart: plain numbers and references, row by row. */
export interface RowTableParts {
  /** A bit for every column of numbers. */
  readonly mask: number;
  /** A bit for every column of references. */
  readonly refMask: number;
  readonly numbers: number[];
  readonly refs: StoredRefs | readonly unknown[];
}

/** Some of the first rows of a table. */
export interface FirstRows {
  readonly table: RowTable;
  readonly count: number;
}

/** The rows of several tables, one behind the other, for writing down. */
export function partsOf(tables: readonly FirstRows[]): RowTableParts {
  const first = tables[0];
  return first && tables.length === 1 ? first.table.parts(first.count) : joinedParts(tables);
}

function joinedParts(tables: readonly FirstRows[]): RowTableParts {
  let mask = 0;
  let refMask = 0;
  let rows = 0;
  for (const { table, count } of tables) {
    mask |= table.mask;
    refMask |= table.refMask;
    rows += count;
  }
  const { columns } = shapeOf(mask);
  const numbers = doubles(rows * columns.length);
  const refs: unknown[] = [];
  let at = 0;
  for (const { table, count } of tables) {
    for (let row = 0; row < count; row++) {
      for (const column of columns) numbers[at++] = table.number(row, column);
    }
    table.addRefs(count, shapeOf(refMask).columns, refs);
  }
  return { mask, refMask, numbers, refs };
}

/** Room for one row. */
export function cellsFor(numbers: number, refs: number): Cells {
  if (numbers > MAX_COLUMNS || refs > MAX_COLUMNS)
    throw new RangeError(`Expected at most ${MAX_COLUMNS} columns, got ${numbers} and ${refs}`);
  return { numbers: new Float64Array(numbers), refs: new Array<unknown>(refs).fill(undefined) };
}

const NO_CELLS = cellsFor(0, 0);

/** At most what the texts of a row take. */
function cellsOfTexts(refs: readonly unknown[]): number {
  let count = 0;
  for (const ref of refs) if (typeof ref === 'string') count += cellsOf(headOf(ref));
  return count;
}

/** Shared by all: who copies comes to an end before the next one begins. */
let places = new Int32Array(64);

/** Room for where so many cells of texts come to lie, with nothing in it. */
function nothingMoved(count: number): Int32Array {
  if (places.length < count) places = new Int32Array(2 * count);
  return places.fill(NOTHING, 0, count);
}
