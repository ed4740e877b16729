import type { TrendResult } from '../trends/types.js';

/** One sign of how a department's work and its hands go together. */
export interface HiringCriterion {
  readonly name: 'arrivalRatio' | 'timeInQueue' | 'completionTime' | 'successRate' | 'tasksPerAgentDay';
  readonly met: boolean;
  /** What was found: a ratio, milliseconds, a slope per day, tasks; `null` where there is too little to tell. */
  readonly value: number | null;
  /** In the same unit; for the two trends the slope per day that matters. */
  readonly threshold: number;
  /** Label of the span it was taken over. */
  readonly window: string;
}

interface DepartmentSignal {
  /** The record that caused it: the first one after the day that was judged. */
  readonly seq: number;
  readonly position: number;
  /** Epoch milliseconds of the tracker's clock. */
  readonly at: number;
  readonly department: string;
  /** Since when the evidence has been lasting, epoch milliseconds (midnight UTC). */
  readonly since: number;
  /** The days that were looked at, epoch milliseconds: `from ≤ at < to`. */
  readonly from: number;
  readonly to: number;
  /** Who works there, the departed left out. */
  readonly agents: number;
  /** Assigned and not finished. */
  readonly openTasks: number;
  readonly arrived: number;
  readonly finished: number;
  readonly criteria: readonly HiringCriterion[];
  /** Of completion time and success, by day; looked at only where work piles up. */
  readonly trends: readonly TrendResult[];
  /** One plain sentence. */
  readonly because: string;
}

/** A department gets more work than its agents finish: it should hire, or get somebody transferred. */
export interface HiringRecommended extends DepartmentSignal {
  readonly type: 'hiring.recommended';
}

/** A department's agents have next to nothing to do: whoever hires elsewhere may find somebody here. */
export interface SurplusNoticed extends DepartmentSignal {
  readonly type: 'surplus.noticed';
}

export type HiringSignal = HiringRecommended | SurplusNoticed;

/** Whether something that was said is about a department. */
export function isHiringSignal(output: { readonly type: string }): output is HiringSignal {
  return output.type === 'hiring.recommended' || output.type === 'surplus.noticed';
}
