import type { ModelConfig } from './config.js';
import { activeOverride } from './override.js';
import { isDeparted } from './profile.js';
import type { AgentState } from './state.js';
import type { TrendBank } from './trend-bank.js';

/** When time alone changes figures next, epoch milliseconds; `Infinity` for never. */
export function figuresDueAt({ expiries, upcoming }: AgentState): number {
  return Math.min(expiries[0]?.at ?? Infinity, upcoming[0]?.at ?? Infinity);
}

/**
 * The next moment at which time alone changes something, epoch milliseconds; `Infinity` for none.
 *
 * @param bank the one that follows the state, where there is any
 */
export function dueAt(state: AgentState, config: ModelConfig, bank: TrendBank | undefined): number {
  const { career, profile, overrides } = state;
  // Nobody judges it otherwise, and what is not judged would be due for good.
  const trust = config.trust && !isDeparted(profile) ? state.trust : undefined;
  let due = Math.min(figuresDueAt(state), career.dueAt ?? Infinity, trust?.dueAt ?? Infinity);
  for (const slot of [overrides.quality, overrides.collaboration]) {
    due = Math.min(due, activeOverride(slot, state.now)?.expiresAt ?? Infinity);
  }
  return Math.min(due, bank?.nextExit ?? nextExit(state, config));
}

/** When time alone takes the next row out of a window. */
function nextExit({ now, attempts, observations }: AgentState, { window }: ModelConfig): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { ms } of window.windows) {
    const from = now - ms;
    const oldest = Math.min(attempts.firstAtOrAfter(from), observations.firstAtOrAfter(from));
    next = Math.min(next, oldest + ms + 1);
  }
  return next;
}
