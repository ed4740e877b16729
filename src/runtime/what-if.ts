import { decodeState } from '../agent/codec.js';
import type { AgentModel } from '../agent/model.js';
import type { Recommendation, TrackerOutput } from '../agent/outputs.js';
import type { Standing } from '../agent/performance.js';
import { departmentOf } from '../agent/profile.js';
import { type AgentState, draftOf } from '../agent/state.js';
import type { Moment, Step } from '../agent/step.js';
import type { RecommendationKind } from '../events/schema.js';
import { pause } from '../store/breathe.js';
import { atOneFloor } from '../store/one-floor.js';
import type { JournalRecord, Store } from '../store/types.js';
import { isAlone } from './agent-replay.js';
import { retriedEvent } from './kept-event.js';
import type { Log } from './output-log.js';
import { withTrendsAnew } from './relay-foundations.js';

/** A recommendation that a policy would have made: it stands in no log, so it has no place there. */
export type WouldRecommend = Omit<Recommendation, 'type' | 'position'>;

/** One recommendation of an agent under either policy, or under both: the n-th of its kind beside the other's n-th. */
export interface WhatIfRow {
  readonly agentId: string;
  readonly kind: RecommendationKind;
  readonly announced: { readonly id: string; readonly at: number } | undefined;
  readonly whatIf: { readonly id: string; readonly at: number } | undefined;
}

/** The first time that a policy failed on an agent, which stood as before then: of this agent it does not say all. */
export interface WhatIfFailure {
  readonly agentId: string;
  /** The record that the policy was asked at. */
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What it threw, or what was wrong with its answer. */
  readonly message: string;
}

/** What another policy would have made of the same journal. */
export interface WhatIf {
  /** The name of the policy that was tried. */
  readonly policy: string;
  /** Records up to here were dropped: the agents are as they were then, and only what came later is compared. 0 for none. */
  readonly after: number;
  /** Every record from there up to here was replayed. */
  readonly seq: number;
  /** What it would have recommended, the oldest first. */
  readonly recommendations: readonly WouldRecommend[];
  /** What was recommended, as the log has it. */
  readonly announced: readonly Recommendation[];
  /** Both side by side, in the order of time. */
  readonly rows: readonly WhatIfRow[];
  /** How many agents would stand where at the end. */
  readonly standings: Readonly<Partial<Record<Standing, number>>>;
  /** One for each agent that the policy ever failed on, the oldest first; empty when it was well. */
  readonly failures: readonly WhatIfFailure[];
}

/**
 * Replays the journal under a model with another policy. Events, ticks and what people decided stay as they were;
 * nothing is written.
 *
 * @param log where what was announced is read
 */
export function whatIf(store: Store, model: AgentModel, log: Log = logOf(store)): Promise<WhatIf> {
  return atOneFloor(store, () => tried(store, model, log));
}

function logOf(store: Store): Log {
  return { after: (seq) => store.outputs(seq) as AsyncIterable<TrackerOutput> };
}

async function tried(store: Store, model: AgentModel, log: Log): Promise<WhatIf> {
  const seq = store.lastSeq;
  const replay = new Replay(store, model);
  await replay.begin();
  for await (const record of store.replay(0)) {
    if (record.seq > seq) break;
    await replay.take(record);
    await pause();
  }
  const after = store.foundations.dropped.seq;
  const announced = await announcedBetween(log, after, seq);
  const { recommendations, failures } = replay;
  return {
    policy: model.config.policy.name,
    after,
    seq,
    recommendations,
    announced,
    rows: sideBySide(announced, recommendations),
    standings: replay.standings(),
    failures: [...failures.values()],
  };
}

/** Every agent as it would be, brought up to the journal record by record. */
class Replay {
  readonly recommendations: WouldRecommend[] = [];
  /** By the numbers of the agents. */
  readonly failures = new Map<number, WhatIfFailure>();
  private readonly agents = new Map<number, { state: AgentState; dueAt: number }>();

  constructor(
    private readonly store: Store,
    private readonly model: AgentModel,
  ) {}

  /** What was dropped cannot be judged again: the agents are as they were then. */
  async begin(): Promise<void> {
    const { trendCount } = this.model;
    for await (const { entry, state: stored } of this.store.foundations.all()) {
      const known = decodeState(stored, String(entry.layout));
      const followed = known.trends.length === trendCount ? known : withTrendsAnew(known, trendCount);
      // What the policy of then failed on says nothing of this one.
      const career = { ...followed.career, failing: null };
      const state = Object.assign(draftOf(followed), { career });
      this.agents.set(entry.no, { state, dueAt: this.model.dueAt(state) });
    }
  }

  async take(record: JournalRecord): Promise<void> {
    const { model } = this;
    if (record.kind === 'tick') {
      for (const [no, { state, dueAt }] of this.agents) {
        if (dueAt <= record.now) this.pass(no, state, record, isAlone(state, record.alone));
      }
      return;
    }
    const known = this.agents.get(record.agentNo)?.state;
    const event =
      record.kind === 'event'
        ? record.event
        : await retriedEvent(this.store, record.of, known?.leftOut ?? []);
    if (!event) {
      // A retry of what the agent holds already: time passes.
      if (known) this.pass(record.agentNo, known, record);
      return;
    }
    const state = known ?? model.start(event.agentId);
    const when = record.kind === 'retry' ? record : undefined;
    this.step(
      record.agentNo,
      () => (when ? model.retry(state, event, when) : model.apply(state, event)),
      (error) => model.leaveOut(state, event, error, when),
    );
  }

  private pass(no: number, state: AgentState, { now, seq }: Moment, alone?: boolean): void {
    const { model } = this;
    this.step(
      no,
      () => model.advance(state, now, seq, alone),
      () => model.advanceUnjudged(state, now, seq).state,
    );
  }

  standings(): WhatIf['standings'] {
    const counts: Partial<Record<Standing, number>> = {};
    for (const { state } of this.agents.values()) counts[state.standing] = (counts[state.standing] ?? 0) + 1;
    return counts;
  }

  private step(no: number, take: () => Step, without: (error: unknown) => AgentState): void {
    let state: AgentState;
    try {
      const { recommendation, ...step } = take();
      ({ state } = step);
      if (recommendation) {
        const { agentId, seq, now: at, profile } = state;
        this.recommendations.push({ ...recommendation, seq, at, agentId, department: departmentOf(profile) });
      }
    } catch (error) {
      state = without(error);
    }
    this.agents.set(no, { state, dueAt: this.model.dueAt(state) });
    const { failing } = state.career;
    if (failing === null || this.failures.has(no)) return;
    const { agentId, seq, now: at } = state;
    this.failures.set(no, { agentId, seq, at, message: failing });
  }
}

async function announcedBetween(log: Log, after: number, seq: number): Promise<Recommendation[]> {
  const announced: Recommendation[] = [];
  for await (const output of log.after(after)) {
    if (output.seq > seq) break;
    if (output.type === 'recommendation.made' && output.kind !== 'elevation') announced.push(output);
  }
  return announced;
}

function sideBySide(
  announced: readonly WouldRecommend[],
  recommendations: readonly WouldRecommend[],
): WhatIfRow[] {
  const rows = new Map<string, { -readonly [Key in keyof WhatIfRow]: WhatIfRow[Key] }>();
  const place = (which: 'announced' | 'whatIf', all: readonly WouldRecommend[]) => {
    const counts = new Map<string, number>();
    for (const { agentId, kind, id, at } of all) {
      const of = JSON.stringify([agentId, kind]);
      const n = counts.get(of) ?? 0;
      counts.set(of, n + 1);
      const key = `${of} ${n}`;
      const row = rows.get(key) ?? { agentId, kind, announced: undefined, whatIf: undefined };
      row[which] = { id, at };
      rows.set(key, row);
    }
  };
  place('announced', announced);
  place('whatIf', recommendations);
  const firstAt = ({ announced: a, whatIf: b }: WhatIfRow) => Math.min(a?.at ?? Infinity, b?.at ?? Infinity);
  return [...rows.values()].sort((a, b) => firstAt(a) - firstAt(b));
}
