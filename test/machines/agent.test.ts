import { describe, expect, it } from 'vitest';
import { createActor, type InspectionEvent, type SnapshotFrom } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import {
  type AgentBehavior,
  type AgentHost,
  type AgentMachine,
  createAgentMachine,
} from '../../machines/agent.js';
import type { FigureChange } from '../../src/agent/figures.js';
import type { TrackerOutput } from '../../src/agent/outputs.js';
import type { Standing } from '../../src/agent/performance.js';
import { type AgentState, initialState } from '../../src/agent/state.js';
import type { Step } from '../../src/agent/step.js';
import type { StoredEvent } from '../../src/events/schema.js';

const STATE_OF: Record<Standing, unknown> = {
  unproven: { employed: 'unproven' },
  steady: { employed: 'steady' },
  promotable: { employed: 'promotable' },
  at_risk: { employed: 'atRisk' },
  terminable: { employed: 'terminable' },
  departed: 'departed',
};
const STANDINGS = Object.keys(STATE_OF) as Standing[];

/** A behaviour whose only rule is that an event names the standing to take in its `reason`. */
const puppet: AgentBehavior = {
  apply: (state, event) => {
    if (event.type !== 'agent.departed') throw new Error(`cannot take ${event.type}`);
    return stood({ ...state, seq: event.seq, now: event.recordedAt }, event.reason as Standing);
  },
  advance: (state, now, seq) => stood({ ...state, now, seq }, state.standing),
  retry: (state, event) => puppet.apply(state, event),
  leaveOut: (state, { seq }, _error, retry) => ({ ...state, seq: retry?.seq ?? seq }),
  advanceUnjudged: (state, now, seq) => stood({ ...state, now, seq }, state.standing),
};

function stood(state: AgentState, to: Standing): Step {
  const standing = to === state.standing ? undefined : { from: state.standing, to, because: 'Told to.' };
  return {
    state: { ...state, standing: to },
    turns: [],
    standing,
    recommendation: undefined,
    trust: undefined,
    elevation: undefined,
    unjudged: undefined,
    failures: [],
    figures: [],
  };
}

function told(standing: Standing, seq = 1): { type: 'event.recorded'; event: StoredEvent } {
  const event = { id: `e${seq}`, type: 'agent.departed', agentId: 'a', at: 10, seq, recordedAt: 10 } as const;
  return { type: 'event.recorded', event: { ...event, reason: standing } };
}

function actorIn(standing: Standing) {
  const state = { ...initialState('a', 0), standing };
  return createActor(createAgentMachine(puppet), { input: { state } }).start();
}

/** A host whose actors are listened to, but not inspected. */
const HOST: AgentHost = { onFigures: () => undefined, isInspected: () => false, isHeard: () => true };

/** Everything in a snapshot but the machine, which is another one. */
function placeOf({ machine: _, _nodes, ...rest }: SnapshotFrom<AgentMachine>) {
  return { ...rest, nodes: _nodes.map(({ id }) => id) };
}

describe('the agent machine', () => {
  it('starts where the restored agent stands', () => {
    for (const standing of STANDINGS)
      expect(actorIn(standing).getSnapshot().value).toEqual(STATE_OF[standing]);
  });

  it('moves from every standing to every other and says so once', () => {
    for (const from of STANDINGS) {
      for (const to of STANDINGS) {
        const actor = actorIn(from);
        const said: TrackerOutput[] = [];
        actor.on('*', (output) => said.push(output));
        actor.send(told(to, 3));
        expect(actor.getSnapshot().value).toEqual(STATE_OF[to]);
        expect(said.map((output) => ({ ...output }))).toEqual(
          from === to
            ? []
            : [
                {
                  type: 'standing.changed',
                  seq: 3,
                  position: 0,
                  at: 10,
                  agentId: 'a',
                  department: undefined,
                  from,
                  to,
                  because: 'Told to.',
                },
              ],
        );
      }
    }
  });

  it('moves as the chart says also where another agent has moved that way before', () => {
    for (const from of STANDINGS) {
      for (const to of STANDINGS) {
        const state = { ...initialState('a', 0), standing: from };
        const machine = createAgentMachine(puppet, HOST);
        const [asked, , remembered] = [createAgentMachine(puppet), machine, machine].map((one) => {
          const actor = createActor(one, { input: { state } }).start();
          const said: TrackerOutput[] = [];
          actor.on('*', (output) => said.push(output));
          actor.send(told(to, 3));
          return { place: placeOf(actor.getSnapshot()), said };
        });
        expect(remembered).toStrictEqual(asked);
      }
    }
  });

  it('shows every move to whoever looks on, microstep by microstep', () => {
    let isInspected = false;
    const machine = createAgentMachine(puppet, { ...HOST, isInspected: () => isInspected });
    const move = () => {
      const seen: InspectionEvent['type'][] = [];
      const actor = createActor(machine, {
        input: { state: initialState('a', 0) },
        inspect: ({ type }) => seen.push(type),
      }).start();
      seen.length = 0;
      actor.send(told('steady'));
      return seen;
    };
    const first = move();
    expect(first.filter((type) => type === '@xstate.microstep')).toHaveLength(3);
    expect(move()).toEqual(['@xstate.event', '@xstate.snapshot']);
    isInspected = true;
    expect(move()).toEqual(first);
  });

  it('emits nothing where the host says that nobody listens, and goes on all the same', () => {
    let isHeard = false;
    const machine = createAgentMachine(puppet, { ...HOST, isHeard: () => isHeard });
    const said: TrackerOutput[] = [];
    const move = () => {
      const actor = createActor(machine, { input: { state: initialState('a', 0) } });
      actor.on('*', (output) => said.push(output));
      actor.start().send(told('steady'));
      return actor.getSnapshot();
    };
    // The first move that way is the chart's own.
    move();
    expect(said).toHaveLength(1);
    expect(move()).toMatchObject({ value: STATE_OF.steady, context: { outputs: said } });
    expect(said).toHaveLength(1);
    isHeard = true;
    move();
    expect(said).toHaveLength(2);
  });

  it('hands over what a step changes of the figures, and keeps none of it', () => {
    const figures: FigureChange[] = [{ kind: 'outdated', taskId: 't' }];
    const behavior: AgentBehavior = {
      ...puppet,
      apply: (state, event) => ({ ...stood({ ...state, seq: event.seq }, 'steady'), figures }),
    };
    const handed: (readonly FigureChange[])[] = [];
    const machine = createAgentMachine(behavior, { ...HOST, onFigures: (changed) => handed.push(changed) });
    const actor = createActor(machine, { input: { state: initialState('a', 0) } }).start();
    for (const seq of [1, 2]) actor.send(told('steady', seq));
    expect(handed).toEqual([figures, figures]);
    expect(Object.keys(actor.getSnapshot().context)).toEqual(['state', 'outputs']);
  });

  it('has a path to every standing', () => {
    const paths = getShortestPaths(createAgentMachine(puppet), {
      input: { state: initialState('a', 0) },
      events: STANDINGS.map((standing) => told(standing)),
      serializeState: ({ value }) => JSON.stringify(value),
    });
    expect(new Set(paths.map(({ state }) => JSON.stringify(state.value)))).toEqual(
      new Set(Object.values(STATE_OF).map((value) => JSON.stringify(value))),
    );
  });

  it('goes on as if an event that its strategy cannot take had never come, and says so', () => {
    const actor = actorIn('steady');
    const said: TrackerOutput[] = [];
    actor.on('agent.failed', (output) => said.push(output));
    const poison: StoredEvent = {
      id: 'p',
      type: 'agent.hired',
      agentId: 'a',
      at: 10,
      seq: 4,
      recordedAt: 10,
    };
    actor.send({ type: 'event.recorded', event: poison });
    expect(said).toMatchObject([
      { type: 'agent.failed', seq: 4, eventId: 'p', error: 'Error: cannot take agent.hired' },
    ]);
    expect(actor.getSnapshot().status).toBe('active');
    expect(actor.getSnapshot().context.state.seq).toBe(4);
    actor.send(told('promotable', 5));
    expect(actor.getSnapshot().value).toEqual(STATE_OF.promotable);
  });

  it('numbers what a tick makes it say from the position that the tick brings', () => {
    const behavior: AgentBehavior = {
      ...puppet,
      advance: (state, now, seq) => stood({ ...state, now, seq }, 'steady'),
    };
    const actor = createActor(createAgentMachine(behavior), {
      input: { state: initialState('a', 0) },
    }).start();
    const said: TrackerOutput[] = [];
    actor.on('*', (output) => said.push(output));
    actor.send({ type: 'time.passed', now: 50, seq: 8, position: 3 });
    expect(said).toMatchObject([{ type: 'standing.changed', seq: 8, position: 3, at: 50 }]);
  });
});

describe('what an agent says', () => {
  it('is emitted in the order of its positions: standing, what is proposed, trust, failures', () => {
    const proposed = {
      id: 'promotion-7-a',
      kind: 'promotion',
      fromLevel: 'junior',
      toLevel: 'mid',
      since: 1,
      policy: 'default',
      requiresApproval: false,
      criteria: [],
      windows: [],
      trends: [],
      overrides: [],
    } as const;
    const behavior: AgentBehavior = {
      ...puppet,
      apply: (state, event) => ({
        ...stood({ ...state, seq: event.seq, now: event.recordedAt }, 'promotable'),
        recommendation: proposed,
        elevation: { ...proposed, id: 'elevation-7-a', kind: 'elevation' },
        trust: { from: 'sandboxed', to: 'restricted', because: 'Earned.', score: 0.4, components: [] },
        unjudged: { eventId: 'e7', error: new Error('no idea') },
      }),
    };
    const actor = createActor(createAgentMachine(behavior), {
      input: { state: initialState('a', 0) },
    }).start();
    const said: TrackerOutput[] = [];
    actor.on('*', (output) => said.push(output));
    actor.send(told('promotable', 7));
    expect(said.map(({ type, position }) => `${position} ${type}`)).toEqual([
      '0 standing.changed',
      '1 recommendation.made',
      '2 recommendation.made',
      '3 trust.changed',
      '4 agent.failed',
    ]);
    expect(said.at(-1)).toMatchObject({ action: 'unjudged', error: 'Error: no idea' });
  });
});
