import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { getShortestPaths, getSimplePaths } from 'xstate/graph';
import { type SupervisorEvent, supervisorMachine } from '../../machines/supervisor.js';

const events: SupervisorEvent[] = [
  { type: 'store.opened' },
  { type: 'recovery.completed', seq: 7, agents: 2, keptFrom: 0 },
  { type: 'commit.completed', seq: 9, agents: 3 },
  { type: 'checkpoint.saved', seq: 9 },
  { type: 'snapshot.rebuilt', agentId: 'a', reason: 'damaged' },
  { type: 'agent.unreadable', agentId: 'a', seq: 1, reason: 'damaged' },
  { type: 'records.dropped', seq: 2, keptFrom: 86_400_000 },
  { type: 'drop.failed', seq: 3, reason: 'damaged' },
  { type: 'close.requested' },
  { type: 'drained' },
  { type: 'failed', error: 'disk full' },
];

/** What may follow what: the whole chart, written down a second time. */
const TRANSITIONS: Record<string, Partial<Record<SupervisorEvent['type'], string>>> = {
  opening: { 'store.opened': 'recovering', failed: 'failed' },
  recovering: { 'recovery.completed': 'running', failed: 'failed' },
  running: { 'close.requested': 'draining', failed: 'failed' },
  draining: { drained: 'closed', failed: 'failed' },
  failed: { 'close.requested': 'closed' },
  closed: {},
};

describe('the supervisor machine', () => {
  it('reaches every state', () => {
    const reached = new Set(getShortestPaths(supervisorMachine, { events }).map(({ state }) => state.value));
    expect(reached).toEqual(new Set(Object.keys(TRANSITIONS)));
  });

  it('takes every event in every state to where the table says, and stays where it says nothing', () => {
    for (const { state } of getShortestPaths(supervisorMachine, { events })) {
      if (state.status !== 'active') continue;
      for (const event of events) {
        const actor = createActor(supervisorMachine, {
          snapshot: supervisorMachine.getPersistedSnapshot(state),
        });
        actor.start();
        actor.send(event);
        const expected = TRANSITIONS[state.value]?.[event.type] ?? state.value;
        expect(actor.getSnapshot().value, `${event.type} in ${state.value}`).toBe(expected);
      }
    }
  });

  it('gets out of every state: each path to an end closes', () => {
    const ends = getSimplePaths(supervisorMachine, {
      events: events.filter(({ type }) => type !== 'commit.completed'),
    })
      .filter(({ state }) => state.status === 'done')
      .map(({ state }) => state.value);
    expect(new Set(ends)).toEqual(new Set(['closed']));
  });

  it('remembers how far it came and why it failed', () => {
    const actor = createActor(supervisorMachine).start();
    for (const event of events.slice(0, 7)) actor.send(event);
    const context = { seq: 9, agents: 3, checkpoint: 9, keptFrom: 86_400_000, error: undefined };
    expect(actor.getSnapshot().context).toEqual(context);
    actor.send({ type: 'failed', error: 'disk full' });
    expect(actor.getSnapshot().context.error).toBe('disk full');
  });

  it('announces checkpoints, rebuilt snapshots, agents that cannot be read, drops, and drops that failed with what is kept', () => {
    const actor = createActor(supervisorMachine).start();
    const heard: unknown[] = [];
    actor.on('*', (event) => heard.push(event));
    actor.send({ type: 'store.opened' });
    actor.send({ type: 'snapshot.rebuilt', agentId: 'a', reason: 'damaged' });
    actor.send({ type: 'recovery.completed', seq: 1, agents: 1, keptFrom: 0 });
    actor.send({ type: 'checkpoint.saved', seq: 1 });
    actor.send({ type: 'agent.unreadable', agentId: 'a', seq: 1, reason: 'damaged' });
    actor.send({ type: 'records.dropped', seq: 1, keptFrom: 86_400_000 });
    actor.send({ type: 'drop.failed', seq: 3, reason: 'damaged' });
    expect(heard).toEqual([
      { type: 'snapshot.rebuilt', agentId: 'a', reason: 'damaged' },
      { type: 'checkpoint.saved', seq: 1 },
      { type: 'agent.unreadable', agentId: 'a', seq: 1, reason: 'damaged' },
      { type: 'records.dropped', seq: 1, keptFrom: 86_400_000 },
      { type: 'drop.failed', seq: 3, reason: 'damaged', keptFrom: 86_400_000 },
    ]);
  });
});
