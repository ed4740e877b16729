import { drained } from '../drained.js';
import { DAY_MS } from '../windows/duration.js';
import { EXIT_Z } from './alarm-budget.js';
import { varianceInflation } from './autocorrelation.js';
import { kendallPValue, kendallZ } from './kendall-s.js';
import { type EffectLines, perDay } from './metric-options.js';
import { normalTail } from './normal.js';
import { directionOf, type MetricKind, onTrendScale } from './polarity.js';
import { type CountedLines, DOWN, RankCounts, UP } from './rank-counts.js';
import { senInterval } from './sen-interval.js';
import { inOrder } from './sorted-series.js';
import { medianSlope, middleSlopes } from './theil-sen.js';
import type { TrendDirection, TrendPoint, TrendResult, TrendTracker } from './types.js';

/** What all trackers of one metric and window have in common. */
export interface TheilSenSettings {
  readonly metric: string;
  readonly window: string;
  readonly kind: MetricKind;
  readonly lines: EffectLines;
  /** {@link countedLines} of the same. */
  readonly counted: CountedLines;
  readonly minDataPoints: number;
  /** |z| to enter a direction, by number of points; `undefined` for the bare threshold rule. */
  readonly entryZ: ((n: number) => number) | undefined;
  /** Of the slope's interval, 0 to 1. */
  readonly confidence: number;
}

/** A mean of two rounded slopes that differs less than this from the threshold is on it. */
const ROUNDING = 1e-12;
/** Or by less than what the two slopes themselves are rounded by: opposite ones of huge size leave no digits. */
const SLOPE_ROUNDING = 2 ** -50;

/** The lines whose pairs are counted: slope zero, and the thresholds with their signs. */
export function countedLines({ up, down }: EffectLines): CountedLines {
  return [{ rise: 0, run: DAY_MS }, up, { rise: -down.rise, run: down.run }];
}

/** One trend under the default strategy, kept up to date point by point. */
export class TheilSenTracker implements TrendTracker {
  private readonly counts: RankCounts;

  constructor(
    private readonly settings: TheilSenSettings,
    points: readonly TrendPoint[] = [],
  ) {
    this.counts = new RankCounts(settings.counted);
    if (points.length > 0) this.load(points);
  }

  get size(): number {
    return this.counts.size;
  }

  insert(point: TrendPoint): void {
    this.counts.insert(requireTime(point.at), this.scaled(point));
  }

  remove(point: TrendPoint): void {
    if (!this.counts.remove(point.at, this.scaled(point))) throw notHeld(point);
  }

  replace(before: TrendPoint, after: TrendPoint): void {
    const value = this.scaled(after);
    const time = requireTime(after.at);
    if (time === before.at) {
      if (!this.counts.rewrite(time, this.scaled(before), value)) throw notHeld(before);
      return;
    }
    this.remove(before);
    this.counts.insert(time, value);
  }

  direction(previous: TrendDirection = 'insufficient_data'): TrendDirection {
    const { entryZ, kind, minDataPoints } = this.settings;
    if (this.size < minDataPoints) return 'insufficient_data';
    if (entryZ === undefined) return directionOf(this.sideBeyond(), kind.polarity);
    const side = Math.sign(this.counts.s);
    const direction = directionOf(side, kind.polarity);
    const stays = direction === previous && this.z() >= EXIT_Z;
    return stays || this.enters(side, entryZ(this.size)) ? direction : 'stable';
  }

  result(previous?: TrendDirection): TrendResult {
    return drained(this.resulting(previous));
  }

  /** {@link result} in pieces, for more points than may be looked at in one go. */
  *resultInPieces(previous?: TrendDirection): Generator<undefined, TrendResult> {
    yield* this.counts.prepare();
    return yield* this.resulting(previous);
  }

  private *resulting(previous?: TrendDirection): Generator<undefined, TrendResult> {
    const { counts, settings } = this;
    const { times, values } = counts;
    const series = counts.toSeries();
    const slope = yield* medianSlope(series);
    const slopeInterval = yield* senInterval(series, times, values, settings.confidence);
    const inflation = varianceInflation(series);
    const pValue = kendallPValue(counts.s, this.size, times, values);
    return {
      metric: settings.metric,
      window: settings.window,
      direction: this.direction(previous),
      slope,
      slopeInterval,
      pValue,
      adjustedPValue: inflation === 1 ? pValue : Math.min(1, 2 * normalTail(this.z() / Math.sqrt(inflation))),
      threshold: perDay(slope < 0 ? settings.lines.down : settings.lines.up),
      dataPointCount: this.size,
      since: null,
      evaluatedAt: counts.lastTime,
    };
  }

  private load(points: readonly TrendPoint[]): void {
    const times = new Float64Array(points.length);
    const values = new Float64Array(points.length);
    for (let i = 0; i < points.length; i++) {
      times[i] = requireTime(points[i]!.at);
      values[i] = this.scaled(points[i]!);
    }
    this.counts.load(inOrder({ times, values }));
  }

  private scaled(point: TrendPoint): number {
    return onTrendScale(point.value, this.settings.kind);
  }

  /** |z| of the plain test. */
  private z(): number {
    return kendallZ(this.counts.s, this.size, this.counts.times, this.counts.values);
  }

  /** Significant, beyond the threshold, and significant still when correlation is allowed for: the cheapest first. */
  private enters(side: number, entryZ: number): boolean {
    const z = this.z();
    if (side === 0 || z < entryZ || !this.exceeds(side)) return false;
    return z / Math.sqrt(varianceInflation(this.counts.toSeries())) >= entryZ;
  }

  /** The side on which the median slope is beyond its threshold, 0 for neither. */
  private sideBeyond(): number {
    if (this.exceeds(1)) return 1;
    return this.exceeds(-1) ? -1 : 0;
  }

  /**
   * Whether the median slope is beyond the threshold on a side, without computing it: more than half of all
   * pairs are. With exactly half of them beyond, the mean of the middle two decides: that is beyond when
   * some of the others are on the threshold, and has to be worked out when all others are within.
   */
  private exceeds(side: number): boolean {
    const { rising, falling } = this.counts.beyond(side > 0 ? UP : DOWN);
    const { pairs } = this.counts;
    const beyond = side > 0 ? rising : falling;
    if (2 * beyond !== pairs || pairs === 0) return 2 * beyond > pairs;
    if (rising !== falling) return true;
    const { up, down } = this.settings.lines;
    const threshold = perDay(side > 0 ? up : down);
    const [lower, upper] = drained(middleSlopes(this.counts.toSeries()));
    const rounding = Math.max(
      threshold * ROUNDING,
      Math.max(Math.abs(lower), Math.abs(upper)) * SLOPE_ROUNDING,
    );
    return side * (lower / 2 + upper / 2) - threshold > rounding;
  }
}

function notHeld(point: TrendPoint): RangeError {
  return new RangeError(`Expected a point that is held, got ${point.value} at ${point.at}`);
}

function requireTime(at: number): number {
  if (!Number.isSafeInteger(at))
    throw new RangeError(`Expected \`at\` to be integer milliseconds, got ${at}`);
  return at;
}
