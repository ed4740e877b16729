/** Where a metric is going; *improving always means better*, whatever the metric's polarity. */
export const TREND_DIRECTIONS = ['improving', 'stable', 'declining', 'insufficient_data'] as const;
export type TrendDirection = (typeof TREND_DIRECTIONS)[number];

/** The metrics that Tenure keeps trends of. */
export const TREND_METRICS = ['quality', 'cost', 'completionTime', 'tokens', 'collaboration'] as const;
export type TrendMetric = (typeof TREND_METRICS)[number];

/** One data point: epoch milliseconds, and the value in the metric's own unit (never a logarithm). */
export interface TrendPoint {
  readonly at: number;
  readonly value: number;
}

/** What is known of one metric's trend in one window, with all that is needed to trust it. */
export interface TrendResult {
  readonly metric: string;
  readonly window: string;
  readonly direction: TrendDirection;
  /** Per day; points for linear metrics, change of ln(value) for logarithmic ones. 0 under two points. */
  readonly slope: number;
  /** 95 % interval of the slope; `null` where it is not defined (too few points, or no variation). */
  readonly slopeInterval: readonly [low: number, high: number] | null;
  /** Two-sided p value of the plain test. 1 where nothing can be tested. */
  readonly pValue: number;
  /** The p value with the variance inflated for autocorrelation: directions are entered on it. */
  readonly adjustedPValue: number;
  /** The slope, per day, that matters, on the side of the slope's sign (a positive number). */
  readonly threshold: number;
  readonly dataPointCount: number;
  /** When the direction was entered, epoch milliseconds; `null` when no history is known. */
  readonly since: number | null;
  /** When this was evaluated, epoch milliseconds: the latest point's time unless the caller knows better. */
  readonly evaluatedAt: number | null;
}

export interface TrendInput {
  readonly metric: string;
  /** Window label such as `'30d'`. */
  readonly window: string;
  /** The points in the window, in any order. */
  readonly points: readonly TrendPoint[];
  /** The direction before; a strategy with hysteresis needs it. Default: `insufficient_data`. */
  readonly previous?: TrendDirection;
}

/**
 * The incremental form of a strategy for one metric in one window: a multiset of points.
 * `direction` and `result` always equal `detect` on the same points and the same previous direction.
 */
export interface TrendTracker {
  /** Points held. */
  readonly size: number;
  insert(point: TrendPoint): void;
  /** @throws RangeError when no such point is held. */
  remove(point: TrendPoint): void;
  /** @throws RangeError when no such point is held. */
  replace(before: TrendPoint, after: TrendPoint): void;
  direction(previous?: TrendDirection): TrendDirection;
  result(previous?: TrendDirection): TrendResult;
}

/** Decides which way a metric goes. Pure: the same points and previous direction give the same result. */
export interface TrendDetectionStrategy {
  readonly name: string;
  /**
   * Whatever else its results depend on, as JSON. With the name it says what is computed: a database that was written
   * under others is rebuilt when it is opened.
   */
  readonly settings?: unknown;
  detect(input: TrendInput): TrendResult;
  /**
   * The same as {@link detect} for the many buckets that a series may have: between two of its pieces the event loop
   * gets a turn when it is due. Without it, the loop waits for `detect`.
   */
  detectInPieces?(input: TrendInput): Generator<undefined, TrendResult>;
  /**
   * The incremental form, holding the given points to begin with. A strategy without it is asked again for the
   * whole window at every event.
   */
  track?(metric: string, window: string, points?: readonly TrendPoint[]): TrendTracker;
}
