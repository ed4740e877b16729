import { assertEvent, assign, emit, setup } from 'xstate';

export type SupervisorEvent =
  /** The database is open and its format is known. */
  | { readonly type: 'store.opened' }
  /** Every agent is as the journal says; `seq` is the last record's. */
  | {
      readonly type: 'recovery.completed';
      readonly seq: number;
      readonly agents: number;
      readonly keptFrom: number;
    }
  /** A group of records is durable and applied. */
  | { readonly type: 'commit.completed'; readonly seq: number; readonly agents: number }
  /** Every record up to `seq` is reflected in snapshots. */
  | { readonly type: 'checkpoint.saved'; readonly seq: number }
  /** Something that derives from the journal could not be trusted, and was made again: of an agent, or `*`. */
  | { readonly type: 'snapshot.rebuilt'; readonly agentId: string; readonly reason: string }
  | AgentUnreadable
  | RecordsDropped
  /** Older records could not be dropped: something is damaged. `seq` is the record that cannot be read, if it is one. */
  | { readonly type: 'drop.failed'; readonly seq: number | undefined; readonly reason: string }
  | { readonly type: 'close.requested' }
  /** Everything accepted is durable, applied and in snapshots. */
  | { readonly type: 'drained' }
  | { readonly type: 'failed'; readonly error: unknown };

/**
 * An agent that nothing can be done with: its snapshot is damaged, and so is what it could be made of again. `seq` is the
 * record that cannot be read, if it is one. Whoever needs the agent is refused, and everybody else goes on.
 */
export interface AgentUnreadable {
  readonly type: 'agent.unreadable';
  readonly agentId: string;
  readonly seq: number | undefined;
  readonly reason: string;
}

/** Records up to `seq` were dropped: events are kept of times from `keptFrom` on, epoch milliseconds. */
export interface RecordsDropped {
  readonly type: 'records.dropped';
  readonly seq: number;
  readonly keptFrom: number;
}

/** Nothing is dropped from `seq` on, if it is a record that cannot be read; events are kept from `keptFrom` on. */
export interface DropFailed {
  readonly type: 'drop.failed';
  readonly seq: number | undefined;
  readonly reason: string;
  readonly keptFrom: number;
}

export type SupervisorEmitted =
  | AgentUnreadable
  | RecordsDropped
  | DropFailed
  | { readonly type: 'snapshot.rebuilt'; readonly agentId: string; readonly reason: string }
  | { readonly type: 'checkpoint.saved'; readonly seq: number };

export interface SupervisorContext {
  /** Journal sequence number of the last durable and applied record. */
  readonly seq: number;
  /** Agents known, active or not. */
  readonly agents: number;
  /** Every record up to here is in snapshots. */
  readonly checkpoint: number;
  /** Events are kept of times from here on, epoch milliseconds; 0 as long as none was dropped. */
  readonly keptFrom: number;
  /** Why the supervisor failed. */
  readonly error: unknown;
}

/**
 * The life of a tracker: it opens its store, recovers its agents, runs, drains and closes. After a failure of the
 * storage nothing is accepted any more; what was acknowledged is in the journal, and opening again recovers it.
 * The runtime does the work and tells the chart; the chart says what is allowed when.
 */
export const supervisorMachine = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    emitted: {} as SupervisorEmitted,
  },
  actions: {
    rememberProgress: assign(({ event }) => {
      assertEvent(event, ['recovery.completed', 'commit.completed']);
      return { seq: event.seq, agents: event.agents };
    }),
    rememberCheckpoint: assign(({ event }) => {
      assertEvent(event, 'checkpoint.saved');
      return { checkpoint: event.seq };
    }),
    rememberError: assign(({ event }) => {
      assertEvent(event, 'failed');
      return { error: event.error };
    }),
    announceCheckpoint: emit(({ context }) => ({ type: 'checkpoint.saved', seq: context.checkpoint })),
    rememberKept: assign(({ event }) => {
      assertEvent(event, ['recovery.completed', 'records.dropped']);
      return { keptFrom: event.keptFrom };
    }),
    announceDropped: emit(({ event }) => {
      assertEvent(event, 'records.dropped');
      return event;
    }),
    announceDropFailed: emit(({ context, event }) => {
      assertEvent(event, 'drop.failed');
      return { ...event, keptFrom: context.keptFrom };
    }),
    announceUnreadable: emit(({ event }) => {
      assertEvent(event, 'agent.unreadable');
      return event;
    }),
    announceRebuilt: emit(({ event }) => {
      assertEvent(event, 'snapshot.rebuilt');
      return event;
    }),
  },
}).createMachine({
  id: 'supervisor',
  context: { seq: 0, agents: 0, checkpoint: 0, keptFrom: 0, error: undefined },
  initial: 'opening',
  states: {
    opening: {
      on: { 'store.opened': 'recovering', failed: { target: 'failed', actions: 'rememberError' } },
    },
    recovering: {
      on: {
        'snapshot.rebuilt': { actions: 'announceRebuilt' },
        'agent.unreadable': { actions: 'announceUnreadable' },
        'recovery.completed': { target: 'running', actions: ['rememberProgress', 'rememberKept'] },
        failed: { target: 'failed', actions: 'rememberError' },
      },
    },
    running: {
      on: {
        'commit.completed': { actions: 'rememberProgress' },
        'checkpoint.saved': { actions: ['rememberCheckpoint', 'announceCheckpoint'] },
        'snapshot.rebuilt': { actions: 'announceRebuilt' },
        'agent.unreadable': { actions: 'announceUnreadable' },
        'records.dropped': { actions: ['rememberKept', 'announceDropped'] },
        'drop.failed': { actions: 'announceDropFailed' },
        'close.requested': 'draining',
        failed: { target: 'failed', actions: 'rememberError' },
      },
    },
    draining: {
      on: {
        'commit.completed': { actions: 'rememberProgress' },
        'checkpoint.saved': { actions: ['rememberCheckpoint', 'announceCheckpoint'] },
        'snapshot.rebuilt': { actions: 'announceRebuilt' },
        'agent.unreadable': { actions: 'announceUnreadable' },
        'records.dropped': { actions: ['rememberKept', 'announceDropped'] },
        drained: 'closed',
        failed: { target: 'failed', actions: 'rememberError' },
      },
    },
    closed: { type: 'final' },
    /** Nothing is accepted; close, and open again to recover. */
    failed: {
      on: { 'close.requested': 'closed' },
    },
  },
});
