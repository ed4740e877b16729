import type { ActorRefFrom } from 'xstate';
import type { AgentMachine } from '../../machines/agent.js';
import { grown } from '../rows/grown.js';
import { IdTable } from '../rows/id-table.js';
import { KeptNames } from './kept-names.js';
import { SeqLists } from './seq-lists.js';

export type AgentActor = ActorRefFrom<AgentMachine>;

/**
 * What is known of agents that rest: a column of numbers for each field, by an agent's number less one. As objects they
 * would take three times as much memory, and the garbage collector would go through all of them.
 */
export class AgentColumns {
  readonly ids = new IdTable();
  /** Of those that are active, by number. */
  readonly actors = new Map<number, AgentActor>();
  /** When time alone changes an agent next, epoch milliseconds; NaN: to be worked out when asked for. */
  dueAt = new Float64Array(FIRST_ROOM);
  /** When time alone changes its figures next, epoch milliseconds. */
  figuresDueAt = new Float64Array(FIRST_ROOM);
  savedSeq = new Float64Array(FIRST_ROOM);
  /** The number of its last use, among those of all. */
  lastUse = new Float64Array(FIRST_ROOM);
  leftOut = new Uint32Array(FIRST_ROOM);
  /** The records of its events since its snapshot. */
  readonly newSeqs = new SeqLists();
  /** Names, by number. */
  role = new Uint32Array(FIRST_ROOM);
  seat = new Uint32Array(FIRST_ROOM);
  readonly names = new KeptNames();

  /** Has room for so many agents. */
  reserve(agents: number): void {
    if (agents <= this.dueAt.length) return;
    const room = Math.ceil(1.5 * agents);
    this.dueAt = grown(this.dueAt, new Float64Array(room));
    this.figuresDueAt = grown(this.figuresDueAt, new Float64Array(room));
    this.savedSeq = grown(this.savedSeq, new Float64Array(room));
    this.lastUse = grown(this.lastUse, new Float64Array(room));
    this.leftOut = grown(this.leftOut, new Uint32Array(room));
    this.role = grown(this.role, new Uint32Array(room));
    this.seat = grown(this.seat, new Uint32Array(room));
  }
}

const FIRST_ROOM = 64;
