import { type MetricKind, onTrendScale } from './polarity.js';
import { RankCounts } from './rank-counts.js';
import { inOrder, type SortedSeries } from './sorted-series.js';
import { directionFrom, resultFrom, resultInPieces, type TheilSenSettings } from './theil-sen-rule.js';
import type { TrendDirection, TrendPoint, TrendResult, TrendTracker } from './types.js';

/** One trend under the default strategy, kept up to date point by point. */
export class TheilSenTracker implements TrendTracker {
  private readonly counts: RankCounts;

  constructor(
    private readonly settings: TheilSenSettings,
    points: readonly TrendPoint[] = [],
  ) {
    this.counts = new RankCounts(settings.counted);
    if (points.length > 0) this.counts.load(scaledSeries(points, settings.kind));
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

  direction(previous?: TrendDirection): TrendDirection {
    return directionFrom(this.counts, this.settings, previous);
  }

  result(previous?: TrendDirection): TrendResult {
    return resultFrom(this.counts, this.settings, this.direction(previous));
  }

  /** {@link result} in pieces, for more points than may be looked at in one go. */
  *resultInPieces(previous?: TrendDirection): Generator<undefined, TrendResult> {
    yield* this.counts.prepare();
    return yield* resultInPieces(this.counts, this.settings, this.direction(previous));
  }

  private scaled(point: TrendPoint): number {
    return onTrendScale(point.value, this.settings.kind);
  }
}

/**
 * Points in any order as a series on the scale of their trend.
 *
 * @throws RangeError for times that are not whole milliseconds, and values that no trend can be taken of
 */
export function scaledSeries(points: readonly TrendPoint[], kind: MetricKind): SortedSeries {
  const times = new Float64Array(points.length);
  const values = new Float64Array(points.length);
  for (let i = 0; i < points.length; i++) {
    const { at, value } = points[i]!;
    times[i] = requireTime(at);
    values[i] = onTrendScale(value, kind);
  }
  return inOrder({ times, values });
}

function notHeld(point: TrendPoint): RangeError {
  return new RangeError(`Expected a point that is held, got ${point.value} at ${point.at}`);
}

function requireTime(at: number): number {
  if (!Number.isSafeInteger(at))
    throw new RangeError(`Expected \`at\` to be integer milliseconds, got ${at}`);
  return at;
}
