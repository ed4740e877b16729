import type { TieSums } from './kendall-s.js';

/** What is kept of every trend, by place. */
const SIZE = 0;
const S = 1;
const TIME_PAIRS = 2;
const TIME_TRIPLES = 3;
const VALUE_PAIRS = 4;
const VALUE_TRIPLES = 5;
const CHANGED = 6;
const WIDTH = 7;

/** What Kendall's test needs to know of many trends, in one array: number of points, S, and the sums over ties. */
export class TrendFigures {
  private readonly cells: Float64Array;

  constructor(trends: number) {
    this.cells = new Float64Array(WIDTH * trends);
  }

  size(trend: number): number {
    return this.cells[WIDTH * trend + SIZE]!;
  }

  s(trend: number): number {
    return this.cells[WIDTH * trend + S]!;
  }

  /** Fills in what the groups of equal times, and those of equal values, come to. */
  ties(trend: number, times: TieSums, values: TieSums): void {
    const at = WIDTH * trend;
    times.pairs = this.cells[at + TIME_PAIRS]!;
    times.triples = this.cells[at + TIME_TRIPLES]!;
    values.pairs = this.cells[at + VALUE_PAIRS]!;
    values.triples = this.cells[at + VALUE_TRIPLES]!;
  }

  /** Whether a trend changed since this was last asked. */
  takeChanged(trend: number): boolean {
    const at = WIDTH * trend + CHANGED;
    const changed = this.cells[at] !== 0;
    this.cells[at] = 0;
    return changed;
  }

  setChanged(changed: boolean): void {
    for (let at = CHANGED; at < this.cells.length; at += WIDTH) this.cells[at] = Number(changed);
  }

  /**
   * A point comes (`by` 1) or goes (−1): by how much S differs with its pairs, how many of the others have another value,
   * and how many its very time.
   */
  change(trend: number, by: 1 | -1, s: number, otherValue: number, sameTime: number): void {
    const { cells } = this;
    const at = WIDTH * trend;
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
}
