import { NestedWindows } from '../trends/nested-windows.js';
import { type MetricKind, onTrendScale } from '../trends/polarity.js';
import { directionFrom, resultFrom, type TheilSenSettings } from '../trends/theil-sen-rule.js';
import { NestedEvidence } from '../trends/trend-evidence.js';
import type { TrendDirection, TrendResult } from '../trends/types.js';
import type { Row, Timeline } from '../windows/timeline.js';
import type { Observed } from './collaboration.js';
import type { ColumnGroup, ColumnPlan } from './column-plan.js';
import type { AgentState, TrendStatus } from './state.js';
import type { Attempt } from './task.js';
import type { Crossing, TrendBank } from './trend-bank.js';
import { ATTEMPT_TRENDS } from './trend-values.js';

/** Beyond so many rows in the longest window, trackers with orders of their own are faster. */
const MOST_ROWS = 1024;

/** Shared by all: nothing is kept there between two calls. */
const cells = new Float64Array(ATTEMPT_TRENDS.length);
const evidence = new NestedEvidence();

/** The trends of one agent under the default strategy: every point once, in columns that all windows share. */
export class ColumnBank implements TrendBank {
  isBroken = false;
  private readonly attempts: NestedWindows;
  private readonly observations: NestedWindows;

  constructor(
    state: AgentState,
    private readonly plan: ColumnPlan,
  ) {
    this.attempts = loaded(state.attempts, plan.attempts, state.now);
    this.observations = loaded(state.observations, plan.observations, state.now);
  }

  /** Whether columns are the best that there is for an agent. */
  static suits({ attempts, observations, now }: AgentState, { windows }: ColumnPlan): boolean {
    const from = now - (windows.at(-1) ?? 0);
    return attempts.count(from, now) <= MOST_ROWS && observations.count(from, now) <= MOST_ROWS;
  }

  get isOutgrown(): boolean {
    return this.attempts.rows > MOST_ROWS || this.observations.rows > MOST_ROWS;
  }

  insertAttempt(attempt: Attempt): void {
    this.insert(this.attempts, attempt, this.plan.attempts);
  }

  insertObserved(observed: Observed): void {
    this.insert(this.observations, observed, this.plan.observations);
  }

  replaceAttempt(before: Attempt, after: Attempt): void {
    const { values, kinds } = this.plan.attempts;
    if (!this.attempts.reaches(after.at)) return;
    this.isBroken = true;
    for (let m = 0; m < values.length; m++) {
      const { pointOf } = values[m] as (typeof values)[number];
      const old = pointOf(before);
      const value = pointOf(after);
      if (old === value) continue;
      const kind = kinds[m] as MetricKind;
      this.attempts.rewrite(after.at, m, scaled(old, kind), scaled(value, kind));
    }
    this.isBroken = false;
  }

  advance(_state: AgentState, now: number): void {
    this.attempts.advance(now);
    this.observations.advance(now);
  }

  get nextExit(): number {
    const { windows } = this.plan;
    let next = Number.POSITIVE_INFINITY;
    for (let w = 0; w < windows.length; w++) {
      const oldest = Math.min(this.attempts.firstTime(w), this.observations.firstTime(w));
      next = Math.min(next, oldest + (windows[w] as number) + 1);
    }
    return next;
  }

  suspect(): void {
    this.attempts.setChanged(true);
    this.observations.setChanged(true);
  }

  crossings(statuses: readonly TrendStatus[]): readonly Crossing[] {
    const found: Crossing[] = [];
    this.judge(this.attempts, this.plan.attempts, statuses, found);
    this.judge(this.observations, this.plan.observations, statuses, found);
    return found;
  }

  result(index: number, direction: TrendDirection): TrendResult {
    const { attempts, observations, settings } = this.plan;
    const isObserved = index >= observations.firstTrend;
    const looked = isObserved
      ? evidence.of(this.observations, index - observations.firstTrend)
      : evidence.of(this.attempts, index - attempts.firstTrend);
    return resultFrom(looked, settings[index] as TheilSenSettings, direction);
  }

  private insert<R extends Row>(windows: NestedWindows, row: R, { values, kinds }: ColumnGroup<R>): void {
    if (!windows.reaches(row.at)) return;
    this.isBroken = true;
    for (let m = 0; m < values.length; m++) {
      const { pointOf } = values[m] as (typeof values)[number];
      cells[m] = scaled(pointOf(row), kinds[m] as MetricKind);
    }
    windows.insert(row.at, cells);
    this.isBroken = false;
  }

  private judge<R extends Row>(
    windows: NestedWindows,
    { shape, firstTrend }: ColumnGroup<R>,
    statuses: readonly TrendStatus[],
    found: Crossing[],
  ): void {
    const { minDataPoints, settings } = this.plan;
    for (let place = 0; place < shape.lines.length; place++) {
      if (!windows.takeChanged(place)) continue;
      const index = firstTrend + place;
      const { direction: previous } = statuses[index] as TrendStatus;
      const direction =
        windows.pointsOf(place) < minDataPoints
          ? 'insufficient_data'
          : directionFrom(evidence.of(windows, place), settings[index] as TheilSenSettings, previous);
      if (direction !== previous) found.push({ index, direction });
    }
  }
}

/** The rows of a timeline that any window holds, with nothing to judge. */
function loaded<R extends Row>(
  timeline: Timeline<R>,
  { values, kinds, shape }: ColumnGroup<R>,
  now: number,
): NestedWindows {
  const from = now - (shape.windows.at(-1) ?? 0);
  const windows = new NestedWindows(shape, now, timeline.count(from, now));
  timeline.scan(from, now, (table, row) => {
    for (let m = 0; m < values.length; m++) {
      const value = (values[m] as (typeof values)[number]).pointAt(table, row);
      cells[m] = Number.isNaN(value) ? value : onTrendScale(value, kinds[m] as MetricKind);
    }
    windows.insert(table.number(row, 0), cells);
  });
  windows.setChanged(false);
  return windows;
}

/** `NaN` for none. */
function scaled(value: number | null, kind: MetricKind): number {
  return value === null ? Number.NaN : onTrendScale(value, kind);
}
