import { z } from 'zod';
import { optionsObject, parseOptions, positive } from '../scoring/options.js';
import { settingsOf } from '../scoring/settings.js';
import { parseDuration } from '../windows/duration.js';
import { DEFAULT_FALSE_ALARMS_PER_YEAR, entryTable } from './alarm-budget.js';
import { countedLines } from './counted-lines.js';
import {
  DEFAULT_MIN_DATA_POINTS,
  effectLines,
  kindOf,
  metricOptionsSchema,
  oneOf,
} from './metric-options.js';
import { directionFrom, resultFrom, type TheilSenSettings } from './theil-sen-rule.js';
import { scaledSeries, TheilSenTracker } from './theil-sen-tracker.js';
import { SeriesEvidence } from './trend-evidence.js';
import type { TrendDetectionStrategy } from './types.js';

const PROPER_SHARE = { error: 'to be a number between 0 and 1, both excluded' };

const theilSenOptionsSchema = optionsObject({
  ...metricOptionsSchema.shape,
  /**
   * False transitions that are accepted per metric and window in an agent's year without any trend, entering
   * and leaving counted separately. Default 2.
   */
  falseAlarmsPerYear: positive(),
  /** `'off'`: the bare rule, a direction whenever the slope is beyond its threshold. Default `'on'`. */
  significance: oneOf(['on', 'off']),
  /** Of the slope's interval, between 0 and 1. Default 0.95. */
  confidence: z.number(PROPER_SHARE).gt(0, PROPER_SHARE).lt(1, PROPER_SHARE).optional(),
});

export type TheilSenOptions = Readonly<z.input<typeof theilSenOptionsSchema>>;

/**
 * The default strategy. A direction is entered when the Theil–Sen slope is beyond its threshold and the
 * Mann–Kendall test, its variance inflated for autocorrelation, is beyond the level that the alarm budget
 * sets; it is left when the plain test's p value is above 0.2, or when the sign turns. Exact at every
 * event: `detect`, `detectInPieces` and `track` agree on every field. O(log n) an event, see {@link TheilSenTracker}.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`, naming the option, what is expected and what was given
 */
export function theilSen(given?: TheilSenOptions): Required<TrendDetectionStrategy> {
  const options = parseOptions('theilSen', theilSenOptionsSchema, given);
  const {
    minDataPoints = DEFAULT_MIN_DATA_POINTS,
    falseAlarmsPerYear = DEFAULT_FALSE_ALARMS_PER_YEAR,
    significance = 'on',
    confidence = 0.95,
  } = options;
  const entryTables = new Map<string, (n: number) => number>();
  const entryZ = (window: string): ((n: number) => number) | undefined => {
    if (significance === 'off') return undefined;
    const table = entryTables.get(window) ?? entryTable(falseAlarmsPerYear, parseDuration(window, 'window'));
    entryTables.set(window, table);
    return table;
  };
  const settingsByKey = new Map<string, TheilSenSettings>();
  const settingsFor = (metric: string, window: string): TheilSenSettings => {
    const key = `${window} ${metric}`;
    const known = settingsByKey.get(key);
    if (known !== undefined) return known;
    const lines = effectLines(metric, window, options);
    const settings = {
      metric,
      window,
      kind: kindOf(metric, options),
      lines,
      counted: countedLines(lines),
      minDataPoints,
      entryZ: entryZ(window),
      confidence,
    };
    settingsByKey.set(key, settings);
    return settings;
  };
  const strategy: Required<TrendDetectionStrategy> = {
    name: 'theilSen',
    settings: settingsOf({ ...options, minDataPoints, falseAlarmsPerYear, significance, confidence }),
    detect: ({ metric, window, points, previous }) => {
      const settings = settingsFor(metric, window);
      const evidence = new SeriesEvidence(scaledSeries(points, settings.kind), settings.counted);
      return resultFrom(evidence, settings, directionFrom(evidence, settings, previous));
    },
    detectInPieces: ({ metric, window, points, previous }) =>
      new TheilSenTracker(settingsFor(metric, window), points).resultInPieces(previous),
    track: (metric, window, points) => new TheilSenTracker(settingsFor(metric, window), points),
  };
  const { detect, track } = strategy;
  made.set(strategy, { detect, track, settingsFor });
  return strategy;
}

/** What {@link theilSen} made, so that those who keep the points themselves can ask for no more than the decision. */
const made = new WeakMap<
  TrendDetectionStrategy,
  Pick<Required<TrendDetectionStrategy>, 'detect' | 'track'> & {
    readonly settingsFor: (metric: string, window: string) => TheilSenSettings;
  }
>();

/** The settings by which a strategy decides, of a metric in a window; `undefined` unless it is {@link theilSen}'s own. */
export function theilSenSettings(
  strategy: TrendDetectionStrategy,
): ((metric: string, window: string) => TheilSenSettings) | undefined {
  const own = made.get(strategy);
  return own?.detect === strategy.detect && own.track === strategy.track ? own.settingsFor : undefined;
}
