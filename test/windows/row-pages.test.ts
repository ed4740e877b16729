import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headOf } from '../../src/windows/packed-text.js';
import { RowPages } from '../../src/windows/row-pages.js';
import { cellsFor, RowTable } from '../../src/windows/row-table.js';

const anyRow = fc.record({
  number: fc.oneof(fc.nat(), fc.constant(Number.NaN)),
  text: fc.option(fc.oneof(fc.constantFrom('one', 'another'), fc.string()), { nil: undefined }),
});
type Row = { readonly number: number; readonly text: string | undefined };

function appended(pages: RowPages, rows: readonly Row[]): RowPages {
  for (const { number, text } of rows) {
    const cells = cellsFor(2, 1);
    cells.numbers.set([pages.used, number]);
    cells.refs[0] = text;
    pages.append(cells, pages.used - 1);
  }
  return pages;
}

function expectToBe(pages: RowPages, rows: readonly Row[]): void {
  expect(pages.used).toBe(rows.length);
  const found = rows.map((_, row) => ({ number: pages.number(row, 1), text: pages.ref(row, 0) }));
  expect(found).toEqual(rows);
  expect(rows.map((_, row) => pages.number(row, 0))).toEqual(rows.map((_, row) => row));
  for (const [row, { text }] of rows.entries()) {
    if (text !== undefined) expect(pages.isText(row, 0, text, headOf(text))).toBe(true);
    expect(pages.isText(row, 0, 'no such text', headOf('no such text'))).toBe(false);
  }
}

test('rows in pages are a list, from an empty one on and from one that was read on, and so are the first of them', () => {
  fc.assert(
    fc.property(
      fc.array(anyRow, { maxLength: 150, size: 'max' }),
      fc.array(anyRow, { maxLength: 150, size: 'max' }),
      fc.nat(),
      (stored, added, cut) => {
        const first = appended(new RowPages(undefined), stored);
        expectToBe(first, stored);
        const all = [...stored, ...added];
        const pages = appended(new RowPages(RowTable.of(first.parts(stored.length))), added);
        expectToBe(pages, all);
        const count = cut % (all.length + 1);
        expectToBe(new RowPages(RowTable.of(pages.parts(count))), all.slice(0, count));
        expect(pages.tables(count).reduce((sum, table) => sum + table.count, 0)).toBe(count);
      },
    ),
    { numRuns: 60 },
  );
});
