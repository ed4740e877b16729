import type { TieSums } from './kendall-s.js';

/*
 * What Kendall's test needs to know of a trend, as numbers in a list that has more than that, from a place on: number of
 * points, S, and the sums over ties. Ten thousand agents have dozens of trends each.
 */
const SIZE = 0;
const S = 1;
const TIME_PAIRS = 2;
const TIME_TRIPLES = 3;
const VALUE_PAIRS = 4;
const VALUE_TRIPLES = 5;
const CHANGED = 6;
/** Numbers that a trend takes. */
export const TREND_CELLS = 7;

export function sizeAt(cells: readonly number[], at: number): number {
  return cells[at + SIZE]!;
}

export function sAt(cells: readonly number[], at: number): number {
  return cells[at + S]!;
}

/** Fills in what the groups of equal times, and those of equal values, come to. */
export function tiesAt(cells: readonly number[], at: number, times: TieSums, values: TieSums): void {
  times.pairs = cells[at + TIME_PAIRS]!;
  times.triples = cells[at + TIME_TRIPLES]!;
  values.pairs = cells[at + VALUE_PAIRS]!;
  values.triples = cells[at + VALUE_TRIPLES]!;
}

/** Whether a trend changed since this was last asked. */
export function takeChangedAt(cells: number[], at: number): boolean {
  const changed = cells[at + CHANGED] !== 0;
  cells[at + CHANGED] = 0;
  return changed;
}

export function setChangedAt(cells: number[], at: number, changed: boolean): void {
  cells[at + CHANGED] = Number(changed);
}

/**
 * A point comes (`by` 1) or goes (−1): by how much S differs with its pairs, how many of the others have another value,
 * and how many its very time.
 */
export function changeAt(
  cells: number[],
  at: number,
  by: 1 | -1,
  s: number,
  otherValue: number,
  sameTime: number,
): void {
  const others = by < 0 ? cells[at + SIZE]! - 1 : cells[at + SIZE]!;
  const sameValue = others - otherValue;
  cells[at + SIZE]! += by;
  cells[at + S]! += by * s;
  cells[at + TIME_PAIRS]! += by * 2 * sameTime;
  cells[at + TIME_TRIPLES]! += by * 3 * sameTime * (sameTime - 1);
  cells[at + VALUE_PAIRS]! += by * 2 * sameValue;
  cells[at + VALUE_TRIPLES]! += by * 3 * sameValue * (sameValue - 1);
  cells[at + CHANGED] = 1;
}
