import type { TrendChanged } from '../agent/outputs.js';
import type { Tracker } from '../tracker.js';

/** The latest transitions into "improving" or "declining", oldest first; those into "stable" tell less. */
export async function recentTurns(
  tracker: Pick<Tracker, 'log'>,
  wanted: (transition: TrendChanged) => boolean,
  limit: number,
): Promise<TrendChanged[]> {
  const turns: TrendChanged[] = [];
  for await (const output of tracker.log()) {
    if (output.type !== 'trend.changed' || !wanted(output)) continue;
    if (output.to !== 'improving' && output.to !== 'declining') continue;
    turns.push(output);
    if (turns.length > limit) turns.shift();
  }
  return turns;
}
