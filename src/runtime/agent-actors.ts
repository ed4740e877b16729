import { createActor, fromTransition, type InspectionEvent } from 'xstate';
import {
  type AgentBehavior,
  type AgentEvent,
  type AgentMachine,
  createAgentMachine,
} from '../../machines/agent.js';
import type { FigureChange } from '../agent/figures.js';
import type { AgentState } from '../agent/state.js';
import type { Clock } from '../clock.js';
import { reasonOf } from '../errors.js';
import type { AgentActor } from './agent-entry.js';
import { AgentInspection } from './agent-inspection.js';
import { guardActor, lookOnly } from './guarded-actor.js';
import type { Report } from './host.js';

export interface AgentActorsOptions {
  readonly model: AgentBehavior;
  readonly clock: Clock;
  readonly inspect: ((event: InspectionEvent) => void) | undefined;
  readonly report: Report;
}

/** The root lets an agent's actor go: XState leaves that to its parent. */
interface Passivated {
  readonly type: 'agent.passivated';
  readonly actor: AgentActor;
}

/** Takes no other event: that an agent's actor failed is for whoever sent it something. */
const root = fromTransition((nothing: undefined, { type, actor }: Passivated, scope) => {
  if (type === 'agent.passivated') scope.defer(() => scope.stopChild(actor));
  return nothing;
}, undefined);

/**
 * The agents' actors: children of one root, so that they share one actor system. Each as a root of its own would bring
 * some 35 objects of a system; spawned inside a machine, each would cost a copy of the list of all.
 */
export class AgentActors {
  private readonly inspection: AgentInspection;
  /** How often the host listens to an actor, where it does. */
  private readonly listening = new Map<unknown, number>();
  /** Actors as the host was given them. */
  private readonly views = new WeakMap<AgentActor, AgentActor>();
  private readonly root;
  private readonly machine: AgentMachine;
  /** What an actor remembers of how it was made. */
  private readonly options;
  private figures = NO_FIGURES;

  constructor(private readonly settings: AgentActorsOptions) {
    const { model, clock, inspect } = settings;
    this.root = createActor(root, { clock }).start();
    this.options = { parent: this.root };
    this.inspection = new AgentInspection(this.root, inspect);
    this.machine = createAgentMachine(model, {
      onFigures: (figures) => {
        this.figures = figures;
      },
      isInspected: () => this.inspection.isOn,
      // Whoever looks on from an actor's beginning may listen to it before it is guarded.
      isHeard: (actor) => this.inspection.isOn || this.listening.has(actor),
    });
  }

  /** An agent's actor, from a state on. */
  start(agentId: string, state: AgentState): AgentActor {
    const actor = createActor(this.machine, { ...this.options, id: agentId, input: { state } }).start();
    // What it was made with holds the state that it began with, long after that is over.
    actor.options = this.options;
    // An inspector gets at every actor.
    if (this.settings.inspect) this.view(actor);
    return actor;
  }

  stop(actor: AgentActor): void {
    this.root.send({ type: 'agent.passivated', actor });
    this.inspection.forget(actor);
    this.listening.delete(actor);
  }

  /** Whether the host listens to an actor. */
  isHeard(actor: AgentActor): boolean {
    return this.listening.has(actor);
  }

  /** An actor for the host: to look at and to listen to, at no risk to the agent. */
  view(actor: AgentActor): AgentActor {
    const known = this.views.get(actor);
    if (known) return known;
    const view = lookOnly(
      guardActor(actor, `the actor of agent ${JSON.stringify(actor.id)}`, this.settings.report, {
        onListening: (change) => this.countListening(actor, change),
        inspect: (inspector) => this.inspection.watch(actor, inspector),
      }),
    );
    this.views.set(actor, view);
    return view;
  }

  private countListening(actor: AgentActor, change: 1 | -1): void {
    const times = (this.listening.get(actor) ?? 0) + change;
    if (times > 0) this.listening.set(actor, times);
    else this.listening.delete(actor);
  }

  /**
   * Has an actor take an event, and returns what that changed of the figures that questions are answered from.
   *
   * @throws what the actor failed with: it is past mending, and its agent would be left behind without a word
   */
  send(actor: AgentActor, event: AgentEvent): readonly FigureChange[] {
    this.figures = NO_FIGURES;
    actor.send(event);
    const { status, error } = actor.getSnapshot();
    if (status !== 'active') throw failed(actor, status, error);
    const { figures } = this;
    this.figures = NO_FIGURES;
    return figures;
  }
}

const NO_FIGURES: readonly FigureChange[] = [];

function failed({ id }: AgentActor, status: string, cause: unknown): Error {
  const reason = status === 'error' ? reasonOf(cause) : status;
  return new Error(`The actor of agent ${JSON.stringify(id)} takes no more events: ${reason}`, { cause });
}
