import { assign, enqueueActions, setup } from 'xstate';
import type { AgentOutput } from '../src/agent/outputs.js';
import type { Standing } from '../src/agent/performance.js';
import type { AgentState } from '../src/agent/state.js';
import { type AgentEvent, NO_OUTPUTS } from './agent-step.js';

export interface AgentContext {
  readonly state: AgentState;
  /** What the last event or tick made this agent say, in order. */
  readonly outputs: readonly AgentOutput[];
}

export interface AgentInput {
  /** Where the agent goes on from: `model.start(id)`, or a state that was restored. */
  readonly state: AgentState;
}

/**
 * The statechart of one agent: its rolling state is in its context, its standing is the state it is in. Every event goes
 * the same way: a step is taken, what it makes the agent say is emitted, and the agent moves to where it now stands.
 *
 * @param takeStep what an event makes of a state
 */
export function agentChart(takeStep: (state: AgentState, event: AgentEvent) => AgentContext) {
  return setup({
    types: {
      context: {} as AgentContext,
      events: {} as AgentEvent,
      emitted: {} as AgentOutput,
      input: {} as AgentInput,
    },
    guards: {
      standsAs: ({ context }, params: { readonly standing: Standing }) =>
        context.state.standing === params.standing,
      standsElsewhere: ({ context }, params: { readonly than: Standing }) =>
        context.state.standing !== params.than,
    },
    actions: {
      takeStep: assign(({ context, event }) => takeStep(context.state, event)),
      announce: enqueueActions(({ context, enqueue }) => {
        for (const output of context.outputs) enqueue.emit(output);
      }),
    },
  }).createMachine({
    id: 'agent',
    context: ({ input }) => ({ state: input.state, outputs: NO_OUTPUTS }),
    initial: 'settling',
    on: {
      'event.recorded': { actions: ['takeStep', 'announce'] },
      'event.retried': { actions: ['takeStep', 'announce'] },
      'time.passed': { actions: ['takeStep', 'announce'] },
    },
    states: {
      /** Passed through at the start and at every change of standing: leads to where the agent stands. */
      settling: {
        always: [
          { guard: { type: 'standsAs', params: { standing: 'departed' } }, target: 'departed' },
          { guard: { type: 'standsAs', params: { standing: 'unproven' } }, target: 'employed.unproven' },
          { guard: { type: 'standsAs', params: { standing: 'steady' } }, target: 'employed.steady' },
          { guard: { type: 'standsAs', params: { standing: 'promotable' } }, target: 'employed.promotable' },
          { guard: { type: 'standsAs', params: { standing: 'at_risk' } }, target: 'employed.atRisk' },
          { guard: { type: 'standsAs', params: { standing: 'terminable' } }, target: 'employed.terminable' },
        ],
      },
      employed: {
        initial: 'unproven',
        states: {
          /** Too few finished tasks to be judged. */
          unproven: {
            always: {
              guard: { type: 'standsElsewhere', params: { than: 'unproven' } },
              target: '#agent.settling',
            },
          },
          steady: {
            always: {
              guard: { type: 'standsElsewhere', params: { than: 'steady' } },
              target: '#agent.settling',
            },
          },
          promotable: {
            always: {
              guard: { type: 'standsElsewhere', params: { than: 'promotable' } },
              target: '#agent.settling',
            },
          },
          atRisk: {
            always: {
              guard: { type: 'standsElsewhere', params: { than: 'at_risk' } },
              target: '#agent.settling',
            },
          },
          terminable: {
            always: {
              guard: { type: 'standsElsewhere', params: { than: 'terminable' } },
              target: '#agent.settling',
            },
          },
        },
      },
      /** Its record goes on: late reviews still count, and it may be hired again. */
      departed: {
        always: { guard: { type: 'standsElsewhere', params: { than: 'departed' } }, target: 'settling' },
      },
    },
  });
}
