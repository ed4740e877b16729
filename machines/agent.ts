import { assign, enqueueActions, setup } from 'xstate';
import type { FigureChange } from '../src/agent/figures.js';
import { frozenData } from '../src/agent/frozen-data.js';
import type { AgentModel } from '../src/agent/model.js';
import type { AgentOutput } from '../src/agent/outputs.js';
import type { Standing } from '../src/agent/performance.js';
import { departmentOf } from '../src/agent/profile.js';
import type { AgentState } from '../src/agent/state.js';
import type { Announced, Moment, Step } from '../src/agent/step.js';
import { reasonOf } from '../src/errors.js';
import type { JournalledEvent } from '../src/events/schema.js';

export type AgentEvent =
  /** An event about this agent that the journal holds. */
  | ({ readonly type: 'event.recorded'; readonly event: JournalledEvent } & Replayed)
  /** An event that was left out is taken anew, by a journalled retry. */
  | ({ readonly type: 'event.retried'; readonly event: JournalledEvent; readonly when: Moment } & Replayed)
  /** A journalled tick; `position` is the first free one among its outputs. */
  | ({
      readonly type: 'time.passed';
      readonly now: number;
      readonly seq: number;
      readonly position: number;
      /** Nobody else was active in the agent's department. */
      readonly alone?: boolean;
    } & Replayed);

interface Replayed {
  /** What the log holds of the record already, where it is replayed. */
  readonly announced?: Announced | undefined;
}

export interface AgentContext {
  readonly state: AgentState;
  /** What the last event or tick made this agent say, in order. */
  readonly outputs: readonly AgentOutput[];
  /** What the last event or tick changed of the figures that questions about the company are answered from. */
  readonly figures: readonly FigureChange[];
}

export interface AgentInput {
  /** Where the agent goes on from: `model.start(id)`, or a state that was restored. */
  readonly state: AgentState;
}

/** The part of an agent model that the chart drives. */
export type AgentBehavior = Pick<AgentModel, 'apply' | 'retry' | 'advance' | 'leaveOut' | 'advanceUnjudged'>;

/**
 * The statechart of one agent: its rolling state is in its context, its standing is the state it is in.
 *
 * Every event goes the same way: the model makes the next state, what turned is put into words and emitted (so
 * `actor.on('trend.changed', …)` works), and the agent moves to where it now stands. When a strategy throws, the
 * agent goes on without that event, remembers that it was left out, and says so with `agent.failed`.
 */
export function createAgentMachine(model: AgentBehavior) {
  const machine = agentChart(model);
  const { transition } = machine;
  machine.transition = (snapshot, event, scope) => {
    if (snapshot.status !== 'active' || !isAgentEvent(event))
      return transition.call(machine, snapshot, event, scope);
    const { state } = snapshot.context;
    const next = takeStep(model, state, event);
    const isQuiet = next.outputs.length === 0 || scope.sessionId !== NO_SESSION;
    if (next.state.standing === state.standing && isQuiet) {
      for (const output of next.outputs) scope.defer(() => scope.emit(output));
      return { ...snapshot, context: next };
    }
    steps.set(event, next);
    return transition.call(machine, snapshot, event, scope);
  };
  startWhereItStands(machine);
  return machine;
}

/**
 * Where an agent that stands in a certain way begins is the same for all of them: the chart is asked once, not for every
 * agent of a company that is opened.
 */
function startWhereItStands(machine: ReturnType<typeof agentChart>): void {
  const { getInitialSnapshot } = machine;
  type Snapshot = ReturnType<typeof getInitialSnapshot>;
  const beginnings = new Map<Standing, Snapshot>();
  machine.getInitialSnapshot = (scope, input) => {
    const standing = input?.state.standing;
    const known = standing && beginnings.get(standing);
    if (known) return { ...known, context: { state: input.state, outputs: [], figures: [] } };
    const first = getInitialSnapshot.call(machine, scope, input);
    // Without the first agent's state: it would be kept for as long as the machine is.
    if (standing && first.status === 'active') beginnings.set(standing, { ...first, context: NOBODY });
    return first;
  };
}

const NOBODY = {} as AgentContext;

/** What XState's `transition`, which wants to know the actions, has in the place of an actor. */
const NO_SESSION = '';

/**
 * Steps that are taken already. Nearly all events leave the agent where it stands: of those the chart, which costs more
 * than the step itself, need not be asked, and only the others go through it.
 */
const steps = new WeakMap<AgentEvent, AgentContext>();

function isAgentEvent({ type }: { readonly type: string }): boolean {
  return type === 'event.recorded' || type === 'event.retried' || type === 'time.passed';
}

function agentChart(model: AgentBehavior) {
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
      takeStep: assign(({ context, event }) => steps.get(event) ?? takeStep(model, context.state, event)),
      announce: enqueueActions(({ context, enqueue }) => {
        for (const output of context.outputs) enqueue.emit(output);
      }),
    },
  }).createMachine({
    id: 'agent',
    context: ({ input }) => ({ state: input.state, outputs: [], figures: [] }),
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

export type AgentMachine = ReturnType<typeof createAgentMachine>;

function takeStep(model: AgentBehavior, before: AgentState, event: AgentEvent): AgentContext {
  try {
    const step = stepOf(model, before, event);
    const position = event.type === 'time.passed' ? event.position : 0;
    return { state: step.state, outputs: outputsOf(step, position), figures: step.figures };
  } catch (error) {
    return event.type === 'time.passed'
      ? withoutTheTick(model, before, event, error)
      : withoutTheEvent(model, before, event, error);
  }
}

function stepOf(model: AgentBehavior, before: AgentState, event: AgentEvent): Step {
  const { announced } = event;
  if (event.type === 'event.recorded') return model.apply(before, event.event, announced);
  if (event.type === 'event.retried') return model.retry(before, event.event, event.when, announced);
  return model.advance(before, event.now, event.seq, event.alone, announced);
}

function outputsOf(step: Step, position: number): AgentOutput[] {
  const { state, turns, standing, recommendation, elevation, trust, failures, unjudged } = step;
  const { agentId, seq, now: at } = state;
  const department = departmentOf(state.profile);
  const outputs: AgentOutput[] = turns.map(({ before, after }, i) => ({
    type: 'trend.changed',
    seq,
    position: position + i,
    at,
    agentId,
    department,
    metric: after.metric,
    window: after.window,
    from: before.direction,
    to: after.direction,
    before,
    after,
  }));
  if (standing) {
    outputs.push({
      type: 'standing.changed',
      seq,
      position: position + outputs.length,
      at,
      agentId,
      department,
      ...standing,
    });
  }
  for (const proposed of [recommendation, elevation]) {
    if (!proposed) continue;
    outputs.push({
      type: 'recommendation.made',
      seq,
      position: position + outputs.length,
      at,
      agentId,
      department,
      ...proposed,
    });
  }
  if (trust) {
    const next = position + outputs.length;
    outputs.push({ type: 'trust.changed', seq, position: next, at, agentId, department, ...trust });
  }
  for (const { eventId, error } of failures) {
    const next = position + outputs.length;
    outputs.push({ ...failed(eventId, error), seq, position: next, at, agentId, department });
  }
  if (unjudged) {
    const failure = { ...failed(unjudged.eventId, unjudged.error), action: 'unjudged' } as const;
    outputs.push({ ...failure, seq, position: position + outputs.length, at, agentId, department });
  }
  return frozenData(outputs);
}

function failed(eventId: string, error: unknown) {
  return { type: 'agent.failed', eventId, error: reasonOf(error), action: 'restarted' } as const;
}

function withoutTheEvent(
  model: AgentBehavior,
  before: AgentState,
  event: AgentEvent & { type: 'event.recorded' | 'event.retried' },
  error: unknown,
): AgentContext {
  const retry = event.type === 'event.retried' ? event.when : undefined;
  const { id, seq, recordedAt } = event.event;
  const state = model.leaveOut(before, event.event, error, retry);
  const { agentId, profile } = before;
  const department = departmentOf(profile);
  const where = { seq: retry?.seq ?? seq, position: 0, at: retry?.now ?? recordedAt, agentId, department };
  return { state, outputs: [frozenData({ ...failed(id, error), ...where })], figures: [] };
}

/** Time passes all the same: points leave the windows, and what was still to come takes effect. */
function withoutTheTick(
  model: AgentBehavior,
  before: AgentState,
  { now, seq, position }: AgentEvent & { type: 'time.passed' },
  error: unknown,
): AgentContext {
  const step = model.advanceUnjudged(before, now, seq);
  const { agentId, profile } = step.state;
  const where = { seq, position, at: now, agentId, department: departmentOf(profile) };
  const first = frozenData({ ...failed(`tick ${seq}`, error), ...where });
  return { state: step.state, outputs: [first, ...outputsOf(step, position + 1)], figures: step.figures };
}
