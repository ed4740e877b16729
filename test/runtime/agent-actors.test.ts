import { describe, expect, it } from 'vitest';
import type { AnyActorRef, InspectionEvent } from 'xstate';
import { stepTrend } from '../../machines/trend.js';
import { stepTrust } from '../../machines/trust.js';
import { AgentModel } from '../../src/agent/model.js';
import type { JournalledEvent } from '../../src/events/schema.js';
import { resolveOptions } from '../../src/options.js';
import { AgentActors } from '../../src/runtime/agent-actors.js';
import { noUncaughtErrors } from '../support/host-errors.js';
import { clockAt, DAY, fading, openInMemory, START, task } from '../support/tracker.js';

const model = new AgentModel({ ...resolveOptions(), stepTrend, stepTrust });

function hired(agentId: string, seq = 1) {
  const event: JournalledEvent = {
    id: `h${seq}`,
    type: 'agent.hired',
    agentId,
    at: START,
    seq,
    recordedAt: START,
  };
  return { type: 'event.recorded', event } as const;
}

const report = () => undefined;

function company(behavior: Partial<AgentModel> = {}) {
  const host = Object.assign(Object.create(model), behavior) as AgentModel;
  const actors = new AgentActors({ model: host, clock: clockAt(), inspect: undefined, report });
  const [ada, bob] = ['ada', 'bob'].map((agentId) => actors.start(agentId, model.start(agentId)));
  return { actors, ada: ada!, bob: bob! };
}

describe('the agents’ actors', () => {
  noUncaughtErrors();

  it('have one system, and keep nothing of what they began with', () => {
    const { ada, bob } = company();
    expect(ada.system).toBe(bob.system);
    expect(ada.sessionId).not.toBe(bob.sessionId);
    for (const actor of [ada, bob]) {
      expect(Object.keys((actor as unknown as { options: object }).options)).toEqual(['parent']);
    }
  });

  it('hand over what an event changes of the figures of its agent, once', () => {
    const { actors, ada, bob } = company();
    const finished = { ...hired('ada').event, type: 'task.completed', taskId: 't' } as JournalledEvent;
    expect(actors.send(ada, { type: 'event.recorded', event: finished })).toMatchObject([
      { kind: 'attempt' },
    ]);
    expect(actors.send(bob, hired('bob'))).toEqual([]);
  });

  it('stop one by one, each telling who listened to it', () => {
    const { actors, ada, bob } = company();
    const told: string[] = [];
    for (const actor of [ada, bob]) actor.subscribe({ complete: () => told.push(actor.id) });
    actors.stop(ada);
    expect(told).toEqual(['ada']);
    expect(ada.getSnapshot().status).toBe('stopped');
    actors.send(bob, hired('bob'));
    expect(bob.getSnapshot()).toMatchObject({ status: 'active', context: { state: { seq: 1 } } });
    actors.stop(bob);
    expect(told).toEqual(['ada', 'bob']);
  });

  it('are heard by whoever listens to what the host is given, and by nobody after they stop', () => {
    const { actors, ada } = company();
    expect(actors.isHeard(ada)).toBe(false);
    const subscriptions = [1, 2].map(() => actors.view(ada).on('*', () => undefined));
    expect(actors.view(ada)).toBe(actors.view(ada));
    subscriptions[0]?.unsubscribe();
    expect(actors.isHeard(ada)).toBe(true);
    subscriptions[0]?.unsubscribe();
    actors.stop(ada);
    expect(actors.isHeard(ada)).toBe(false);
    subscriptions[1]?.unsubscribe();
    expect(actors.isHeard(ada)).toBe(false);
  });

  it('that cannot go on say so to whoever sent them something, and leave the others alone', () => {
    const fail = () => {
      throw new Error('past mending');
    };
    const { actors, ada, bob } = company({
      apply: (state, event) => (state.agentId === 'bob' ? fail() : model.apply(state, event)),
      leaveOut: fail,
    });
    const sending = () => actors.send(bob, hired('bob'));
    expect(sending).toThrow('The actor of agent "bob" takes no more events: Error: past mending');
    expect(bob.getSnapshot().status).toBe('error');
    actors.send(ada, hired('ada'));
    expect(ada.getSnapshot().context.state.seq).toBe(1);
    for (const actor of [ada, bob]) actors.stop(actor);
    expect(ada.getSnapshot().status).toBe('stopped');
  });
});

describe('an inspector', () => {
  const clock = clockAt(START + 40 * DAY);
  const seen = (events: InspectionEvent[]) =>
    events.map((event) => {
      const { id, sessionId } = event.actorRef as AnyActorRef;
      expect(event.rootId).toBe(sessionId);
      if (event.type === '@xstate.event') expect(event.sourceRef).toBeUndefined();
      return `${id} ${event.type.slice('@xstate.'.length)}${'event' in event ? ` ${event.event.type}` : ''}`;
    });

  it('sees each agent’s actor as a root of its own, from its beginning to its end', async () => {
    const events: InspectionEvent[] = [];
    const { tracker } = await openInMemory({
      clock,
      inspect: (event) => events.push(event),
    });
    const ofSupervisor = tracker.actor.id;
    for (const agentId of ['ada', 'bob']) await tracker.record(task(0, { id: agentId, agentId }));
    await tracker.record(task(1));
    await tracker.close();
    const ofAgents = seen(events).filter((line) => !line.startsWith(ofSupervisor));
    expect(ofAgents.filter((line) => !line.includes('microstep'))).toEqual([
      ...['ada', 'bob'].flatMap((id) => [
        `${id} actor`,
        `${id} event xstate.init`,
        `${id} snapshot xstate.init`,
        `${id} event event.recorded`,
        `${id} snapshot event.recorded`,
      ]),
      'ada event event.recorded',
      'ada snapshot event.recorded',
      'ada snapshot xstate.stop',
      'bob snapshot xstate.stop',
    ]);
  });

  it('of one agent sees nothing of the others, and what the chart does at every move', async () => {
    const { tracker } = await openInMemory({ clock });
    const events: InspectionEvent[] = [];
    for (const agentId of ['ada', 'bob']) await tracker.record(fading(1, agentId)[0]!);
    for (const event of fading(5, 'bob')) await tracker.record(event);
    const subscription = tracker.agentActor('ada')?.system.inspect((event) => events.push(event));
    for (const event of [...fading(5), ...fading(6, 'bob')]) await tracker.record(event);
    // Others have become steady before it; two things are said of it then.
    expect(seen(events)).toEqual([
      ...Array.from({ length: 3 }, () => ['ada event event.recorded', 'ada snapshot event.recorded']).flat(),
      'ada event event.recorded',
      ...Array.from({ length: 2 }, () => 'ada action'),
      ...Array.from({ length: 3 }, () => 'ada microstep event.recorded'),
      'ada snapshot event.recorded',
    ]);
    subscription?.unsubscribe();
    await tracker.record(task(9));
    expect(events).toHaveLength(13);
    await tracker.close();
  });

  it('of an agent that was passivated sees nothing more', async () => {
    const { tracker } = await openInMemory({ clock, maxActiveAgents: 1 });
    await tracker.record(task(0));
    const events: InspectionEvent[] = [];
    const actor = tracker.agentActor('ada');
    actor?.system.inspect((event) => events.push(event));
    for (const agentId of ['bob', 'cy']) await tracker.record(task(1, { id: agentId, agentId }));
    await tracker.flush();
    expect(tracker.agentActor('ada')).toBeUndefined();
    expect(seen(events)).toEqual(['ada microstep xstate.stop', 'ada snapshot xstate.stop']);
    actor?.system.inspect((event) => events.push(event));
    await tracker.record(task(2));
    expect(events).toHaveLength(2);
    await tracker.close();
  });
});
