import type { TrackerOutput } from '../agent/outputs.js';
import type { HiringSignal } from '../department/outputs.js';
import type { Tracker } from '../tracker.js';

export function isHiringSignal(output: TrackerOutput): output is HiringSignal {
  return output.type === 'hiring.recommended' || output.type === 'surplus.noticed';
}

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
