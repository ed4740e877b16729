import { DAY_MS } from '../windows/duration.js';
import type { EffectLines } from './metric-options.js';
import type { SlopeLine } from './slope-line.js';

/** Numbers of the lines whose pairs are counted: slope zero, and the slopes that matter. */
export const ZERO = 0;
export const UP = 1;
export const DOWN = 2;
export type Threshold = typeof UP | typeof DOWN;

/** By the numbers {@link ZERO}, {@link UP} and {@link DOWN}. */
export type CountedLines = readonly [zero: SlopeLine, up: SlopeLine, down: SlopeLine];

/** Slope zero, and the thresholds with their signs. */
export function countedLines({ up, down }: EffectLines): CountedLines {
  return [{ rise: 0, run: DAY_MS }, up, { rise: -down.rise, run: down.run }];
}
