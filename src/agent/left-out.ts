import { reasonOf } from '../errors.js';
import type { JournalledEvent } from '../events/schema.js';
import type { StepFailure } from './apply.js';
import { type AgentState, type LeftOut, orNone } from './state.js';

/** As many as one can look through; a strategy that fails on everything is mended under another name, or other settings. */
const MAX_LEFT_OUT = 1_000;

/** Whether an agent goes on without an event. */
export function isLeftOut({ leftOut }: AgentState, event: JournalledEvent): boolean {
  return leftOut.some(({ seq }) => seq === event.seq);
}

/** Dead letters but for one event's. */
export function without(leftOut: readonly LeftOut[], event: JournalledEvent): readonly LeftOut[] {
  return orNone(leftOut.filter(({ seq }) => seq !== event.seq));
}

/** Dead letters and those that have just failed, the latest at the end. */
export function withLeftOut(
  known: readonly LeftOut[],
  failures: readonly StepFailure[],
  failedAt: number,
): readonly LeftOut[] {
  const more = failures.map(({ eventId, seq, error }) => ({
    seq,
    eventId,
    failedAt,
    error: reasonOf(error),
  }));
  return [...known, ...more].slice(-MAX_LEFT_OUT);
}
