import { checkedDirection } from '../trends/checked.js';
import {
  TREND_METRICS,
  type TrendDetectionStrategy,
  type TrendDirection,
  type TrendMetric,
  type TrendPoint,
  type TrendResult,
  type TrendTracker,
} from '../trends/types.js';
import type { RowTable } from '../windows/row-table.js';
import type { Row, Timeline } from '../windows/timeline.js';
import type { MetricsWindowStrategy, Window } from '../windows/types.js';
import { figureAt } from './attempt-layout.js';
import type { Observed } from './collaboration.js';
import { valueAt } from './observed-layout.js';
import type { AgentState, TrendStatus } from './state.js';
import type { Attempt, AttemptFigure } from './task.js';
import { windowTracker } from './window-tracker.js';

type Values<R extends Row> = readonly {
  readonly metric: number;
  readonly pointOf: (row: R) => number | null;
  /** The same where the row lies in its timeline, `NaN` for none. */
  readonly pointAt: (table: RowTable, row: number) => number;
}[];

const METRIC = Object.fromEntries(TREND_METRICS.map((metric, i) => [metric, i])) as Record<
  TrendMetric,
  number
>;

/** The trend points that one finished attempt is worth. */
export const ATTEMPT_TRENDS: Values<Attempt> = [
  ofFigure(METRIC.quality, 'quality'),
  ofFigure(METRIC.cost, 'cost'),
  ofFigure(METRIC.completionTime, 'completionMs'),
  ofFigure(METRIC.tokens, 'tokens'),
];

function ofFigure(metric: number, figure: AttemptFigure): Values<Attempt>[number] {
  return {
    metric,
    pointOf: (attempt) => attempt[figure],
    pointAt: (table, row) => figureAt(table, row, figure),
  };
}

/** The trend point that one observation is worth. */
export const OBSERVED_TRENDS: Values<Observed> = [
  { metric: METRIC.collaboration, pointOf: ({ value }) => value, pointAt: valueAt },
];

/** Place of a trend in `AgentState.trends`. */
export function trendIndex(metric: number, window: number, windowCount: number): number {
  return metric * windowCount + window;
}

/**
 * The incremental trend trackers of one agent, exactly the points that every window holds at `AgentState.now`.
 * A cache: it can be built from a state at any time, and is never stored.
 */
export class TrendBank {
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

  /**
   * Whether a strategy's tracker threw in the midst of a change: some trackers know of it, some do not, and the bank
   * is of no more use.
   */
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

  /** Takes out what leaves the windows as time moves; the state still holds those rows. */
  advance(state: AgentState, now: number): void {
    this.evict(state.attempts, ATTEMPT_TRENDS, this.oldestAttempt, state.now, now);
    this.evict(state.observations, OBSERVED_TRENDS, this.oldestObserved, state.now, now);
  }

  /** When time alone takes the next row out of a window, epoch milliseconds; `Infinity` for never. */
  get nextExit(): number {
    const { windows } = this.windows;
    let next = Number.POSITIVE_INFINITY;
    for (let w = 0; w < windows.length; w++) {
      const oldest = Math.min(this.oldestAttempt[w] as number, this.oldestObserved[w] as number);
      next = Math.min(next, oldest + (windows[w] as Window).ms + 1);
    }
    return next;
  }

  /** Has all so many trends judged anew, whether their points changed or not. */
  suspect(count: number): void {
    for (let index = 0; index < count; index++) this.dirty[index] = true;
  }

  /** The directions that differ from the given statuses, among the trends that changed since the last call. */
  crossings(
    statuses: readonly TrendStatus[],
  ): readonly { readonly index: number; readonly direction: TrendDirection }[] {
    const found: { index: number; direction: TrendDirection }[] = [];
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

  /** The figures of a trend on the points that its window holds now; `undefined` when it never had any. */
  result(index: number, previous: TrendDirection): TrendResult | undefined {
    return this.trackers[index]?.result(previous);
  }

  private load<R extends Row>(timeline: Timeline<R>, trends: Values<R>, now: number): void {
    for (const { metric, pointAt } of trends) {
      for (const [w, { ms }] of this.windows.windows.entries()) {
        const points = pointsOf(timeline, pointAt, now - ms, now);
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

  private tracker(metric: number, window: number, points: readonly TrendPoint[]): TrendTracker {
    const { label } = this.windows.windows[window] as { label: string };
    return windowTracker(this.strategy, TREND_METRICS[metric] as TrendMetric, label, points);
  }

  private index(metric: number, window: number): number {
    return trendIndex(metric, window, this.windows.windows.length);
  }
}

/** The points of a trend in `[from, to]`, in order. */
export function pointsOf<R extends Row>(
  timeline: Timeline<R>,
  pointAt: Values<R>[number]['pointAt'],
  from: number,
  to: number,
): TrendPoint[] {
  const points: TrendPoint[] = [];
  timeline.scan(from, to, (table, row) => {
    const value = pointAt(table, row);
    if (!Number.isNaN(value)) points.push({ at: table.number(row, 0), value });
  });
  return points;
}
