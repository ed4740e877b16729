import type { EventOf, JournalledEvent } from '../events/schema.js';
import { withClosed } from '../policy/career.js';
import { DIFFICULTY } from '../trust/record.js';
import { compareRows, type Row, type Timeline } from '../windows/timeline.js';
import { withOne } from '../with-item.js';
import { taskIdAt } from './attempt-layout.js';
import { observedOf, partsOf } from './collaboration.js';
import type { ModelConfig } from './config.js';
import { COLLABORATION_MASK, COVERAGE_MS, feedMask, figureMask, withFed } from './coverage.js';
import type { FigureChange } from './figures.js';
import { withLifetimeAttempt, withLifetimeEvent } from './lifetime.js';
import { withOverrideEvent } from './override.js';
import { withProfileEvent } from './profile.js';
import { type AgentState, draftOf, orNone, type StateDraft } from './state.js';
import {
  type Attempt,
  attemptOf,
  emptyTask,
  outdatedReviews,
  placeOnly,
  remeasured,
  type TaskRecord,
  withRow,
} from './task.js';
import type { TaskNotes } from './task-book.js';
import type { Note, StoredReview } from './task-log.js';
import type { TrendBank } from './trend-bank.js';
import { withTrusted } from './trust.js';

type Seq = { readonly seq: number };

/**
 * One step of an agent in the making: a shallow copy of its state whose parts are replaced, never changed, and
 * the trend trackers that follow it (absent where only the figures are asked for).
 */
export interface Draft {
  readonly state: StateDraft;
  readonly bank: TrendBank | undefined;
  readonly config: ModelConfig;
  /** What a strategy could not take; it is left out as a whole. */
  failures: StepFailure[] | undefined;
  /** What changed of the figures, in order. */
  figures: FigureChange[] | undefined;
}

/** A step that begins at a state. */
export function draftFrom(state: AgentState, bank: TrendBank | undefined, config: ModelConfig): Draft {
  return { state: draftOf(state), bank, config, failures: undefined, figures: undefined };
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
    const { taskId, eventId, seq } = state.expiries[0];
    state.expiries = orNone(state.expiries.slice(1));
    const notes = state.tasks.get(taskId);
    if (notes) wholeOrNot(draft, eventId, seq, measureAnew, notes);
  }
  while (state.upcoming[0] && state.upcoming[0].at <= now) {
    const event = state.upcoming[0];
    state.upcoming = orNone(state.upcoming.slice(1));
    admit(draft, event);
  }
  if (now >= state.compactAt) compact(draft, now);
}

/** Takes in an event: at once, or when its time comes. */
export function take(draft: Draft, event: JournalledEvent): void {
  const { state } = draft;
  state.seq = event.seq;
  if (event.at > state.now) state.upcoming = withRow(state.upcoming, event);
  else admit(draft, event);
}

function admit(draft: Draft, event: JournalledEvent): void {
  wholeOrNot(draft, event.id, event.seq, takeIn, event);
}

/**
 * Scores are asked for before the trend trackers are told: what fails then has only replaced parts of the draft. When
 * a tracker itself fails, the step as a whole cannot be made.
 */
function wholeOrNot<What>(
  draft: Draft,
  eventId: string,
  seq: number,
  change: (draft: Draft, what: What) => void,
  what: What,
): void {
  const { state, bank } = draft;
  const before = draftOf(state);
  const changed = draft.figures?.length ?? 0;
  try {
    change(draft, what);
  } catch (error) {
    if (bank?.isBroken) throw error;
    Object.assign(state, before);
    if (draft.figures) draft.figures.length = changed;
    draft.failures = withOne(draft.failures, { eventId, seq, error });
  }
}

function takeIn(draft: Draft, event: JournalledEvent): void {
  const { state } = draft;
  state.profile = withProfileEvent(state.profile, event);
  state.lifetime = withLifetimeEvent(state.lifetime, event);
  state.trust = withTrusted(state.trust, event, state.tasks, draft.config);
  state.lastFed = withFed(state.lastFed, event.at, feedMask(event));
  if (event.type === 'task.assigned') assign(draft, event);
  else if (event.type === 'task.completed' || event.type === 'task.failed') finish(draft, event);
  else if (event.type === 'review.submitted') review(draft, event);
  else if (event.type === 'override.set' || event.type === 'override.cleared') override(draft, event);
  else if (event.type === 'collaboration.observed') observe(draft, event);
  else if (event.type === 'decision.recorded') decide(draft, event);
}

/** What was decided about closes, whatever it is called where the policy is another one. */
function decide({ state }: Draft, { stamped }: JournalledEvent): void {
  const decided = stamped?.decided;
  if (decided) state.career = withClosed(state.career, 'decided', ({ kind }) => kind === decided.kind);
}

function assign(draft: Draft, { taskId, at, seq, complexity }: EventOf<'task.assigned'> & Seq): void {
  // Room is taken for it where somebody asks.
  const difficulty = draft.config.trust && complexity && DIFFICULTY[complexity];
  note(draft, taskId, { what: 'assigned', at, seq, difficulty });
}

function finish(draft: Draft, event: EventOf<'task.completed' | 'task.failed'> & Seq): void {
  const { state, config } = draft;
  const attempt = attemptOf(event);
  state.lifetime = withLifetimeAttempt(state.lifetime, attempt);
  const { taskId, at, seq, complexity } = event;
  const succeeded = config.trust && complexity === undefined ? attempt.succeeded : undefined;
  note(draft, taskId, { what: 'attempt', at, seq, succeeded }, attempt);
}

function review(draft: Draft, event: EventOf<'review.submitted'> & Seq): void {
  const { at, seq, kind, reviewerId, verdict, score, confidence } = event;
  const review: StoredReview = { at, seq, kind, reviewerId, verdict, score, confidence };
  note(draft, event.taskId, { what: 'review', review });
}

function override(draft: Draft, event: EventOf<'override.set' | 'override.cleared'> & Seq): void {
  const { state } = draft;
  const { taskId } = event;
  if (taskId === undefined) {
    const slot = withOverrideEvent(state.overrides[event.target], event);
    state.overrides = { ...state.overrides, [event.target]: slot };
    return;
  }
  const known = state.tasks.get(taskId)?.override;
  const slot = withOverrideEvent(known, event);
  if (slot === known) return;
  const expiresAt = slot.override?.expiresAt;
  if (expiresAt !== undefined && expiresAt > state.now) {
    const { id: eventId, seq } = event;
    state.expiries = [...state.expiries, { at: expiresAt, taskId, eventId, seq }].sort((a, b) => a.at - b.at);
  }
  note(draft, taskId, { what: 'override', slot });
}

function observe(draft: Draft, event: EventOf<'collaboration.observed'> & Seq): void {
  const { state, bank, config } = draft;
  const observed = observedOf(event, state.agentId, state.profile.role?.value, config.collaboration);
  const parts = partsOf(observed.observation, config.collaboration);
  state.observations = state.observations.insert(observed);
  state.lastFed = withFed(state.lastFed, event.at, COLLABORATION_MASK);
  bank?.insertObserved(observed, state.now);
  draft.figures = withOne(draft.figures, { kind: 'observation', observed, parts });
}

/** Notes something of a task and measures it again; `fresh` is an attempt that is noted and not measured yet. */
function note(draft: Draft, taskId: string, what: Note, fresh?: Attempt): void {
  const { state } = draft;
  state.tasks = state.tasks.with(taskId, what);
  const notes = state.tasks.latestTried(taskId);
  if (notes) remeasure(draft, taskOf(notes, state.attempts, fresh), fresh);
}

/** What is known of a task, its attempts with all that was measured. */
function taskOf(notes: TaskNotes, attempts: Timeline<Attempt>, fresh?: Attempt): TaskRecord {
  const { taskId, assignedAt, reviews, override } = notes;
  const known: Attempt[] = new Array(notes.attempts.length);
  for (let i = 0; i < known.length; i++) {
    const place = notes.attempts[i] as Row;
    known[i] = fresh?.seq === place.seq ? fresh : (attempts.find(place) ?? placeOnly(place, taskId));
  }
  return { taskId, assignedAt, attempts: known, reviews, override };
}

function measureAnew(draft: Draft, notes: TaskNotes): void {
  remeasure(draft, taskOf(notes, draft.state.attempts));
}

/** Measures a changed task again and brings timeline and trends up to what changed. */
function remeasure(draft: Draft, task: TaskRecord, fresh?: Attempt): void {
  const { state, bank, config } = draft;
  let isOutdated = false;
  const attempts = remeasured(task, state.agentId, config.quality, state.now);
  for (let i = 0; i < attempts.length; i++) {
    const attempt = attempts[i] as Attempt;
    isOutdated ||= attempt.facts === null;
    const before = attempt.seq === fresh?.seq ? undefined : (task.attempts[i] as Attempt);
    if (before === attempt) continue;
    if (before) {
      state.attempts = state.attempts.replace(attempt);
      bank?.replaceAttempt(before, attempt, state.now);
    } else {
      state.attempts = state.attempts.insert(attempt);
      bank?.insertAttempt(attempt, state.now);
    }
    state.lastFed = withFed(state.lastFed, attempt.at, figureMask(attempt));
    draft.figures = withOne(draft.figures, { kind: 'attempt', before, after: attempt });
  }
  if (isOutdated) draft.figures = withOne(draft.figures, { kind: 'outdated', taskId: task.taskId });
}

/** Compactions in the length of the longest window: each writes every task anew, and frees an eighth of them. */
const COMPACTIONS = 8;

/** How far back a state remembers single data points, in milliseconds. */
export function rememberedMs({ window }: Pick<ModelConfig, 'window'>): number {
  return Math.max(COVERAGE_MS, ...window.windows.map(({ ms }) => ms));
}

/** Gives up what no window, no review and no later attempt can need any more. */
function compact({ state, config }: Draft, now: number): void {
  const keptMs = rememberedMs(config);
  const horizon = now - keptMs;
  const finished = new Set<string>();
  state.attempts.scan(Number.NEGATIVE_INFINITY, horizon - 1, (table, row) =>
    finished.add(taskIdAt(table, row)),
  );
  const outdated = Array.from(finished, (taskId) => state.tasks.get(taskId) ?? emptyTask(taskId)).flatMap(
    (task) => outdatedReviews(task, horizon),
  );
  state.tasks = state.tasks.withoutReviews(new Set(outdated.map(({ seq }) => seq)));
  state.attempts = state.attempts.dropBefore(horizon);
  state.observations = state.observations.dropBefore(horizon);
  state.compactAt = now + keptMs / COMPACTIONS;
}

/** Orders events in time for a replay that does not depend on the order of arrival. */
export function inTimeOrder(events: readonly JournalledEvent[]): JournalledEvent[] {
  return [...events].sort(compareRows);
}
