import type { AgentModel, Step } from '../agent/model.js';
import type { Recommendation, TrackerOutput } from '../agent/outputs.js';
import type { Standing } from '../agent/performance.js';
import { departmentOf } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import type { RecommendationKind } from '../events/schema.js';
import { pause } from '../store/breathe.js';
import type { JournalRecord, Store } from '../store/types.js';
import { isAlone } from './registry.js';

/** A recommendation that a policy would have made: it stands in no log, so it has no place there. */
export type WouldRecommend = Omit<Recommendation, 'type' | 'position'>;

/** One recommendation of an agent under either policy, or under both: the n-th of its kind beside the other's n-th. */
export interface WhatIfRow {
  readonly agentId: string;
  readonly kind: RecommendationKind;
  readonly announced: { readonly id: string; readonly at: number } | undefined;
  readonly whatIf: { readonly id: string; readonly at: number } | undefined;
}

/** What another policy would have made of the same journal. */
export interface WhatIf {
  /** The name of the policy that was tried. */
  readonly policy: string;
  /** Every record up to here was replayed. */
  readonly seq: number;
  /** What it would have recommended, the oldest first. */
  readonly recommendations: readonly WouldRecommend[];
  /** What was recommended, as the log has it. */
  readonly announced: readonly Recommendation[];
  /** Both side by side, in the order of time. */
  readonly rows: readonly WhatIfRow[];
  /** How many agents would stand where at the end. */
  readonly standings: Readonly<Partial<Record<Standing, number>>>;
}

/**
 * Replays the journal under a model with another policy. Events, ticks and what people decided stay as they were;
 * nothing is written.
 */
export async function whatIf(store: Store, model: AgentModel): Promise<WhatIf> {
  const seq = store.lastSeq;
  const replay = new Replay(store, model);
  for await (const record of store.replay(0)) {
    if (record.seq > seq) break;
    await replay.take(record);
    await pause();
  }
  const announced = await announcedUpTo(store, seq);
  const { recommendations } = replay;
  return {
    policy: model.config.policy.name,
    seq,
    recommendations,
    announced,
    rows: sideBySide(announced, recommendations),
    standings: replay.standings(),
  };
}

/** Every agent as it would be, brought up to the journal record by record. */
class Replay {
  readonly recommendations: WouldRecommend[] = [];
  private readonly agents = new Map<number, { state: AgentState; dueAt: number }>();

  constructor(
    private readonly store: Store,
    private readonly model: AgentModel,
  ) {}

  async take(record: JournalRecord): Promise<void> {
    const { model } = this;
    if (record.kind === 'tick') {
      const { now, seq, alone } = record;
      for (const [no, { state, dueAt }] of this.agents) {
        if (dueAt > now) continue;
        this.step(
          no,
          () => model.advance(state, now, seq, isAlone(state, alone)),
          () => model.advanceUnjudged(state, now, seq).state,
        );
      }
      return;
    }
    const event = record.kind === 'event' ? record.event : await this.eventAt(record.of);
    const state = this.agents.get(record.agentNo)?.state ?? model.start(event.agentId);
    const when = record.kind === 'retry' ? record : undefined;
    this.step(
      record.agentNo,
      () => (when ? model.retry(state, event, when) : model.apply(state, event)),
      (error) => model.leaveOut(state, event, error, when),
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
  }

  private async eventAt(seq: number) {
    const record = await this.store.read(seq);
    if (record.kind === 'event') return record.event;
    throw new RangeError(`Record ${seq} is taken anew, and is no event`);
  }
}

async function announcedUpTo(store: Store, seq: number): Promise<Recommendation[]> {
  const announced: Recommendation[] = [];
  for await (const output of store.outputs(0) as AsyncIterable<TrackerOutput>) {
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
