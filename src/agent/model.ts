import type { StoredEvent } from '../events/schema.js';
import { TREND_METRICS, type TrendResult } from '../trends/types.js';
import { bringTo, type Draft, inTimeOrder, type StepFailure, take } from './apply.js';
import type { ModelConfig } from './config.js';
import type { FigureChange } from './figures.js';
import type { AgentPerformance, AgentSummary, Standing } from './performance.js';
import { type AgentState, initialState, type TrendStatus } from './state.js';
import { briefOf, performanceOf } from './summary.js';
import { TrendBank } from './trend-bank.js';
import { judgedAnew, samePoints, trendResult } from './trends.js';

/** A trend's status that an event or a tick changed, with the trend as it was and as it is. */
export interface TrendTurn {
  readonly before: TrendResult;
  readonly after: TrendResult;
}

/** A change of standing, with the reason in one plain sentence. */
export interface StandingTurn {
  readonly from: Standing;
  readonly to: Standing;
  readonly because: string;
}

/** An agent after an event or a tick, and what turned. */
export interface Step {
  readonly state: AgentState;
  readonly turns: readonly TrendTurn[];
  readonly standing: StandingTurn | undefined;
  /** What a scoring strategy threw on: left out, as if it had never come. */
  readonly failures: readonly StepFailure[];
  readonly figures: readonly FigureChange[];
}

/**
 * One agent as pure functions: the same state and event always give the same step, the state passed in stays as
 * it was, and nothing but the events, and the times in them, decides.
 */
export class AgentModel {
  /** The trackers that follow the latest state of each line; taken out while a step is made of it. */
  private readonly banks = new WeakMap<AgentState, TrendBank>();

  constructor(readonly config: ModelConfig) {}

  /** An agent of which nothing is known yet. */
  start(agentId: string): AgentState {
    return initialState(agentId, TREND_METRICS.length * this.config.window.windows.length);
  }

  /**
   * The agent after an event, as of the event's `recordedAt` (or its own latest moment when that is later).
   *
   * @throws whatever a trend strategy throws; the state passed in is still good then
   */
  apply(state: AgentState, event: StoredEvent): Step {
    return this.step(state, event.recordedAt, (draft) => take(draft, event));
  }

  /** The agent after time passed without any event, by the tick of the given sequence number. */
  advance(state: AgentState, now: number, seq: number): Step {
    return this.step(state, now, (draft) => {
      draft.state.seq = seq;
    });
  }

  /** The agent with an event or a tick left out that it could not take at all: as it was, but past it. */
  skip(state: AgentState, now: number, seq: number): AgentState {
    return {
      ...state,
      now: Math.max(state.now, now),
      seq,
      expiries: state.expiries.filter(({ at }) => at > now),
      upcoming: state.upcoming.filter(({ at }) => at > now),
    };
  }

  /** The agent after an event; one that a trend strategy throws on is left out, as it is when it arrives. */
  applyOrSkip(state: AgentState, event: StoredEvent): AgentState {
    try {
      return this.apply(state, event).state;
    } catch {
      return this.skip(state, state.now, event.seq);
    }
  }

  /** The agent after time passed, by a tick; what a trend strategy throws on then is left out. */
  advanceOrSkip(state: AgentState, now: number, seq: number): AgentState {
    try {
      return this.advance(state, now, seq).state;
    } catch {
      return this.skip(state, now, seq);
    }
  }

  /** The agent after exactly these events, as their own times order them, at a moment: journal order does not count. */
  asOf(base: AgentState, events: readonly StoredEvent[], at: number): AgentState {
    let state = base;
    for (const event of inTimeOrder(events)) {
      if (event.at > at) break;
      state = this.applyOrSkip(state, { ...event, recordedAt: event.at });
    }
    return this.advanceOrSkip(state, at, state.seq);
  }

  /**
   * The agent after exactly these events at a moment, figures only: no trend is followed, and nothing is given up
   * that is older than every window.
   */
  figuresAsOf(agentId: string, events: readonly StoredEvent[], at: number): AgentState {
    const state = { ...this.start(agentId), compactAt: Number.POSITIVE_INFINITY };
    const draft: Draft = { state, bank: undefined, config: this.config, failures: [], figures: [] };
    for (const event of inTimeOrder(events)) {
      if (event.at > at) break;
      bringTo(draft, event.at);
      take(draft, event);
    }
    bringTo(draft, at);
    return draft.state;
  }

  /** Everything known of the agent at a moment not before the state's own. */
  summary(state: AgentState, now: number): AgentPerformance {
    return performanceOf(this.at(state, now), this.config);
  }

  /** What a list shows of the agent; trends are as last announced. */
  brief(state: AgentState, now: number): AgentSummary {
    return briefOf(this.figuresAt(state, now), this.config);
  }

  /** The next moment at which time alone changes something, epoch milliseconds; `Infinity` for none. */
  dueAt(state: AgentState): number {
    let due = Math.min(state.expiries[0]?.at ?? Infinity, state.upcoming[0]?.at ?? Infinity);
    for (const { ms } of this.config.window.windows) {
      const from = state.now - ms;
      const oldest = Math.min(state.attempts.firstAtOrAfter(from), state.observations.firstAtOrAfter(from));
      due = Math.min(due, oldest + ms + 1);
    }
    return due;
  }

  private step(state: AgentState, now: number, change: (draft: Draft) => void): Step {
    const bank = this.takeBank(state);
    const draft: Draft = { state: { ...state }, bank, config: this.config, failures: [], figures: [] };
    bringTo(draft, now);
    change(draft);
    const turns = this.turn(state, draft, bank);
    const standing = this.settle(draft);
    this.banks.set(draft.state, bank);
    return { state: draft.state, turns, standing, failures: draft.failures, figures: draft.figures };
  }

  private takeBank(state: AgentState): TrendBank {
    const bank = this.banks.get(state);
    if (!bank) return new TrendBank(state, this.config.trend, this.config.window);
    this.banks.delete(state);
    return bank;
  }

  private turn(before: AgentState, { state }: Draft, bank: TrendBank): TrendTurn[] {
    const turns: TrendTurn[] = [];
    for (const { index, direction } of bank.crossings(state.trends)) {
      const status = this.config.stepTrend(state.trends[index] as TrendStatus, direction, state.now);
      state.trends = state.trends.with(index, status);
      turns.push({
        before: trendResult(before, index, this.config),
        after: trendResult(state, index, this.config, bank),
      });
    }
    return turns;
  }

  private settle({ state }: Draft): StandingTurn | undefined {
    const { standing: to, because } = this.config.assess(state, this.config);
    const from = state.standing;
    if (to === from) return undefined;
    state.standing = to;
    return { from, to, because };
  }

  /** The state as it would be at `now`, trends judged anew where their points changed; nothing is announced. */
  private at(state: AgentState, now: number): AgentState {
    const later = this.figuresAt(state, now);
    if (later === state) return state;
    const trends = state.trends.map((status, index) =>
      samePoints(state, later, index, this.config) ? status : judgedAnew(later, index, this.config),
    );
    return { ...later, trends };
  }

  private figuresAt(state: AgentState, now: number): AgentState {
    if (now <= state.now) return state;
    const draft: Draft = {
      state: { ...state },
      bank: undefined,
      config: this.config,
      failures: [],
      figures: [],
    };
    bringTo(draft, now);
    this.settle(draft);
    return draft.state;
  }
}
