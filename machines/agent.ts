import type { AnyActorRef, SnapshotFrom } from 'xstate';
import type { FigureChange } from '../src/agent/figures.js';
import type { AgentOutput } from '../src/agent/outputs.js';
import type { Standing } from '../src/agent/performance.js';
import type { AgentState } from '../src/agent/state.js';
import { type AgentContext, agentChart } from './agent-chart.js';
import { type AgentBehavior, NO_OUTPUTS, type StepTaken, takeStep } from './agent-step.js';

export type { AgentContext, AgentInput } from './agent-chart.js';
export type { AgentBehavior, AgentEvent, Replayed } from './agent-step.js';

/** Who runs a machine's actors. */
export interface AgentHost {
  /**
   * Told, while an actor takes an event, what that changes of the figures that questions about the company are answered
   * from. The actor does not keep it: of thousands, each would from one event to its next.
   */
  onFigures(figures: readonly FigureChange[]): void;
  /** Whether anybody looks on at what the chart does, microstep by microstep. */
  isInspected(): boolean;
  /** Whether anybody listens to what an actor emits or becomes. */
  isHeard(actor: AnyActorRef): boolean;
}

const NO_HOST: AgentHost = { onFigures: () => undefined, isInspected: () => true, isHeard: () => true };

/**
 * The machine of one agent: the model makes the next state, what turned is put into words and emitted (so
 * `actor.on('trend.changed', …)` works), and the agent moves to where it now stands. When a strategy throws, the
 * agent goes on without that event, remembers that it was left out, and says so with `agent.failed`.
 *
 * The chart costs more than the step itself, and what it answers depends on nothing but where the agent stood and where
 * it stands now. So it is asked once about each such move, and not at all about an agent that stays where it is, as
 * nearly all do.
 */
export function createAgentMachine(model: AgentBehavior, host = NO_HOST) {
  let taken: AgentContext | undefined;
  const machine = agentChart((state, event) => taken ?? contextOf(takeStep(model, state, event)));
  const { transition } = machine;
  const places = new Map<string, Snapshot>();
  machine.transition = (snapshot, event, scope) => {
    if (snapshot.status !== 'active' || !isAgentEvent(event)) return transition(snapshot, event, scope);
    const before = snapshot.context.state;
    const step = takeStep(model, before, event);
    const context = contextOf(step);
    const isActor = scope.sessionId !== NO_SESSION;
    if (isActor && step.figures.length > 0) host.onFigures(step.figures);
    const move = moveOf(before, step.state);
    const place = move === undefined ? snapshot : placeAfter(move);
    if (place && (isActor || step.outputs.length === 0)) {
      // An actor keeps the room for what it once put off, so nothing is that nobody hears.
      if (step.outputs.length > 0 && host.isHeard(scope.self)) emitLater(step.outputs, scope);
      return placed(place, context);
    }
    taken = context;
    try {
      const moved = transition(snapshot, event, scope);
      if (move !== undefined) places.set(move, placed(moved, NOBODY));
      return moved;
    } finally {
      taken = undefined;
    }
  };
  const placeAfter = (move: string) => (host.isInspected() ? undefined : places.get(move));
  startWhereItStands(machine);
  return machine;
}

export type AgentMachine = ReturnType<typeof createAgentMachine>;

type Snapshot = SnapshotFrom<ReturnType<typeof agentChart>>;
type Scope = Parameters<AgentMachine['transition']>[2];

/** Where an agent that stands in a certain way begins is the same for all of them, too. */
function startWhereItStands(machine: ReturnType<typeof agentChart>): void {
  const { getInitialSnapshot } = machine;
  const beginnings = new Map<Standing, Snapshot>();
  machine.getInitialSnapshot = (scope, input) => {
    const standing = input?.state.standing;
    const known = standing && beginnings.get(standing);
    if (known) return placed(known, { state: input.state, outputs: NO_OUTPUTS });
    const first = getInitialSnapshot(scope, input);
    if (standing && first.status === 'active') beginnings.set(standing, placed(first, NOBODY));
    return first;
  };
}

/**
 * A snapshot of another agent in the same place. Field by field: spread, each would be two objects instead of one, and
 * every agent has one anew at every event.
 */
function placed(place: Snapshot, context: AgentContext): Snapshot {
  const { status, output, error, machine, _nodes, value, tags, children, historyValue } = place;
  const { matches, hasTag, can, getMeta, toJSON } = place;
  return {
    status,
    output,
    error,
    machine,
    context,
    _nodes,
    value,
    tags,
    children,
    historyValue,
    matches,
    hasTag,
    can,
    getMeta,
    toJSON,
  } as Snapshot;
}

/** What is remembered of the chart goes without the agent that it was asked about, whose state it would keep. */
const NOBODY = {} as AgentContext;

/** What XState's `transition`, which wants to know the actions, has in the place of an actor. */
const NO_SESSION = '';

function isAgentEvent({ type }: { readonly type: string }): boolean {
  return type === 'event.recorded' || type === 'event.retried' || type === 'time.passed';
}

function contextOf({ state, outputs }: StepTaken): AgentContext {
  return { state, outputs };
}

/**
 * Emits once the actor is where it goes. Beside `transition`, which makes no functions: V8 would have to make what they
 * share whenever it gives up the code of it, and first ends the sweeping of all garbage, which takes tens of milliseconds.
 */
function emitLater(outputs: readonly AgentOutput[], scope: Scope): void {
  for (const output of outputs) scope.defer(() => scope.emit(output));
}

/** Which way an agent moves, by where it stands; `undefined` where it stays. */
function moveOf({ standing: from }: AgentState, { standing: to }: AgentState): string | undefined {
  return from === to ? undefined : `${from} ${to}`;
}
