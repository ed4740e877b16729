import type { AgentModel } from '../agent/model.js';
import { seatOf } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import { pause } from '../store/breathe.js';
import type { Store, TickRecord } from '../store/types.js';
import { type AnnouncedLog, isConcerned } from './announced-log.js';
import { retriedEvent } from './kept-event.js';

export interface AgentReplayParts {
  readonly store: Store;
  readonly model: AgentModel;
  /** When it is to be broken off: what the states come to by then is of no use. */
  readonly isStopped?: () => boolean;
}

/**
 * Brings some agents up to a record of the journal, beside the actors: their events, and the ticks that touched them.
 *
 * @param states by number, as of the last record that was dropped; replaced by what they come to
 * @param log what was announced of these records
 */
export async function replayAgents(
  { store, model, isStopped = () => false }: AgentReplayParts,
  states: Map<number, AgentState>,
  upTo: number,
  log: AnnouncedLog,
): Promise<void> {
  for await (const record of store.replay(0)) {
    if (record.seq > upTo || isStopped()) return;
    const due = pause();
    if (due) await due;
    if (record.kind === 'tick') {
      for (const [no, state] of states) {
        const due = pause();
        if (due) await due;
        const announced = log.of(record.seq, state.agentId);
        if (!isAmong(no, record) || !isConcerned(model.dueAt(state), record.now, announced)) continue;
        const alone = isAlone(state, record.alone);
        states.set(no, model.advanceOrSkip(state, record.now, record.seq, alone, announced));
      }
      continue;
    }
    const state = states.get(record.agentNo);
    if (!state) continue;
    const announced = log.of(record.seq, state.agentId);
    if (record.kind === 'event') {
      states.set(record.agentNo, model.applyOrSkip(state, record.event, announced));
      continue;
    }
    const event = await retriedEvent(store, record.of, state.leftOut);
    const { now, seq } = record;
    const next = event
      ? model.retryOrSkip(state, event, record, announced)
      : model.advanceOrSkip(state, now, seq, undefined, announced);
    states.set(record.agentNo, next);
  }
}

/** Whether a tick looked at an agent. */
function isAmong(no: number, { agents }: TickRecord): boolean {
  return agents === undefined || (no >= agents[0] && no <= agents[1]);
}

/** Whether an agent's department is among those that had one active agent when a tick was journalled. */
export function isAlone({ profile }: AgentState, departments: readonly string[] = []): boolean {
  const seat = departments.length === 0 ? undefined : seatOf(profile);
  return seat !== undefined && departments.includes(seat);
}
