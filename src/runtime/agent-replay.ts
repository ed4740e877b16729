import { type AgentEvent, takeStep } from '../../machines/agent-step.js';
import type { AgentModel } from '../agent/model.js';
import type { AgentOutput } from '../agent/outputs.js';
import { seatOf } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import { pause } from '../store/breathe.js';
import type { RetryRecord, Store, TickRecord } from '../store/types.js';
import { type AnnouncedLog, isConcerned } from './announced-log.js';
import { retriedEvent } from './kept-event.js';

export interface AgentReplayParts {
  readonly store: Store;
  readonly model: AgentModel;
  /** When it is to be broken off: what the states come to by then is of no use. */
  readonly isStopped?: () => boolean;
  /** What is said by others of the same records, and hears what these agents say. */
  readonly said?: Said;
}

/** What records make agents say. */
export interface Said {
  /** The first free place among a record's outputs. */
  placeOf(seq: number): number;
  add(outputs: readonly AgentOutput[]): void;
}

const UNHEARD: Said = { placeOf: () => 0, add: () => undefined };

/**
 * Brings some agents up to a record of the journal, beside the actors: their events, and the ticks that touched them.
 *
 * @param states by number, as of the last record that was dropped; replaced by what they come to
 * @param log what was announced of these records
 */
export async function replayAgents(
  { store, model, isStopped = () => false, said = UNHEARD }: AgentReplayParts,
  states: Map<number, AgentState>,
  upTo: number,
  log: AnnouncedLog,
): Promise<void> {
  const take = (no: number, state: AgentState, event: AgentEvent): void => {
    const step = takeStep(model, state, event);
    states.set(no, step.state);
    if (step.outputs.length > 0) said.add(step.outputs);
  };
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
        const { seq, now } = record;
        const alone = isAlone(state, record.alone);
        take(no, state, { type: 'time.passed', now, seq, position: said.placeOf(seq), alone, announced });
      }
      continue;
    }
    const state = states.get(record.agentNo);
    if (!state) continue;
    const announced = log.of(record.seq, state.agentId);
    if (record.kind === 'event') {
      take(record.agentNo, state, { type: 'event.recorded', event: record.event, announced });
    } else {
      take(record.agentNo, state, { ...(await retrial(store, record, state)), announced });
    }
  }
}

/** How an agent takes a retry. When it holds the event already, all that a retry does is to let time pass. */
async function retrial(store: Store, record: RetryRecord, { leftOut }: AgentState): Promise<AgentEvent> {
  const event = await retriedEvent(store, record.of, leftOut);
  const { seq, now } = record;
  return event
    ? { type: 'event.retried', event, when: record }
    : { type: 'time.passed', now, seq, position: 0 };
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
