import { DAY_MS, parseDuration } from '../windows/duration.js';
import { entryZ } from './alarm-budget.js';
import { lagOneAutocorrelation } from './autocorrelation.js';
import { invalidOption, requireOneOf, requirePositive } from './invalid-option.js';
import { kendallPValue, kendallZ } from './mann-kendall.js';
import {
  checkMetricOptions,
  DEFAULT_MIN_DATA_POINTS,
  effectLines,
  kindOf,
  type MetricOptions,
  perDay,
} from './metric-options.js';
import { normalTail } from './normal.js';
import { directionOf, type MetricKind, onTrendScale } from './polarity.js';
import { DOWN, RankCounts, UP } from './rank-counts.js';
import { senInterval } from './sen-interval.js';
import type { SortedSeries } from './sorted-series.js';
import { medianSlope } from './theil-sen.js';
import type {
  TrendDetectionStrategy,
  TrendDirection,
  TrendInput,
  TrendPoint,
  TrendResult,
  TrendTracker,
} from './types.js';

export interface TheilSenOptions extends MetricOptions {
  readonly falseAlarmsPerYear?: number;
  readonly significance?: 'on' | 'off';
  readonly confidence?: number;
}

export function theilSen(options: TheilSenOptions = {}): TrendDetectionStrategy {
  checkMetricOptions(options);
  if (options.falseAlarmsPerYear !== undefined)
    requirePositive('falseAlarmsPerYear', options.falseAlarmsPerYear);
  if (options.significance !== undefined) requireOneOf('significance', options.significance, ['on', 'off']);
  const { confidence = 0.95 } = options;
  if (!(confidence > 0 && confidence < 1)) {
    throw invalidOption('confidence', 'a number between 0 and 1', confidence);
  }
  const track = (metric: string, window: string, points: readonly TrendPoint[] = []): TrendTracker =>
    new TheilSenTracker(metric, window, options, points);
  return {
    name: 'theilSen',
    detect: ({ metric, window, points, previous }: TrendInput): TrendResult =>
      track(metric, window, points).result(previous),
    track,
  };
}

class TheilSenTracker implements TrendTracker {
  private readonly counts: RankCounts;
  private readonly kind: MetricKind;
  private readonly windowMs: number;

  constructor(
    private readonly metric: string,
    private readonly window: string,
    private readonly options: TheilSenOptions,
    points: readonly TrendPoint[],
  ) {
    const { up, down } = effectLines(metric, window, options);
    this.kind = kindOf(metric, options);
    this.windowMs = parseDuration(window, 'window');
    this.counts = new RankCounts([{ rise: 0, run: DAY_MS }, up, { rise: -down.rise, run: down.run }]);
    for (const point of points) this.insert(point);
  }

  get size(): number {
    return this.counts.size;
  }

  insert(point: TrendPoint): void {
    this.counts.insert(point.at, onTrendScale(point.value, this.kind));
  }

  remove(point: TrendPoint): void {
    if (!this.counts.remove(point.at, onTrendScale(point.value, this.kind))) {
      throw new RangeError(`Expected a point that is held, got ${point.value} at ${point.at}`);
    }
  }

  replace(before: TrendPoint, after: TrendPoint): void {
    onTrendScale(after.value, this.kind);
    this.remove(before);
    this.insert(after);
  }

  direction(previous: TrendDirection = 'insufficient_data'): TrendDirection {
    const { counts } = this;
    if (counts.size < (this.options.minDataPoints ?? DEFAULT_MIN_DATA_POINTS)) return 'insufficient_data';
    if (this.options.significance === 'off') {
      const side = this.exceeds(1) ? 1 : this.exceeds(-1) ? -1 : 0;
      return directionOf(side, this.kind.polarity);
    }
    const side = Math.sign(counts.s);
    const direction = directionOf(side, this.kind.polarity);
    if (side === 0) return 'stable';
    if (direction === previous) return this.adjustedZ() >= 1.2815515655446004 ? direction : 'stable';
    return this.enters(side) ? direction : 'stable';
  }

  result(previous?: TrendDirection): TrendResult {
    const { counts } = this;
    const series = this.series();
    const slope = medianSlope(series);
    const p = kendallPValue(counts.s, counts.size, counts.times, counts.values);
    const inflation = counts.size > 2 ? this.inflation() : 1;
    return {
      metric: this.metric,
      window: this.window,
      direction: this.direction(previous),
      slope,
      slopeInterval: senInterval(series, counts.times, counts.values, this.options.confidence ?? 0.95),
      pValue: p,
      adjustedPValue: inflation === 1 ? p : Math.max(p, Math.min(1, 2 * normalTail(this.adjustedZ()))),
      threshold: perDay({
        ...counts.lines[slope < 0 ? DOWN : UP]!,
        rise: Math.abs(counts.lines[slope < 0 ? DOWN : UP]!.rise),
      }),
      dataPointCount: counts.size,
      since: null,
      evaluatedAt: counts.series.lastTime,
    };
  }

  private enters(side: number): boolean {
    const { counts } = this;
    const z = entryZ(this.options.falseAlarmsPerYear ?? 2, this.windowMs, counts.size);
    if (this.plainZ() < z || !this.exceeds(side)) return false;
    return this.adjustedZ() >= z;
  }

  private plainZ(): number {
    return kendallZ(this.counts.s, this.counts.variance);
  }

  private adjustedZ(): number {
    return kendallZ(this.counts.s, this.counts.variance * this.inflation());
  }

  private inflation(): number {
    const n = this.counts.size;
    const rho = lagOneAutocorrelation(this.series());
    if (rho < 1.645 / Math.sqrt(n)) return 1;
    const corrected = Math.min(0.95, rho + (2 + 4 * rho) / n);
    return (1 + corrected) / (1 - corrected);
  }

  /** Whether the median slope is beyond the threshold on the given side. */
  private exceeds(side: number): boolean {
    const { rising, falling } = this.counts.counts(side > 0 ? UP : DOWN);
    const beyond = side > 0 ? rising : falling;
    const within = side > 0 ? falling : rising;
    const pairs = this.counts.pairs;
    if (2 * beyond !== pairs) return 2 * beyond > pairs;
    if (pairs === 0) return false;
    if (2 * within !== pairs) return true;
    const line = this.counts.lines[side > 0 ? UP : DOWN]!;
    return side * (medianSlope(this.series()) - perDay(line)) > 0;
  }

  private series(): SortedSeries {
    const n = this.counts.size;
    const times = new Float64Array(n);
    const values = new Float64Array(n);
    let i = 0;
    this.counts.series.forEach((time, value) => {
      times[i] = time;
      values[i++] = value;
    });
    return { times, values };
  }
}
