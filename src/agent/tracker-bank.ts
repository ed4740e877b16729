import { checkedDirection, checkedTrend } from '../trends/checked.js';
import {
  TREND_METRICS,
  type TrendDetectionStrategy,
  type TrendDirection,
  type TrendMetric,
  type TrendPoint,
  type TrendResult,
  type TrendTracker,
} from '../trends/types.js';
import type { Row, Timeline } from '../windows/timeline.js';
import type { MetricsWindowStrategy, Window } from '../windows/types.js';
import type { Observed } from './collaboration.js';
import type { AgentState, TrendStatus } from './state.js';
import type { Attempt } from './task.js';
import type { Crossing, TrendBank } from './trend-bank.js';
import {
  ATTEMPT_TRENDS,
  eachPointOf,
  OBSERVED_TRENDS,
  trendIndex,
  type TrendValues as Values,
} from './trend-values.js';
import { windowTracker } from './window-tracker.js';

/** A tracker of its own for every trend, for whatever strategy and however many points. */
export class TrackerBank implements TrendBank {
  readonly isOutgrown = false;
  private readonly trackers: (TrendTracker | undefined)[] = [];
  /** By {@link trendIndex}: whether a trend's points changed since it was last judged. */
  private readonly dirty: boolean[] = [];
  /** Time of the first row in each window, so that an event that moves nothing out costs a comparison. */
  private readonly oldestAttempt: number[];
  private readonly oldestObserved: number[];
  private isChanging = false;

  constructor(
    state: AgentState,
    private readonly strategy: TrendDetectionStrategy,
    private readonly windows: MetricsWindowStrategy,
  ) {
    const { now } = state;
    this.oldestAttempt = windows.windows.map(({ ms }) => state.attempts.firstAtOrAfter(now - ms));
    this.oldestObserved = windows.windows.map(({ ms }) => state.observations.firstAtOrAfter(now - ms));
    this.load(state.attempts, ATTEMPT_TRENDS, now);
    this.load(state.observations, OBSERVED_TRENDS, now);
  }

  get isBroken(): boolean {
    return this.isChanging;
  }

  insertAttempt(attempt: Attempt, now: number): void {
    this.change(() => this.insert(attempt, ATTEMPT_TRENDS, this.oldestAttempt, now));
  }

  insertObserved(observed: Observed, now: number): void {
    this.change(() => this.insert(observed, OBSERVED_TRENDS, this.oldestObserved, now));
  }

  replaceAttempt(before: Attempt, after: Attempt, now: number): void {
    this.change(() => this.replace(before, after, now));
  }

  private change(work: () => void): void {
    this.isChanging = true;
    work();
    this.isChanging = false;
  }

  private replace(before: Attempt, after: Attempt, now: number): void {
    for (const { metric, pointOf } of ATTEMPT_TRENDS) {
      const old = pointOf(before);
      const value = pointOf(after);
      if (old === value) continue;
      this.eachWindow(metric, after.at, now, (tracker) => {
        if (old === null) tracker.insert({ at: after.at, value: value as number });
        else if (value === null) tracker.remove({ at: after.at, value: old });
        else tracker.replace({ at: after.at, value: old }, { at: after.at, value });
      });
    }
  }

  advance(state: AgentState, now: number): void {
    this.evict(state.attempts, ATTEMPT_TRENDS, this.oldestAttempt, state.now, now);
    this.evict(state.observations, OBSERVED_TRENDS, this.oldestObserved, state.now, now);
  }

  get nextExit(): number {
    const { windows } = this.windows;
    let next = Number.POSITIVE_INFINITY;
    for (let w = 0; w < windows.length; w++) {
      const oldest = Math.min(this.oldestAttempt[w] as number, this.oldestObserved[w] as number);
      next = Math.min(next, oldest + (windows[w] as Window).ms + 1);
    }
    return next;
  }

  suspect(count: number): void {
    for (let index = 0; index < count; index++) this.dirty[index] = true;
  }

  crossings(statuses: readonly TrendStatus[]): readonly Crossing[] {
    const found: Crossing[] = [];
    for (let index = 0; index < this.dirty.length; index++) {
      if (!this.dirty[index]) continue;
      this.dirty[index] = false;
      const tracker = this.trackers[index];
      const { direction: previous } = statuses[index] as TrendStatus;
      const isEnough = tracker !== undefined && tracker.size >= this.windows.minDataPoints;
      const direction = isEnough
        ? checkedDirection(tracker.direction(previous), this.strategy.name)
        : 'insufficient_data';
      if (direction !== previous) found.push({ index, direction });
    }
    return found;
  }

  result(index: number, previous: TrendDirection): TrendResult | undefined {
    const found = this.trackers[index]?.result(previous);
    return found && checkedTrend(found, this.name(index), this.strategy.name);
  }

  private load<R extends Row>(timeline: Timeline<R>, trends: Values<R>, now: number): void {
    for (const { metric, pointAt } of trends) {
      for (const [w, { ms }] of this.windows.windows.entries()) {
        const points: TrendPoint[] = [];
        eachPointOf(timeline, pointAt, now - ms, now, (at, value) => points.push({ at, value }));
        if (points.length > 0) this.trackers[this.index(metric, w)] = this.tracker(metric, w, points);
      }
    }
  }

  private insert<R extends Row>(row: R, trends: Values<R>, oldest: number[], now: number): void {
    const { windows } = this.windows;
    for (let w = 0; w < windows.length; w++) {
      if (row.at >= now - (windows[w] as Window).ms) oldest[w] = Math.min(oldest[w] as number, row.at);
    }
    for (const { metric, pointOf } of trends) {
      const value = pointOf(row);
      if (value === null) continue;
      this.eachWindow(metric, row.at, now, (tracker) => tracker.insert({ at: row.at, value }));
    }
  }

  private eachWindow(metric: number, at: number, now: number, change: (tracker: TrendTracker) => void): void {
    const { windows } = this.windows;
    for (let w = 0; w < windows.length; w++) {
      if (at < now - (windows[w] as Window).ms) continue;
      const index = this.index(metric, w);
      const tracker = this.trackers[index] ?? this.tracker(metric, w, []);
      this.trackers[index] = tracker;
      change(tracker);
      this.dirty[index] = true;
    }
  }

  private evict<R extends Row>(
    rows: Timeline<R>,
    trends: Values<R>,
    oldest: number[],
    before: number,
    now: number,
  ): void {
    const { windows } = this.windows;
    for (let w = 0; w < windows.length; w++) {
      const { ms } = windows[w] as Window;
      const from = now - ms;
      if ((oldest[w] as number) >= from) continue;
      rows.scan(before - ms, Math.min(from - 1, before), (table, row) => {
        for (const { metric, pointAt } of trends) {
          const value = pointAt(table, row);
          if (Number.isNaN(value)) continue;
          const index = this.index(metric, w);
          this.trackers[index]?.remove({ at: table.number(row, 0), value });
          this.dirty[index] = true;
        }
      });
      oldest[w] = rows.firstAtOrAfter(from);
    }
  }

  private name(index: number): { metric: TrendMetric; window: string } {
    const { windows } = this.windows;
    return {
      metric: TREND_METRICS[Math.floor(index / windows.length)] as TrendMetric,
      window: (windows[index % windows.length] as Window).label,
    };
  }

  private tracker(metric: number, window: number, points: readonly TrendPoint[]): TrendTracker {
    const { label } = this.windows.windows[window] as { label: string };
    return windowTracker(this.strategy, TREND_METRICS[metric] as TrendMetric, label, points);
  }

  private index(metric: number, window: number): number {
    return trendIndex(metric, window, this.windows.windows.length);
  }
}
