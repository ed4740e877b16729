import type { EventOf } from '../events/schema.js';
import type { ScoreOverride } from '../scoring/types.js';
import { compareRows, type Row } from '../windows/timeline.js';

/** The latest word about one override, set or cleared. What comes later in time replaces it, however it arrives. */
export interface OverrideSlot extends Row {
  /** `undefined`: cleared. */
  readonly override: ScoreOverride | undefined;
}

/** The slot after an event; an event older than the slot's own changes nothing. */
export function withOverrideEvent(
  slot: OverrideSlot | undefined,
  event: EventOf<'override.set' | 'override.cleared'> & { readonly seq: number },
): OverrideSlot {
  if (slot && compareRows(slot, event) > 0) return slot;
  const { at, seq } = event;
  if (event.type === 'override.cleared') return { at, seq, override: undefined };
  const { score, reason, by, expiresAt } = event;
  return { at, seq, override: { score, reason, by, at, ...(expiresAt !== undefined && { expiresAt }) } };
}

/** The override in force at a moment: set, not cleared, not yet expired. */
export function activeOverride(slot: OverrideSlot | undefined, now: number): ScoreOverride | undefined {
  const override = slot?.override;
  return override && now < (override.expiresAt ?? Number.POSITIVE_INFINITY) ? override : undefined;
}
