import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellsFor, RowTable } from '../../src/windows/row-table.js';
import { StoredRefs } from '../../src/windows/stored-refs.js';

const anyRef = fc.option(
  fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('\uD800', 'the same text every now and then', { by: 'ada' }, 7),
  ),
  { nil: undefined },
);
const anyRow = fc.record({ at: fc.nat(), refs: fc.tuple(anyRef, anyRef) });

/** A table that was read: whoever asks for a reference is noted. */
function storedTable(rows: readonly { at: number; refs: readonly unknown[] }[], asked: number[]): RowTable {
  const refs = rows.flatMap((row) => row.refs);
  const read = (place: number): unknown => {
    asked.push(place);
    return refs[place];
  };
  const numbers = rows.map(({ at }) => at);
  return RowTable.of({
    mask: 1,
    refMask: 3,
    numbers,
    refs: new StoredRefs({ at: read }, undefined, 0, refs.length),
  });
}

function contentOf(table: RowTable): unknown[] {
  return Array.from({ length: table.used }, (_, row) => [
    table.number(row, 0),
    table.ref(row, 0),
    table.ref(row, 1),
  ]);
}

const contentFrom = (rows: readonly { at: number; refs: readonly unknown[] }[]): unknown[] =>
  rows.map(({ at, refs }) => [at, ...refs]);

describe('a table that was read from bytes', () => {
  test('holds what was stored and what came since, as do its pieces, its copies and its parts', () => {
    fc.assert(
      fc.property(fc.array(anyRow), fc.array(anyRow), fc.nat(), fc.nat(), (stored, added, a, b) => {
        const table = storedTable(stored, []);
        for (const { at, refs } of added) {
          const cells = cellsFor(1, 2);
          cells.numbers[0] = at;
          refs.forEach((ref, i) => {
            cells.refs[i] = ref;
          });
          table.append(cells);
        }
        const rows = [...stored, ...added];
        expect(contentOf(table)).toEqual(contentFrom(rows));
        const to = a % (rows.length + 1);
        const from = b % (to + 1);
        expect(contentOf(table.piece(from, to))).toEqual(contentFrom(rows.slice(from, to)));
        const copy = RowTable.like(table);
        copy.copy(table, from, to, cellsFor(1, 2));
        expect(contentOf(copy)).toEqual(contentFrom(rows.slice(from, to)));
        expect(contentOf(RowTable.of(table.parts(to)))).toEqual(contentFrom(rows.slice(0, to)));
      }),
    );
  });

  test('reads none of its references for a row that is added', () => {
    const asked: number[] = [];
    const rows = Array.from({ length: 50 }, (_, at) => ({ at, refs: [`task ${at}`, undefined] }));
    const table = storedTable(rows, asked).piece(10, 50);
    const cells = cellsFor(1, 2);
    cells.numbers[0] = 50;
    cells.refs[0] = 'task 50';
    table.append(cells);
    expect(asked).toEqual([]);
    expect([table.used, table.ref(40, 0), table.ref(0, 0)]).toEqual([41, 'task 50', 'task 10']);
  });
});
