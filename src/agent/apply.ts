import type { EventOf, StoredEvent } from '../events/schema.js';
import { compareRows } from '../windows/timeline.js';
import { observedOf } from './collaboration.js';
import type { ModelConfig } from './config.js';
import { COLLABORATION_MASK, COVERAGE_MS, feedMask, figureMask, withFed } from './coverage.js';
import type { FigureChange } from './figures.js';
import { withLifetimeAttempt, withLifetimeEvent } from './lifetime.js';
import { withOverrideEvent } from './override.js';
import { withProfileEvent } from './profile.js';
import type { AgentState } from './state.js';
import {
  attemptOf,
  compacted,
  emptyTask,
  remeasured,
  type StoredReview,
  type TaskRecord,
  withRow,
} from './task.js';
import { TaskBook } from './task-book.js';
import type { TrendBank } from './trend-bank.js';

type Seq = { readonly seq: number };
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * One step of an agent in the making: a shallow copy of its state whose parts are replaced, never changed, and
 * the trend trackers that follow it (absent where only the figures are asked for).
 */
export interface Draft {
  readonly state: Mutable<AgentState>;
  readonly bank: TrendBank | undefined;
  readonly config: ModelConfig;
  /** What a strategy could not take; it is left out as a whole. */
  readonly failures: StepFailure[];
  /** What changed of the figures, in order. */
  readonly figures: FigureChange[];
}

/** Something that was left out of a step because a strategy threw on it. */
export interface StepFailure {
  readonly eventId: string;
  /** The event's record in the journal. */
  readonly seq: number;
  readonly error: unknown;
}

/** Lets time pass: points leave the windows, overrides end, and events whose time has come take effect. */
export function bringTo(draft: Draft, now: number): void {
  const { state, bank } = draft;
  if (now <= state.now) return;
  bank?.advance(state, now);
  state.now = now;
  while (state.expiries[0] && state.expiries[0].at <= now) {
    const { taskId, ...source } = state.expiries[0];
    state.expiries = state.expiries.slice(1);
    wholeOrNot(draft, source, () => updateTask(draft, taskOf(state, taskId)));
  }
  while (state.upcoming[0] && state.upcoming[0].at <= now) {
    const event = state.upcoming[0];
    state.upcoming = state.upcoming.slice(1);
    admit(draft, event);
  }
  if (now >= state.compactAt) compact(draft, now);
}

/** Takes in an event: at once, or when its time comes. */
export function take(draft: Draft, event: StoredEvent): void {
  const { state } = draft;
  state.seq = event.seq;
  if (event.at > state.now) state.upcoming = withRow(state.upcoming, event);
  else admit(draft, event);
}

function admit(draft: Draft, event: StoredEvent): void {
  wholeOrNot(draft, { eventId: event.id, seq: event.seq }, () => takeIn(draft, event));
}

/**
 * Scores are asked for before the trend trackers are told: what fails then has only replaced parts of the draft. When
 * a tracker itself fails, the step as a whole cannot be made.
 */
function wholeOrNot(draft: Draft, { eventId, seq }: Omit<StepFailure, 'error'>, change: () => void): void {
  const { state, bank, failures, figures } = draft;
  const before = { ...state };
  const changed = figures.length;
  try {
    change();
  } catch (error) {
    if (bank?.isBroken) throw error;
    Object.assign(state, before);
    figures.length = changed;
    failures.push({ eventId, seq, error });
  }
}

function takeIn(draft: Draft, event: StoredEvent): void {
  const { state } = draft;
  state.profile = withProfileEvent(state.profile, event);
  state.lifetime = withLifetimeEvent(state.lifetime, event);
  const mask = feedMask(event);
  if (mask !== 0) {
    state.feeds = state.feeds.insert({ at: event.at, seq: event.seq, mask });
    state.lastFed = withFed(state.lastFed, event.at, mask);
  }
  if (event.type === 'task.assigned') assign(draft, event);
  else if (event.type === 'task.completed' || event.type === 'task.failed') finish(draft, event);
  else if (event.type === 'review.submitted') review(draft, event);
  else if (event.type === 'override.set' || event.type === 'override.cleared') override(draft, event);
  else if (event.type === 'collaboration.observed') observe(draft, event);
}

function assign(draft: Draft, event: EventOf<'task.assigned'>): void {
  const task = taskOf(draft.state, event.taskId);
  const assignedAt = [...task.assignedAt, event.at].sort((a, b) => a - b);
  updateTask(draft, { ...task, assignedAt });
}

function finish(draft: Draft, event: EventOf<'task.completed' | 'task.failed'> & Seq): void {
  const { state } = draft;
  const task = taskOf(state, event.taskId);
  const attempt = attemptOf(event);
  state.lifetime = withLifetimeAttempt(state.lifetime, attempt);
  updateTask(draft, { ...task, attempts: withRow(task.attempts, attempt) });
}

function review(draft: Draft, event: EventOf<'review.submitted'> & Seq): void {
  const task = taskOf(draft.state, event.taskId);
  const { at, seq, kind, reviewerId, verdict, score, confidence } = event;
  const submitted: StoredReview = { at, seq, kind, reviewerId, verdict, score, confidence };
  updateTask(draft, { ...task, reviews: withRow(task.reviews, submitted) });
}

function override(draft: Draft, event: EventOf<'override.set' | 'override.cleared'> & Seq): void {
  const { state } = draft;
  if (event.taskId === undefined) {
    const slot = withOverrideEvent(state.overrides[event.target], event);
    state.overrides = { ...state.overrides, [event.target]: slot };
    return;
  }
  const task = taskOf(state, event.taskId);
  const slot = withOverrideEvent(task.override, event);
  const expiresAt = slot.override?.expiresAt;
  if (slot !== task.override && expiresAt !== undefined && expiresAt > state.now) {
    const { id: eventId, seq } = event;
    state.expiries = [...state.expiries, { at: expiresAt, taskId: task.taskId, eventId, seq }].sort(
      (a, b) => a.at - b.at,
    );
  }
  updateTask(draft, { ...task, override: slot });
}

function observe(
  { state, bank, config, figures }: Draft,
  event: EventOf<'collaboration.observed'> & Seq,
): void {
  const observed = observedOf(event, state.agentId, state.profile.role?.value, config.collaboration);
  state.observations = state.observations.insert(observed);
  state.lastFed = withFed(state.lastFed, event.at, COLLABORATION_MASK);
  bank?.insertObserved(observed, state.now);
  figures.push({ kind: 'observation', observed });
}

function taskOf(state: AgentState, taskId: string): TaskRecord {
  return state.tasks.get(taskId) ?? emptyTask(taskId);
}

/** Measures a changed task again and brings timeline and trends up to what changed. */
function updateTask(draft: Draft, changed: TaskRecord): void {
  const { state, bank, config, figures } = draft;
  const before = state.tasks.get(changed.taskId)?.attempts ?? [];
  const task = remeasured(changed, state.agentId, config.quality, state.now);
  state.tasks = state.tasks.set(task);
  for (const attempt of task.attempts) {
    const old = before.find(({ seq }) => seq === attempt.seq);
    if (old === attempt) continue;
    if (old) {
      state.attempts = state.attempts.replace(attempt);
      bank?.replaceAttempt(old, attempt, state.now);
    } else {
      state.attempts = state.attempts.insert(attempt);
      bank?.insertAttempt(attempt, state.now);
    }
    state.lastFed = withFed(state.lastFed, attempt.at, figureMask(attempt));
    figures.push({ kind: 'attempt', before: old, after: attempt });
  }
  if (task.attempts.some(({ facts }) => facts === null)) {
    figures.push({ kind: 'outdated', taskId: task.taskId });
  }
}

/** Compactions in the length of the longest window: each looks at every task. */
const COMPACTIONS = 32;

/** Gives up what no window, no review and no later attempt can need any more. */
function compact({ state, config }: Draft, now: number): void {
  const keptMs = Math.max(COVERAGE_MS, ...config.window.windows.map(({ ms }) => ms));
  const horizon = now - keptMs;
  const tasks = [...state.tasks];
  const kept = tasks.map((task) => compacted(task, horizon));
  if (kept.some((task, i) => task !== tasks[i])) state.tasks = TaskBook.from(kept);
  state.attempts = state.attempts.dropBefore(horizon);
  state.observations = state.observations.dropBefore(horizon);
  state.feeds = state.feeds.dropBefore(horizon);
  state.compactAt = now + keptMs / COMPACTIONS;
}

/** Orders events in time for a replay that does not depend on the order of arrival. */
export function inTimeOrder(events: readonly StoredEvent[]): StoredEvent[] {
  return [...events].sort(compareRows);
}
