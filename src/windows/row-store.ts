import { doubles } from '../rows/doubles.js';
import { cellsOf, hashOf, headOf, isText, readText, TOO_LONG, writeText } from './packed-text.js';
import type { Shape } from './row-shape.js';
import type { StoredRefs } from './stored-refs.js';

/** The columns of one row, taken out of their table: `NaN` and `undefined` stand for what a row has not. */
export interface Cells {
  readonly numbers: Float64Array;
  readonly refs: unknown[];
}

/** The slot of a reference that a row has not; what is no text has slots below. */
export const NOTHING = -1;
/** Room for texts, by what they are expected to take: a little too much is less than to make room again. */
export const TEXT_ROOM = 1.125;
/** The text of a row is looked for in so many rows before it. */
const NEAR = 8;

/**
 * What rows are kept in: one list with the numbers row by row, then the slots of references row by row, then the
 * texts that the slots are places of. Only what is no text is kept beside it. Of rows that were read with the table,
 * references are asked of where they were read from.
 */
export class RowStore {
  /** Rows there are. Whoever holds the table with fewer rows does not look at those beyond. */
  used = 0;
  /** What texts take. */
  protected textCells = 0;
  protected stored: StoredRefs | undefined;
  protected others: unknown[] | undefined;

  protected constructor(
    protected shape: Shape,
    protected refShape: Shape,
    /** Rows there is room for. */
    protected capacity: number,
    protected cells: number[],
  ) {}

  /** A bit for every column of numbers. */
  get mask(): number {
    return this.shape.mask;
  }

  /** A bit for every column of references. */
  get refMask(): number {
    return this.refShape.mask;
  }

  /** `NaN` when the row has none. */
  number(row: number, column: number): number {
    const slot = this.shape.slots[column] as number;
    return slot < 0 ? Number.NaN : (this.cells[row * this.shape.columns.length + slot] as number);
  }

  ref(row: number, column: number): unknown {
    const slot = this.refShape.slots[column] as number;
    return slot < 0 ? undefined : this.refAt(row * this.refShape.columns.length + slot);
  }

  /** Whether a row's reference is this text, whose head is `head`. */
  isText(row: number, column: number, text: string, head: number): boolean {
    const slot = this.textSlot(row, column);
    return slot < 0 ? this.ref(row, column) === text : isText(this.cells, this.textsAt + slot, text, head);
  }

  /** The hash of a row's text, the same for equal texts. */
  textHash(row: number, column: number): number {
    const slot = this.textSlot(row, column);
    return hashOf(
      slot < 0 ? headOf(this.ref(row, column) as string) : (this.cells[this.textsAt + slot] as number),
    );
  }

  /** Puts a number in the place of another; only where nobody else looks at the row, or sees to it who does. */
  set(row: number, column: number, value: number): void {
    const { slots, columns } = this.shape;
    this.cells[row * columns.length + (slots[column] as number)] = value;
  }

  protected get storedCount(): number {
    return this.stored?.length ?? 0;
  }

  /** Where the slots begin: that of the first reference which was not stored. */
  protected get slotsAt(): number {
    return this.capacity * this.shape.columns.length;
  }

  protected get textsAt(): number {
    return this.slotsAt + this.capacity * this.refShape.columns.length - this.storedCount;
  }

  /** What the texts of a row take, on average. */
  protected get textsOfRow(): number {
    return this.textCells / Math.max(1, this.used);
  }

  protected refAt(place: number): unknown {
    const { stored } = this;
    if (stored && place < stored.length) return stored.at(place);
    const slot = this.cells[this.slotsAt + place - this.storedCount] as number;
    if (slot >= 0) return readText(this.cells, this.textsAt + slot);
    return slot === NOTHING ? undefined : this.others?.[NOTHING - 1 - slot];
  }

  /** Appends the references of the first rows, row by row. What is the same in the row before is read once. */
  addRefs(count: number, columns: readonly number[], refs: unknown[]): void {
    for (let row = 0; row < count; row++) {
      for (const column of columns) {
        const slot = this.textSlot(row, column);
        const isSame = slot >= 0 && row > 0 && slot === this.textSlot(row - 1, column);
        refs.push(isSame ? refs[refs.length - columns.length] : this.ref(row, column));
      }
    }
  }

  /** Where a row's text lies among the texts, below 0 when it does not lie there. */
  protected textSlot(row: number, column: number): number {
    const slot = this.refShape.slots[column] as number;
    return slot < 0 ? NOTHING : this.slotAt(row * this.refShape.columns.length + slot);
  }

  protected slotAt(place: number): number {
    const { storedCount } = this;
    return place < storedCount ? NOTHING : (this.cells[this.slotsAt + place - storedCount] as number);
  }

  protected putNumbers(row: number, { numbers }: Cells): void {
    const { columns } = this.shape;
    const start = row * columns.length;
    for (let i = 0; i < columns.length; i++) {
      this.cells[start + i] = numbers[columns[i] as number] as number;
    }
  }

  protected putRefs(row: number, { refs }: Cells, kin: number): void {
    const { columns } = this.refShape;
    for (let i = 0; i < columns.length; i++) this.putRef(row, i, refs[columns[i] as number], kin);
  }

  protected putRef(row: number, i: number, ref: unknown, kin: number): void {
    const slot = ref === undefined ? NOTHING : this.slotFor(ref, row, i, kin);
    // Looked up now: the cells may be others by now.
    this.cells[this.slotsAt + row * this.refShape.columns.length + i - this.storedCount] = slot;
  }

  /** Of the same text near by, where there is one: events come with the same words again and again. */
  protected slotFor(ref: unknown, row: number, i: number, kin: number): number {
    const head = typeof ref === 'string' ? headOf(ref) : TOO_LONG;
    if (head === TOO_LONG) return this.addOther(ref);
    const text = ref as string;
    if (kin >= 0) {
      const slot = this.slotAt(kin * this.refShape.columns.length + i);
      if (slot >= 0 && isText(this.cells, this.textsAt + slot, text, head)) return slot;
    }
    for (let near = Math.min(row, this.used - 1); near >= 0 && near >= row - NEAR; near--) {
      const slot = this.slotAt(near * this.refShape.columns.length + i);
      if (slot >= 0 && isText(this.cells, this.textsAt + slot, text, head)) return slot;
    }
    return this.addText(text, head);
  }

  protected addText(text: string, head: number): number {
    const slot = this.makeRoom(cellsOf(head));
    writeText(this.cells, this.textsAt + slot, text, head);
    return slot;
  }

  protected addOther(ref: unknown): number {
    this.others ??= [];
    return NOTHING - this.others.push(ref);
  }

  /** Takes so many cells for a text; returns where they begin. */
  protected makeRoom(count: number): number {
    const slot = this.textCells;
    if (this.textsAt + slot + count > this.cells.length) {
      // As if the rows to come took as much as those so far, the one in the making among them.
      const expected = ((slot + count) * this.capacity) / Math.min(this.used + 1, this.capacity);
      this.rebuild(this.shape, this.refShape, this.capacity, Math.ceil(TEXT_ROOM * expected));
    }
    this.textCells += count;
    return slot;
  }

  protected takeText(from: readonly number[], at: number): number {
    const count = cellsOf(from[at] as number);
    const slot = this.makeRoom(count);
    const to = this.textsAt + slot;
    for (let i = 0; i < count; i++) this.cells[to + i] = from[at + i] as number;
    return slot;
  }

  protected become({ shape, refShape, capacity, cells, textCells, stored, others, used }: RowStore): void {
    this.shape = shape;
    this.refShape = refShape;
    this.capacity = capacity;
    this.cells = cells;
    this.textCells = textCells;
    this.stored = stored;
    this.others = others;
    this.used = used;
  }

  /** Goes on in new cells, which have these columns and this much room. */
  protected rebuild(shape: Shape, refShape: Shape, capacity: number, texts: number): void {
    const { storedCount, textCells, cells: from, slotsAt, textsAt } = this;
    // With the row in the making, where there is one.
    const rows = Math.min(this.used + 1, this.capacity, capacity);
    const width = shape.columns.length;
    const refWidth = refShape.columns.length;
    const cells = doubles(capacity * (width + refWidth) - storedCount + texts);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < width; i++) cells[at++] = this.number(row, shape.columns[i] as number);
    }
    at = capacity * width;
    if (refShape === this.refShape) {
      const slots = rows * refWidth - storedCount;
      for (let i = 0; i < slots; i++) cells[at + i] = from[slotsAt + i] as number;
    } else {
      for (let row = 0; row < rows; row++) {
        for (const column of refShape.columns) cells[at++] = this.textSlot(row, column);
      }
    }
    at = capacity * (width + refWidth) - storedCount;
    for (let i = 0; i < textCells; i++) cells[at + i] = from[textsAt + i] as number;
    this.cells = cells;
    this.shape = shape;
    this.refShape = refShape;
    this.capacity = capacity;
  }
}
