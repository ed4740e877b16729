import { z } from 'zod';
import { areSettings, labelOf, settingsError } from '../scoring/settings.js';
import { ALTERNATIVES } from '../trends/alternatives.js';
import { theilSen } from '../trends/theil-sen-strategy.js';
import type { TrendDetectionStrategy } from '../trends/types.js';
import { DAY_MS, isDuration, parseDuration } from '../windows/duration.js';

/** When a department is short of hands, and when it has too many. */
export interface HiringOptions {
  /** Whole days that arriving and finished work are counted over. Default `'14d'`. */
  readonly window?: string;
  /** Whole days that completion time and success are followed over; open tasks older than it are given up. Default `'30d'`. */
  readonly trendWindow?: string;
  /** Fewest tasks that must have arrived in the window before a shortage is spoken of. Default 20. */
  readonly minEvidence?: number;
  /** Of the four signs of a shortage, how many must be met; one of the two of load always. Default 2. */
  readonly minCriteriaMet?: number;
  /** Tasks that arrive for each that is finished, from which on the work outgrows the hands. Default 1.25. */
  readonly arrivalRatio?: number;
  /** Mean age of the open tasks from which on they wait too long. Default `'2d'`. */
  readonly timeInQueue?: string;
  /** Tasks that arrive per agent and day at or under which a department is idle. Default 0.2. */
  readonly idleTasksPerAgentDay?: number;
  /** Whole days that the evidence must last. Default `'3d'`. */
  readonly sustain?: string;
  /** Whole days after a signal before a department is spoken of again. Default `'14d'`. */
  readonly cooldown?: string;
  /** Judges the daily series of `completionTime` (ms) and `successRate` (0–1). Default a {@link theilSen}. */
  readonly trend?: TrendDetectionStrategy;
}

/** The options in days and milliseconds, every default filled in. */
export interface HiringRules {
  readonly window: { readonly label: string; readonly days: number };
  readonly trendWindow: { readonly label: string; readonly days: number };
  readonly minEvidence: number;
  readonly minCriteriaMet: number;
  readonly arrivalRatio: number;
  readonly timeInQueueMs: number;
  readonly idleTasksPerAgentDay: number;
  readonly sustainMs: number;
  readonly cooldownMs: number;
  readonly trend: TrendDetectionStrategy;
  /** The name of that strategy, and what is special about its settings. */
  readonly trendLabel: string;
}

const LONGEST_DAYS = 366;

const days = (option: string) =>
  z.string().refine((label) => isDays(label), {
    error: `expected whole days such as '14d', at most ${LONGEST_DAYS}d (option hiring.${option})`,
  });
const positive = z.number().positive().max(1e9);

export const hiringSchema = z
  .strictObject({
    window: days('window').default('14d'),
    trendWindow: days('trendWindow').default('30d'),
    minEvidence: z.int().min(1).default(20),
    minCriteriaMet: z.int().min(1).max(4).default(2),
    arrivalRatio: positive.default(1.25),
    timeInQueue: z
      .string()
      .refine(isDuration, { error: "expected a duration such as '12h' or '2d'" })
      .default('2d'),
    idleTasksPerAgentDay: z.number().min(0).max(1e9).default(0.2),
    sustain: days('sustain').default('3d'),
    cooldown: days('cooldown').default('14d'),
    trend: z
      .custom<TrendDetectionStrategy>(
        (value) => typeof (value as Partial<TrendDetectionStrategy> | null)?.detect === 'function',
        { error: 'expected a trend strategy, such as theilSen() makes' },
      )
      .refine((value) => areSettings(value?.settings), settingsError)
      .optional(),
  })
  .prefault({});

/** A fifth longer, or one task in ten more failed, over the window: less than that nobody is hired for. */
const MIN_EFFECT = { completionTime: 0.2, successRate: 0.1 };
const MIN_DAYS = 10;

/** @param parsed what {@link hiringSchema} made of a host's options */
export function hiringRules(parsed: z.output<typeof hiringSchema>): HiringRules {
  const { window, trendWindow, timeInQueue, sustain, cooldown, trend, ...rest } = parsed;
  const usualTrend = theilSen({ minEffect: MIN_EFFECT, minDataPoints: MIN_DAYS });
  return {
    ...rest,
    window: { label: window, days: daysOf(window) },
    trendWindow: { label: trendWindow, days: daysOf(trendWindow) },
    timeInQueueMs: parseDuration(timeInQueue),
    sustainMs: parseDuration(sustain),
    cooldownMs: parseDuration(cooldown),
    trend: trend ?? usualTrend,
    trendLabel: labelOf(trend ?? usualTrend, [usualTrend, ...ALTERNATIVES]),
  };
}

/** Names the rules that a projection was made by: it is good for no others. */
export function hiringLayout({ trend: _trend, trendLabel, ...rules }: HiringRules): string {
  return JSON.stringify({ ...rules, trend: trendLabel });
}

function daysOf(label: string): number {
  return parseDuration(label) / DAY_MS;
}

function isDays(label: string): boolean {
  return isDuration(label) && Number.isInteger(daysOf(label)) && daysOf(label) <= LONGEST_DAYS;
}
