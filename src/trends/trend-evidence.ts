import { drained } from '../drained.js';
import { type CountedLines, type Threshold, ZERO } from './counted-lines.js';
import type { TieSums } from './kendall-s.js';
import type { NestedWindows } from './nested-windows.js';
import { addTie, countPairs, type PairCounts, tieSums } from './pair-counts.js';
import type { SlopeLine } from './slope-line.js';
import type { SortedSeries } from './sorted-series.js';

/** What a trend is decided on, however it is kept up to date. Values on the scale of the trend. */
export interface TrendEvidence {
  /** Number of points. */
  readonly size: number;
  /** Kendall's S: pairs that rise less pairs that fall, in time order. */
  readonly s: number;
  /** Groups of equal times. */
  readonly times: TieSums;
  /** Groups of equal values. */
  readonly values: TieSums;
  /** Time of the latest point, `null` when there is none. */
  readonly lastTime: number | null;
  /** The pairs on either side of a threshold. */
  beyond(line: Threshold): PairCounts;
  /** The points in the order of time, then value; good until somebody asks for those of another trend. */
  toSeries(): SortedSeries;
}

/** Up to here looking at every pair is faster than sorting. */
const DIRECT_POINTS = 512;

type Counted = Pick<TrendEvidence, 's' | 'times' | 'values'>;

/** O(n²), about a nanosecond a pair. */
function countShort({ times, values }: SortedSeries): Counted {
  const found = { s: 0, times: { pairs: 0, triples: 0 }, values: { pairs: 0, triples: 0 } };
  for (let i = 0, ofThatTime = 0; i < times.length; i++) {
    if (times[i] !== times[ofThatTime]) ofThatTime = i;
    const value = values[i]!;
    let below = 0;
    let above = 0;
    for (let j = 0; j < ofThatTime; j++) {
      below += Number(values[j]! < value);
      above += Number(values[j]! > value);
    }
    let equal = ofThatTime - below - above;
    for (let j = ofThatTime; j < i; j++) equal += Number(values[j] === value);
    found.s += below - above;
    addTie(found.times, i - ofThatTime, 1);
    addTie(found.values, equal, 1);
  }
  return found;
}

/** O(n log n). */
function countLong(series: SortedSeries, zero: SlopeLine): Counted {
  const { rising, falling } = drained(countPairs(series, zero));
  const values = tieSums(series.values.toSorted());
  return { s: rising - falling, times: tieSums(series.times), values };
}

/** The evidence of points that are looked at once. */
export class SeriesEvidence implements TrendEvidence {
  readonly s: number;
  readonly times: TieSums;
  readonly values: TieSums;

  constructor(
    private readonly series: SortedSeries,
    private readonly lines: CountedLines,
  ) {
    const found = series.times.length <= DIRECT_POINTS ? countShort(series) : countLong(series, lines[ZERO]);
    this.s = found.s;
    this.times = found.times;
    this.values = found.values;
  }

  get size(): number {
    return this.series.times.length;
  }

  get lastTime(): number | null {
    return this.series.times.at(-1) ?? null;
  }

  beyond(line: Threshold): PairCounts {
    return drained(countPairs(this.series, this.lines[line]));
  }

  toSeries(): SortedSeries {
    return this.series;
  }
}

/** Looks at one trend of {@link NestedWindows} after another. */
export class NestedEvidence implements TrendEvidence {
  size = 0;
  s = 0;
  readonly times: TieSums = { pairs: 0, triples: 0 };
  readonly values: TieSums = { pairs: 0, triples: 0 };
  private windows: NestedWindows | undefined;
  private trend = 0;

  /** Itself, looking there: good until it looks elsewhere, or the points change. */
  of(windows: NestedWindows, trend: number): TrendEvidence {
    this.windows = windows;
    this.trend = trend;
    this.size = windows.pointsOf(trend);
    this.s = windows.sOf(trend);
    windows.tiesOf(trend, this.times, this.values);
    return this;
  }

  get lastTime(): number | null {
    return (this.windows as NestedWindows).lastTimeOf(this.trend);
  }

  beyond(line: Threshold): PairCounts {
    return (this.windows as NestedWindows).beyond(this.trend, line);
  }

  toSeries(): SortedSeries {
    return (this.windows as NestedWindows).toSeries(this.trend);
  }
}
