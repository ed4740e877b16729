import { StoredRefs } from './stored-refs.js';

/** The columns of one row, taken out of their table: `NaN` and `undefined` stand for what a row has not. */
export interface Cells {
  readonly numbers: Float64Array;
  readonly refs: unknown[];
}

/** How rows of one kind are taken apart into columns and put together again. */
export interface RowLayout<R> {
  /** Fills every cell of a row. Numbers 0 and 1 are its `at` and `seq`. */
  write(row: R, cells: Cells): void;
  /** The row that lies there. */
  read(table: RowTable, row: number): R;
  /** Room for one row, shared by all tables of this layout: nothing is kept there between two calls. */
  readonly cells: Cells;
}

/** Which columns a table has, and where they lie within a row of it. */
interface Shape {
  /** A bit for every column there is. */
  readonly mask: number;
  /** The columns there are, ascending. */
  readonly columns: readonly number[];
  /** By column: its place in a row, -1 for none. */
  readonly slots: Int8Array;
}

const MAX_COLUMNS = 31;
const FIRST_CAPACITY = 4;
/** Tables beyond grow by less at a time: there are tens of thousands of them. */
const FEW = 32;
const MANY = 128;
const shapes = new Map<number, Shape>();

/** Rows in columns: numbers in one typed array, everything else as references. A column that no row uses takes no room. */
export class RowTable {
  /** Rows there are. Whoever holds the table with fewer rows does not look at those beyond. */
  used = 0;
  private numbers: Float64Array;
  private given: unknown[] | StoredRefs = [];

  private constructor(
    private shape: Shape,
    private refShape: Shape,
    capacity: number,
  ) {
    this.numbers = new Float64Array(capacity * shape.columns.length);
  }

  /** All references, to be changed. */
  private get refs(): unknown[] {
    if (!Array.isArray(this.given)) this.given = this.given.slice(0, this.given.length);
    return this.given;
  }

  /** An empty table with the columns of another, which its rows are likely to need. */
  static like(other: RowTable | undefined, capacity = FIRST_CAPACITY): RowTable {
    return new RowTable(other?.shape ?? shapeOf(0), other?.refShape ?? shapeOf(0), capacity);
  }

  /** A table as {@link parts} took it apart; the arrays become its own. */
  static of({ mask, refMask, numbers, refs }: RowTableParts): RowTable {
    const table = new RowTable(shapeOf(mask), shapeOf(refMask), 0);
    table.numbers = numbers;
    table.given = refs instanceof StoredRefs ? refs : [...refs];
    table.used = mask === 0 ? 0 : numbers.length / table.shape.columns.length;
    return table;
  }

  /** Some rows as a table that shares the numbers of this one, which must not get others in their place. */
  piece(from: number, to: number): RowTable {
    const piece = new RowTable(this.shape, this.refShape, 0);
    const width = this.shape.columns.length;
    const refWidth = this.refShape.columns.length;
    piece.numbers = this.numbers.subarray(from * width, to * width);
    const { given } = this;
    const [start, end] = [from * refWidth, to * refWidth];
    piece.given = Array.isArray(given) ? given.slice(start, end) : given.part(start, end);
    piece.used = to - from;
    return piece;
  }

  /** Its first rows, for writing down. The arrays are the table's own or copies; they are not to be changed. */
  parts(count: number): RowTableParts {
    const { shape, refShape } = this;
    return {
      mask: shape.mask,
      refMask: refShape.mask,
      numbers: this.numbers.subarray(0, count * shape.columns.length),
      refs: this.given.slice(0, count * refShape.columns.length),
    };
  }

  /** `NaN` when the row has none. */
  number(row: number, column: number): number {
    const slot = this.shape.slots[column] as number;
    return slot < 0 ? Number.NaN : (this.numbers[row * this.shape.columns.length + slot] as number);
  }

  ref(row: number, column: number): unknown {
    const slot = this.refShape.slots[column] as number;
    return slot < 0 ? undefined : this.refAt(row * this.refShape.columns.length + slot);
  }

  private refAt(place: number): unknown {
    const { given } = this;
    return Array.isArray(given) ? given[place] : given.at(place);
  }

  /** Puts a number that a row has in the place of another; only before anybody else looks at the row. */
  set(row: number, column: number, value: number): void {
    const { slots, columns } = this.shape;
    this.numbers[row * columns.length + (slots[column] as number)] = value;
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

  /** Fills the cells of a row. */
  load(row: number, { numbers, refs }: Cells): void {
    for (let i = 0; i < numbers.length; i++) numbers[i] = this.number(row, i);
    for (let i = 0; i < refs.length; i++) refs[i] = this.ref(row, i);
  }

  append(row: Cells): void {
    this.cover(row.numbers, row.refs);
    if ((this.used + 1) * this.shape.columns.length > this.numbers.length) this.grow(this.used + 1);
    this.put(this.used, row);
    this.used++;
  }

  /** Writes a row where there is room, in the columns there are. */
  private put(row: number, { numbers, refs }: Cells): void {
    const { columns } = this.shape;
    const start = row * columns.length;
    for (let i = 0; i < columns.length; i++) {
      this.numbers[start + i] = numbers[columns[i] as number] as number;
    }
    const { columns: refColumns } = this.refShape;
    const refStart = row * refColumns.length;
    for (let i = 0; i < refColumns.length; i++) {
      const ref = refs[refColumns[i] as number];
      const before = row > 0 ? this.refAt(refStart + i - refColumns.length) : undefined;
      // Events come with strings of their own; equal ones need to be kept only once.
      this.putRef(refStart + i, ref === before ? before : ref);
    }
  }

  private putRef(place: number, ref: unknown): void {
    if (place === this.given.length) this.given.push(ref);
    else this.refs[place] = ref;
  }

  /** Appends rows of another table; `cells` is room for one of them. */
  copy(other: RowTable, from: number, to: number, cells: Cells): void {
    if (other.shape !== this.shape || other.refShape !== this.refShape) {
      for (let row = from; row < to; row++) {
        other.load(row, cells);
        this.append(cells);
      }
      return;
    }
    const width = this.shape.columns.length;
    const refWidth = this.refShape.columns.length;
    if ((this.used + to - from) * width > this.numbers.length) this.grow(this.used + to - from);
    this.numbers.set(other.numbers.subarray(from * width, to * width), this.used * width);
    for (let i = from * refWidth; i < to * refWidth; i++) this.given.push(other.refAt(i));
    this.used += to - from;
  }

  /**
   * Holds another table's first `count` rows, with one row in place of those from `from` to `to`: inserted when
   * they are none. Called on an empty table of the other's columns.
   */
  splice(other: RowTable, count: number, from: number, to: number, row: Cells): void {
    if (to === from + 1 && other.covers(row)) {
      this.takeOver(other, count);
      this.put(from, row);
      return;
    }
    // Whatever is copied after this has all columns, so that nothing passes through the cells.
    this.cover(row.numbers, row.refs);
    const source =
      this.shape === other.shape && this.refShape === other.refShape ? other : other.widened(this);
    this.copy(source, 0, from, row);
    this.append(row);
    this.copy(source, to, count, row);
  }

  /** Becomes a copy of another table's first rows. */
  private takeOver(other: RowTable, count: number): void {
    this.shape = other.shape;
    this.refShape = other.refShape;
    // With room for one row more, where the other has it.
    this.numbers = other.numbers.slice(0, (count + 1) * other.shape.columns.length);
    this.given = other.given.slice(0, count * other.refShape.columns.length);
    this.used = count;
  }

  private widened({ shape, refShape }: RowTable): RowTable {
    const wide = RowTable.like(this, 0);
    wide.used = this.used;
    wide.numbers = this.numbers;
    wide.given = this.refs;
    if (shape !== this.shape) wide.widen(shape);
    if (refShape !== this.refShape) wide.widenRefs(refShape);
    return wide;
  }

  /** Adds the columns that a row has and the table has not. */
  private cover(numbers: Float64Array, refs: readonly unknown[]): void {
    const mask = this.shape.mask | maskOf(numbers);
    const refMask = this.refShape.mask | refMaskOf(refs);
    if (mask !== this.shape.mask) this.widen(shapeOf(mask));
    if (refMask !== this.refShape.mask) this.widenRefs(shapeOf(refMask));
  }

  /** Whether it has all the columns that a row has. */
  private covers({ numbers, refs }: Cells): boolean {
    const { shape, refShape } = this;
    return (maskOf(numbers) & ~shape.mask) === 0 && (refMaskOf(refs) & ~refShape.mask) === 0;
  }

  private widen(shape: Shape): void {
    const { columns } = shape;
    const capacity = Math.max(FIRST_CAPACITY, this.used);
    const numbers = new Float64Array(capacity * columns.length);
    for (let row = 0, at = 0; row < this.used; row++) {
      for (const column of columns) numbers[at++] = this.number(row, column);
    }
    this.numbers = numbers;
    this.shape = shape;
  }

  private widenRefs(shape: Shape): void {
    const refs: unknown[] = [];
    for (let row = 0; row < this.used; row++) {
      for (const column of shape.columns) refs.push(this.ref(row, column));
    }
    this.given = refs;
    this.refShape = shape;
  }

  private grow(rows: number): void {
    const width = this.shape.columns.length;
    const growth = this.used > MANY ? 1.1 : this.used > FEW ? 1.2 : 1.5;
    const capacity = Math.max(rows, FIRST_CAPACITY, Math.ceil(growth * this.used));
    const grown = new Float64Array(capacity * width);
    grown.set(this.numbers.subarray(0, this.used * width));
    this.numbers = grown;
  }
}

/** A table taken apart: plain numbers and references, row by row. */
export interface RowTableParts {
  /** A bit for every column of numbers. */
  readonly mask: number;
  /** A bit for every column of references. */
  readonly refMask: number;
  readonly numbers: Float64Array;
  readonly refs: StoredRefs | readonly unknown[];
}

/** Room for one row. */
export function cellsFor(numbers: number, refs: number): Cells {
  if (numbers > MAX_COLUMNS || refs > MAX_COLUMNS)
    throw new RangeError(`Expected at most ${MAX_COLUMNS} columns, got ${numbers} and ${refs}`);
  return { numbers: new Float64Array(numbers), refs: new Array<unknown>(refs).fill(undefined) };
}

function maskOf(numbers: Float64Array): number {
  let mask = 0;
  for (let i = 0; i < numbers.length; i++) if (!Number.isNaN(numbers[i] as number)) mask |= 1 << i;
  return mask;
}

function refMaskOf(refs: readonly unknown[]): number {
  let mask = 0;
  for (let i = 0; i < refs.length; i++) if (refs[i] !== undefined) mask |= 1 << i;
  return mask;
}

function shapeOf(mask: number): Shape {
  const known = shapes.get(mask);
  if (known) return known;
  const columns: number[] = [];
  const slots = new Int8Array(MAX_COLUMNS).fill(-1);
  for (let column = 0; column < MAX_COLUMNS; column++) {
    if ((mask & (1 << column)) !== 0) slots[column] = columns.push(column) - 1;
  }
  const shape: Shape = { mask, columns, slots };
  shapes.set(mask, shape);
  return shape;
}
