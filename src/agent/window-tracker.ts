import { checkedTrend } from '../trends/checked.js';
import type {
  TrendDetectionStrategy,
  TrendDirection,
  TrendPoint,
  TrendResult,
  TrendTracker,
} from '../trends/types.js';

/** The strategy's own incremental tracker, or one that asks it again for the whole window. */
export function windowTracker(
  strategy: TrendDetectionStrategy,
  metric: string,
  window: string,
  points: readonly TrendPoint[],
): TrendTracker {
  if (!strategy.track) return new WholeWindowTracker(strategy, metric, window, points);
  const tracker = strategy.track(metric, window, points);
  // A strategy may leave the points to start from to its caller.
  if (tracker.size === 0) for (const point of points) tracker.insert(point);
  return tracker;
}

/** Keeps the points in time order and calls `detect`. For strategies without an incremental form. */
class WholeWindowTracker implements TrendTracker {
  private readonly points: TrendPoint[];

  constructor(
    private readonly strategy: TrendDetectionStrategy,
    readonly metric: string,
    readonly window: string,
    points: readonly TrendPoint[],
  ) {
    this.points = [...points];
  }

  get size(): number {
    return this.points.length;
  }

  insert(point: TrendPoint): void {
    const after = this.points.findLastIndex(({ at }) => at <= point.at);
    this.points.splice(after + 1, 0, point);
  }

  remove(point: TrendPoint): void {
    this.points.splice(this.indexOf(point), 1);
  }

  replace(before: TrendPoint, after: TrendPoint): void {
    this.remove(before);
    this.insert(after);
  }

  direction(previous?: TrendDirection): TrendDirection {
    return this.result(previous).direction;
  }

  result(previous?: TrendDirection): TrendResult {
    const { metric, window, points } = this;
    // A copy: a strategy that sorts its input must not sort ours.
    const found = this.strategy.detect({
      metric,
      window,
      points: points.map(({ at, value }) => ({ at, value })),
      ...(previous !== undefined && { previous }),
    });
    return checkedTrend(found, this, this.strategy.name);
  }

  private indexOf({ at, value }: TrendPoint): number {
    const index = this.points.findIndex((point) => point.at === at && point.value === value);
    if (index < 0)
      throw new RangeError(`No point ${value} at ${at} in the ${this.window} window of ${this.metric}`);
    return index;
  }
}
