import { drained } from '../drained.js';
import type { JournalledEvent } from '../events/schema.js';
import { TREND_METRICS } from '../trends/types.js';
import { NO_TRUST } from '../trust/judge.js';
import { bringTo, type Draft, draftFrom, inTimeOrder, take } from './apply.js';
import type { ModelConfig } from './config.js';
import { dueAt, figuresDueAt } from './due.js';
import type { FigureChange } from './figures.js';
import { FollowedStates } from './following.js';
import { stateLater } from './later.js';
import { isLeftOut, withLeftOut, without } from './left-out.js';
import type { AgentOutline, AgentPerformance, AgentSummary } from './performance.js';
import {
  entrust,
  NO_STANDING,
  NO_TURN,
  type OfStanding,
  type OfTrust,
  restand,
  retrust,
  stand,
  standAlone,
} from './settling.js';
import { settled } from './standing.js';
import { type AgentState, draftOf, initialState, NONE } from './state.js';
import type { Announced, Moment, Step, TrendTurn } from './step.js';
import { briefOf, outlineOf, performanceOf } from './summary.js';
import { type TrendName, trendNames } from './trends.js';
import { settledTrust } from './trust.js';
import { turnTrends } from './turns.js';

/**
 * One agent as pure functions: the same state and event always give the same step, the state passed in stays as
 * it was, and nothing but the events, and the times in them, decides.
 */
export class AgentModel {
  /** By place in `AgentState.trends`. */
  readonly trendNames: readonly TrendName[];
  private readonly followed: FollowedStates;

  constructor(readonly config: ModelConfig) {
    this.followed = new FollowedStates(config);
    this.trendNames = trendNames(config);
  }

  /** An agent of which nothing is known yet. */
  start(agentId: string): AgentState {
    return initialState(agentId, this.trendCount);
  }

  /** How many trends a state follows. */
  get trendCount(): number {
    return TREND_METRICS.length * this.config.window.windows.length;
  }

  /**
   * The agent after an event, as of the event's `recordedAt` (or its own latest moment when that is later).
   *
   * @throws whatever a trend strategy throws; the state passed in is still good then
   */
  apply(state: AgentState, event: JournalledEvent, announced?: Announced): Step {
    return this.step(state, event.recordedAt, { cause: event.id, announced }, (draft) => {
      standAlone(draft, event.stamped?.alone === true);
      take(draft, event);
    });
  }

  /**
   * The agent after time passed without any event, by the tick of the given sequence number.
   *
   * @param alone whether nobody else was active in the agent's department then
   */
  advance(
    state: AgentState,
    now: number,
    seq: number,
    alone = state.career.alone,
    announced?: Announced,
  ): Step {
    return this.step(state, now, { cause: `tick ${seq}`, announced }, (draft) => {
      standAlone(draft, alone);
      draft.state.seq = seq;
    });
  }

  /**
   * The agent after an event that it went on without is taken anew. Nothing happens when it holds the event already:
   * it was rebuilt meanwhile with strategies that could take it.
   *
   * @param when the journal record of the retry
   * @throws whatever a trend strategy throws; the state passed in is still good then
   */
  retry(state: AgentState, event: JournalledEvent, { seq, now }: Moment, announced?: Announced): Step {
    return this.step(state, now, { cause: event.id, announced }, (draft) => {
      if (isLeftOut(state, event)) {
        draft.state.leftOut = without(state.leftOut, event);
        take(draft, event);
      }
      draft.state.seq = seq;
    });
  }

  /**
   * The agent without an event that it could not take at all: as it was, but past it.
   *
   * @param retry the journal record of the retry, if it was one
   */
  leaveOut(state: AgentState, event: JournalledEvent, error: unknown, retry?: Moment): AgentState {
    const { seq, now } = retry ?? { seq: event.seq, now: event.recordedAt };
    if (retry && !isLeftOut(state, event)) return Object.assign(draftOf(state), { seq });
    const failure = { eventId: event.id, seq: event.seq, error };
    const leftOut = withLeftOut(without(state.leftOut, event), [failure], now);
    return Object.assign(draftOf(state), { seq, leftOut });
  }

  /** The agent after time passed, when its trends could not be judged: everything else is as it should be. */
  advanceUnjudged(state: AgentState, now: number, seq: number): Step {
    const draft = draftFrom(state, undefined, this.config);
    bringTo(draft, now);
    Object.assign(draft.state, { seq, isStale: true });
    return this.done(draft, [], NO_STANDING, NO_TURN, undefined);
  }

  /** The agent after an event; one that it cannot take at all is left out, as it is when it arrives. */
  applyOrSkip(state: AgentState, event: JournalledEvent): AgentState {
    try {
      return this.apply(state, event).state;
    } catch (error) {
      return this.leaveOut(state, event, error);
    }
  }

  /** The agent after an event is taken anew, or left out once more. */
  retryOrSkip(state: AgentState, event: JournalledEvent, when: Moment): AgentState {
    try {
      return this.retry(state, event, when).state;
    } catch (error) {
      return this.leaveOut(state, event, error, when);
    }
  }

  /** The agent after time passed, by a tick. */
  private advanceOrSkip(state: AgentState, now: number, seq: number): AgentState {
    try {
      return this.advance(state, now, seq).state;
    } catch {
      return this.advanceUnjudged(state, now, seq).state;
    }
  }

  /**
   * The agent after exactly these events, as their own times order them, at a moment: journal order does not count. What
   * time alone changes in between is judged when it happens.
   */
  asOf(base: AgentState, events: readonly JournalledEvent[], at: number): AgentState {
    return drained(this.stepsTo(base, events, at));
  }

  /** {@link asOf}, an event at a time. */
  *stepsTo(
    base: AgentState,
    events: readonly JournalledEvent[],
    at: number,
  ): Generator<undefined, AgentState> {
    let state = base;
    for (const event of inTimeOrder(events)) {
      if (event.at > at) break;
      state = yield* this.inItsTime(state, event);
    }
    state = yield* this.passing(state, at);
    return this.advanceOrSkip(state, at, state.seq);
  }

  /** The agent after all that time alone changes until an event, and the event, as if it had arrived in its time. */
  *inItsTime(state: AgentState, event: JournalledEvent): Generator<undefined, AgentState> {
    const before = yield* this.passing(state, event.at);
    yield;
    return this.applyOrSkip(before, { ...event, recordedAt: event.at });
  }

  /** The agent after all that time alone changes before a moment. */
  private *passing(from: AgentState, before: number): Generator<undefined, AgentState> {
    let state = from;
    let last = Number.NEGATIVE_INFINITY;
    // What is due for good, because judging it fails, is left to the next event.
    for (let due = this.dueAt(state); due < before && due > last; due = this.dueAt(state)) {
      state = this.advanceOrSkip(state, Math.max(due, state.now + 1), state.seq);
      last = due;
      yield;
    }
    return state;
  }

  /**
   * The agent after exactly these events at a moment, figures only: no trend is followed, and nothing is given up
   * that is older than every window.
   *
   * @param base the agent before the first of them
   */
  figuresAsOf(base: AgentState, events: readonly JournalledEvent[], at: number): AgentState {
    const draft = draftFrom(base, undefined, this.config);
    draft.state.compactAt = Number.POSITIVE_INFINITY;
    for (const event of inTimeOrder(events)) {
      if (event.at > at) break;
      bringTo(draft, event.at);
      take(draft, event);
    }
    bringTo(draft, at);
    return draft.state;
  }

  /** What time alone changes of the figures up to a moment. */
  figuresBy(state: AgentState, now: number): readonly FigureChange[] {
    if (now < figuresDueAt(state)) return NONE;
    const draft = draftFrom(state, undefined, this.config);
    bringTo(draft, now);
    return draft.figures ?? NONE;
  }

  /** When time alone changes figures next, epoch milliseconds; `Infinity` for never. */
  figuresDueAt(state: AgentState): number {
    return figuresDueAt(state);
  }

  /** Everything known of the agent at a moment not before the state's own. */
  summary(state: AgentState, now: number): AgentPerformance {
    return performanceOf(this.at(state, now, true), this.config);
  }

  /** What a list shows of the agent; trends are as last announced. */
  brief(state: AgentState, now: number): AgentSummary {
    return briefOf(this.outline(state, now), this.trendNames);
  }

  /** {@link brief} but for the names of the trends, which are {@link trendNames}. */
  outline(state: AgentState, now: number): AgentOutline {
    const isAsItWas = now <= state.now || now < this.dueAt(state);
    const rolling = isAsItWas ? this.followed.of(state)?.rolling : undefined;
    return outlineOf(this.at(state, now, false), this.config, rolling);
  }

  /** The next moment at which time alone changes something, epoch milliseconds; `Infinity` for none. */
  dueAt(state: AgentState): number {
    return dueAt(state, this.config, this.followed.of(state)?.bank);
  }

  private step(
    state: AgentState,
    now: number,
    { cause, announced }: { readonly cause: string; readonly announced: Announced | undefined },
    change: (draft: Draft) => void,
  ): Step {
    const followers = this.followed.take(state);
    const { bank, rolling } = followers;
    if (state.isStale) bank.suspect(state.trends.length);
    const draft = draftFrom(state, bank, this.config);
    draft.state.isStale = false;
    bringTo(draft, now);
    // Before anything else changes: what leaves is read from the state that still holds it.
    rolling.advance(state, draft.state.now);
    change(draft);
    rolling.take(draft.figures ?? NONE, draft.state.now);
    const turns = turnTrends(state, draft.state, bank, this.config);
    const { level } = state.trust ?? NO_TRUST;
    const standing = settled(draft.state, this.config, followers);
    const said = announced ? restand(draft.state, standing, announced) : stand(draft.state, standing);
    const trust = settledTrust(draft.state, level, this.config);
    const trusted = announced ? retrust(draft.state, trust, level, announced) : entrust(draft.state, trust);
    const error = standing.error ?? trust?.error;
    this.followed.put(draft.state, followers);
    return this.done(
      draft,
      turns,
      said,
      trusted,
      error === undefined ? undefined : { eventId: cause, error },
    );
  }

  private done(
    { state, failures, figures }: Draft,
    turns: readonly TrendTurn[],
    { standing, recommendation }: OfStanding,
    { trust, elevation }: OfTrust,
    unjudged: Step['unjudged'],
  ): Step {
    if (failures) state.leftOut = withLeftOut(state.leftOut, failures, state.now);
    return {
      state,
      turns,
      standing,
      recommendation,
      trust,
      elevation,
      unjudged,
      failures: failures ?? NONE,
      figures: figures ?? NONE,
    };
  }

  /** The state as it would be at `now`, with its trends judged anew or as last announced; nothing is announced. */
  private at(state: AgentState, now: number, areTrendsJudged: boolean): AgentState {
    if (now <= state.now) return state;
    if (now < this.dueAt(state)) return Object.assign(draftOf(state), { now });
    return stateLater(state, now, areTrendsJudged, this.config);
  }
}
