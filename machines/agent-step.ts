import type { FigureChange } from '../src/agent/figures.js';
import { frozenData } from '../src/agent/frozen-data.js';
import type { AgentModel } from '../src/agent/model.js';
import type { AgentOutput } from '../src/agent/outputs.js';
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

export interface Replayed {
  /** What the log holds of the record already, where it is replayed. */
  readonly announced?: Announced | undefined;
}

/** The part of an agent model that the chart drives. */
export type AgentBehavior = Pick<AgentModel, 'apply' | 'retry' | 'advance' | 'leaveOut' | 'advanceUnjudged'>;

/** What an event or a tick came to. */
export interface StepTaken {
  readonly state: AgentState;
  /** What the agent says of it, in order. */
  readonly outputs: readonly AgentOutput[];
  /** What changed of the figures that questions about the company are answered from. */
  readonly figures: readonly FigureChange[];
}

/** What nearly every event makes an agent say: one list for all, as each agent keeps the last one. */
export const NO_OUTPUTS: readonly AgentOutput[] = Object.freeze([]);

/** Has the model take an event or a tick, and puts what turned into words; what it throws on is left out. */
export function takeStep(model: AgentBehavior, before: AgentState, event: AgentEvent): StepTaken {
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

function outputsOf(step: Step, position: number): readonly AgentOutput[] {
  return isQuiet(step) ? NO_OUTPUTS : frozenData(inWords(step, position));
}

function isQuiet({ turns, standing, recommendation, elevation, trust, failures, unjudged }: Step): boolean {
  const isChanged = standing ?? recommendation ?? elevation ?? trust ?? unjudged;
  return isChanged === undefined && turns.length === 0 && failures.length === 0;
}

function inWords(step: Step, position: number): AgentOutput[] {
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
  return outputs;
}

function failed(eventId: string, error: unknown) {
  return { type: 'agent.failed', eventId, error: reasonOf(error), action: 'restarted' } as const;
}

function withoutTheEvent(
  model: AgentBehavior,
  before: AgentState,
  event: AgentEvent & { type: 'event.recorded' | 'event.retried' },
  error: unknown,
): StepTaken {
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
): StepTaken {
  const step = model.advanceUnjudged(before, now, seq);
  const { agentId, profile } = step.state;
  const where = { seq, position, at: now, agentId, department: departmentOf(profile) };
  const first = frozenData({ ...failed(`tick ${seq}`, error), ...where });
  return { state: step.state, outputs: [first, ...outputsOf(step, position + 1)], figures: step.figures };
}
