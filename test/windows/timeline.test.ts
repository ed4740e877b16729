import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../src/windows/chunk.js';
import { cellsFor, type RowLayout, type RowTable } from '../../src/windows/row-table.js';
import { compareRows, type Row, Timeline } from '../../src/windows/timeline.js';
import { frozen } from '../scoring/facts.js';

interface Valued extends Row {
  readonly value: number;
  /** Few rows have one, so that tables get a column more at any time. */
  readonly rare: number | undefined;
  readonly label: string | undefined;
}

const row = (at: number, seq: number, value = 0): Valued =>
  frozen({
    at,
    seq,
    value,
    rare: value % 5 === 4 ? value / 3 : undefined,
    label: value % 7 === 6 ? `row ${value}` : undefined,
  });

const VALUED: RowLayout<Valued> = {
  cells: cellsFor(4, 1),
  write({ at, seq, value, rare, label }, { numbers, refs }) {
    numbers.set([at, seq, value, rare ?? Number.NaN]);
    refs[0] = label;
  },
  read(table, row) {
    const [at, seq, value, rare] = [0, 1, 2, 3].map((column) => table.number(row, column));
    const label = table.ref(row, 0) as string | undefined;
    return { at: at!, seq: seq!, value: value!, rare: Number.isNaN(rare) ? undefined : rare, label };
  },
};

/** Many rows at few moments, so that chunks fill, split and begin within one moment. */
const anyRows = fc
  .tuple(fc.constantFrom(0, 3, 50, 1e6), fc.array(fc.nat(), { maxLength: 400, size: 'max' }))
  .map(([spread, times]) => times.map((at, seq) => row(spread === 0 ? 7 : at % spread, seq + 1)));
const anyMoment = fc.oneof(
  fc.integer({ min: -2, max: 60 }),
  fc.nat(1e6),
  fc.constantFrom(-Infinity, Infinity),
);

/** What a timeline is: a sorted array. */
function visited(timeline: Timeline<Valued>, from: number, to: number): Valued[] {
  const rows: Valued[] = [];
  timeline.visit(
    from,
    to,
    (chunk) => rows.push(...rowsOf(chunk)),
    (table, index) => rows.push(rowOf(table, index)),
  );
  return rows;
}

function rowsOf({ table, count }: Chunk): Valued[] {
  return Array.from({ length: count }, (_, index) => rowOf(table, index));
}

function rowOf(table: RowTable, index: number): Valued {
  return VALUED.read(table, index);
}

function expectToBe(timeline: Timeline<Valued>, rows: readonly Valued[]): void {
  expect(timeline.toArray()).toEqual(rows);
  expect(timeline.size).toBe(rows.length);
  expect(timeline.firstAt).toBe(rows[0]?.at ?? Number.POSITIVE_INFINITY);
  expect(Timeline.of(VALUED, timeline.parts()).toArray()).toEqual(rows);
}

const insertAll = (rows: readonly Valued[]) =>
  rows.reduce((timeline, one) => timeline.insert(one), Timeline.empty(VALUED));

describe('a timeline is a sorted array', () => {
  test('of the rows that were inserted, in whatever order', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const sorted = [...rows].sort(compareRows);
        expectToBe(insertAll(rows), sorted);
        expectToBe(Timeline.from(VALUED, rows), sorted);
        expectToBe(insertAll(sorted), sorted);
        expectToBe(insertAll(sorted.toReversed()), sorted);
      }),
    );
  });

  test('of which any range can be read, both ends included', () => {
    fc.assert(
      fc.property(anyRows, anyMoment, anyMoment, (rows, from, to) => {
        const timeline = insertAll(rows);
        const inside = [...rows].sort(compareRows).filter(({ at }) => from <= at && at <= to);
        expect([...timeline.range(from, to)]).toEqual(inside);
        expect(visited(timeline, from, to)).toEqual(inside);
        const next = rows.map(({ at }) => at).filter((at) => at >= from);
        expect(timeline.firstAtOrAfter(from)).toBe(Math.min(Number.POSITIVE_INFINITY, ...next));
      }),
    );
  });

  test('of which single rows can be replaced', () => {
    fc.assert(
      fc.property(anyRows, fc.array(fc.nat(), { maxLength: 20 }), (rows, picks) => {
        const sorted = [...rows].sort(compareRows);
        let timeline = insertAll(rows);
        for (const pick of rows.length === 0 ? [] : picks) {
          const index = pick % sorted.length;
          const { at, seq } = sorted[index] as Valued;
          sorted[index] = row(at, seq, pick + 1);
          timeline = timeline.replace(sorted[index]);
        }
        expectToBe(timeline, sorted);
      }),
    );
  });

  test('of which the rows before a moment can be dropped, again and again', () => {
    fc.assert(
      fc.property(anyRows, fc.array(anyMoment, { maxLength: 4 }), anyRows, (rows, moments, more) => {
        let timeline = insertAll(rows);
        let kept = [...rows];
        for (const moment of moments) {
          timeline = timeline.dropBefore(moment);
          kept = kept.filter(({ at }) => at >= moment);
        }
        for (const { at, seq } of more) {
          const one = row(at, seq + 1000);
          timeline = timeline.insert(one);
          kept.push(one);
        }
        expectToBe(timeline, kept.sort(compareRows));
      }),
    );
  });
});

test('every timeline that was made stays as it was', () => {
  fc.assert(
    fc.property(anyRows, anyMoment, (rows, moment) => {
      const versions: [Timeline<Valued>, Valued[]][] = [];
      let timeline = Timeline.empty(VALUED);
      for (const [index, one] of rows.entries()) {
        if (index % 40 === 0) versions.push([timeline, timeline.toArray()]);
        timeline = timeline.insert(one);
        if (index % 7 === 0) timeline = timeline.replace(row(one.at, one.seq, index));
      }
      timeline.dropBefore(moment);
      for (const [version, content] of versions) expectToBe(version, content);
    }),
  );
});

test('versions that are made of any earlier one stay as they were, whenever they are looked at', () => {
  const anyStep = fc.record({ from: fc.nat(), pick: fc.nat(), look: fc.nat(), value: fc.nat(60) });
  fc.assert(
    fc.property(anyRows, fc.array(anyStep, { maxLength: 60, size: 'max' }), (rows, steps) => {
      const sorted = rows.slice(0, 90).sort(compareRows);
      const versions: [Timeline<Valued>, Valued[]][] = [[insertAll(sorted), sorted]];
      const looked = ([timeline, content]: (typeof versions)[number]): void =>
        expect(timeline.toArray()).toEqual(content);
      for (const [index, { from, pick, look, value }] of steps.entries()) {
        // Of two steps one goes on from the latest version, as events do.
        const [timeline, content] = versions.at(from % 2 === 0 ? -1 : from % versions.length)!;
        const place = pick % (content.length + 1);
        const { at, seq } = content[place] ?? row(1e6 + index, 1000 + index);
        const one = row(at, seq, value);
        versions.push(
          place < content.length
            ? [timeline.replace(one), content.with(place, one)]
            : [timeline.insert(one), [...content, one].sort(compareRows)],
        );
        if (look % 3 === 0) looked(versions[look % versions.length]!);
      }
      for (const version of versions) looked(version);
      for (const [timeline, content] of versions) expectToBe(timeline, content);
    }),
  );
});

test('what a reader keeps with a chunk holds for the rows that the chunk has', () => {
  const sum = (rows: readonly Valued[]) => rows.reduce((total, { value }) => total + value, 0);
  fc.assert(
    fc.property(anyRows, fc.array(fc.nat(), { minLength: 1, maxLength: 30 }), (rows, picks) => {
      let timeline = insertAll(rows);
      for (const [index, pick] of picks.entries()) {
        if (rows.length > 0 && pick % 3 !== 0) {
          const { at, seq } = rows[pick % rows.length] as Valued;
          timeline = timeline.replace(row(at, seq, pick % 1000));
        } else timeline = timeline.insert(row(pick % 60, 1000 + index, 1));
        timeline.visit(
          -Infinity,
          Infinity,
          (chunk) => {
            chunk.memo ??= sum(rowsOf(chunk));
            expect(chunk.memo).toBe(sum(rowsOf(chunk)));
          },
          () => expect.fail('a range without ends has whole chunks only'),
        );
      }
    }),
    { numRuns: 50 },
  );
});

test('an empty timeline has nothing and reaches nowhere', () => {
  const empty = Timeline.empty(VALUED);
  expectToBe(empty, []);
  expect([...empty.range(-Infinity, Infinity)]).toEqual([]);
  expect(empty.firstAtOrAfter(0)).toBe(Infinity);
  expectToBe(empty.dropBefore(5), []);
  expectToBe(Timeline.from(VALUED, [row(1, 1)]).dropBefore(2), []);
});

test('a row that is not there cannot be replaced', () => {
  const timeline = Timeline.from(VALUED, [row(5, 1), row(5, 3)]);
  for (const missing of [row(5, 2), row(4, 1), row(6, 1), row(5, 4)]) {
    expect(() => timeline.replace(missing)).toThrow(RangeError);
  }
  expect(() => Timeline.empty(VALUED).replace(row(1, 1))).toThrow('No row 1 at 1 to replace');
});

test('rows stand in order of time, those of one moment in order of arrival', () => {
  expect(compareRows({ at: 1, seq: 9 }, { at: 2, seq: 1 })).toBeLessThan(0);
  expect(compareRows({ at: 2, seq: 2 }, { at: 2, seq: 1 })).toBeGreaterThan(0);
  expect(compareRows({ at: 2, seq: 1 }, { at: 2, seq: 1 })).toBe(0);
});
