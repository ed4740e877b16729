import type { ActorRefFrom } from 'xstate';
import type { AgentMachine } from '../../machines/agent.js';

export type AgentActor = ActorRefFrom<AgentMachine>;

/** What the registry knows of an agent, active or not. */
export interface AgentEntry {
  readonly no: number;
  readonly agentId: string;
  /** `undefined` while the agent is passive: its snapshot is up to date then. */
  actor: AgentActor | undefined;
  /** When time alone changes the agent next, epoch milliseconds; `undefined`: to be worked out when asked for. */
  dueAt: number | undefined;
  /** While it is passive: when time alone changes its figures next, epoch milliseconds; `Infinity` for never. */
  figuresDueAt: number;
  /** While it is passive. */
  role: string | undefined;
  /** The journal position that its snapshot reflects; 0 for none. */
  savedSeq: number;
  /** Its events since the snapshot, ascending. */
  newSeqs: readonly number[];
  /** How many events it goes on without. */
  leftOut: number;
  /** The department in which it counts as active, as of its last event or tick. */
  seat: string | undefined;
  /** Grows with every use: the smallest is passivated first. */
  lastUse: number;
}

/** What most agents have: their events are in their snapshots. */
export const NO_SEQS: readonly number[] = [];

/** Whether anything happened to an agent since its snapshot. */
export function isUnsaved({ actor, savedSeq }: AgentEntry): boolean {
  return actor !== undefined && actor.getSnapshot().context.state.seq > savedSeq;
}
