import { type Cells, NOTHING } from './row-store.js';
import { type FirstRows, partsOf, RowTable, type RowTableParts } from './row-table.js';

/** Rows in a page, by power of two: the first has eight, the second too, and each after it twice as many up to the largest. */
const SMALLEST = 3;
const LARGEST = 5;

/**
 * Rows in the order in which they were added, in tables of a few each: a single one would be copied as a whole whenever it
 * has to grow. What there was at the beginning, as it was read, stays as it is, however much it is.
 */
export class RowPages {
  private pages: readonly RowTable[] = [];
  private readonly firstRows: number;

  constructor(private readonly first: RowTable | undefined) {
    this.firstRows = first?.used ?? 0;
  }

  get used(): number {
    const { pages } = this;
    const last = pages.length - 1;
    return this.firstRows + (last < 0 ? 0 : startOf(last) + pages[last]!.used);
  }

  number(row: number, column: number): number {
    return this.tableOf(row).number(this.placeOf(row), column);
  }

  ref(row: number, column: number): unknown {
    return this.tableOf(row).ref(this.placeOf(row), column);
  }

  isText(row: number, column: number, text: string, head: number): boolean {
    return this.tableOf(row).isText(this.placeOf(row), column, text, head);
  }

  textHash(row: number, column: number): number {
    return this.tableOf(row).textHash(this.placeOf(row), column);
  }

  /** Puts a number in the place of another; only before anybody else looks at the row. */
  set(row: number, column: number, value: number): void {
    this.tableOf(row).set(this.placeOf(row), column, value);
  }

  /** @param kin a row that is likely to have the same texts, or -1 */
  append(cells: Cells, kin: number): void {
    const { used } = this;
    const isKinNear = kin >= this.firstRows && this.pageOf(kin) === this.pageOf(used);
    this.page(this.pageOf(used)).append(cells, isKinNear ? this.placeOf(kin) : NOTHING);
  }

  /** Its first rows, taken apart for writing them down. */
  parts(count: number): RowTableParts {
    return partsOf(this.tables(count));
  }

  /** The tables that the first rows are in, with how many of them are in each. */
  tables(count: number): FirstRows[] {
    const found: FirstRows[] = [];
    let left = count;
    for (const table of this.first ? [this.first, ...this.pages] : this.pages) {
      if (left > 0) found.push({ table, count: Math.min(left, table.used) });
      left -= table.used;
    }
    return found;
  }

  /** The page that the next row goes into. */
  private page(index: number): RowTable {
    const known = this.pages[index];
    if (known) return known;
    const last = this.pages[index - 1];
    // The very first has room for a few to begin with, and grows.
    const page = last ? RowTable.like(last, startOf(index + 1) - startOf(index)) : RowTable.like(this.first);
    this.pages = this.pages.concat(page);
    return page;
  }

  private pageOf(row: number): number {
    return pageAt(row - this.firstRows);
  }

  private tableOf(row: number): RowTable {
    return (row < this.firstRows ? this.first : this.pages[this.pageOf(row)]) as RowTable;
  }

  private placeOf(row: number): number {
    return row < this.firstRows ? row : row - this.firstRows - startOf(this.pageOf(row));
  }
}

/** The page of a row among those in pages. */
function pageAt(row: number): number {
  if (row >= 1 << LARGEST) return LARGEST - SMALLEST + (row >> LARGEST);
  return row < 1 << SMALLEST ? 0 : 31 - Math.clz32(row) - SMALLEST + 1;
}

/** The first row of a page. */
function startOf(page: number): number {
  const doubled = LARGEST - SMALLEST;
  if (page > doubled) return (page - doubled) << LARGEST;
  return page === 0 ? 0 : 1 << (SMALLEST + page - 1);
}
