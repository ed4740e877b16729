import { type HiringSignal, isHiringSignal } from '../department/outputs.js';
import type { Tracker } from '../tracker.js';

/** The latest signal of each department, the latest last. */
export async function latestHiring(tracker: Tracker): Promise<HiringSignal[]> {
  const latest = new Map<string, HiringSignal>();
  for await (const output of tracker.log()) {
    if (!isHiringSignal(output)) continue;
    latest.delete(output.department);
    latest.set(output.department, output);
  }
  return [...latest.values()];
}
