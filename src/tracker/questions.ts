import { firstEventAt } from '../agent/lifetime.js';
import { AgentModel } from '../agent/model.js';
import type { Recommendation } from '../agent/outputs.js';
import type { AgentPerformance, AgentSummary } from '../agent/performance.js';
import { isTenureError } from '../errors.js';
import { MAX_TIME, type TimeInput } from '../events/fields.js';
import type { JournalledEvent, StoredEvent } from '../events/schema.js';
import { type ResolvedOptions, resolvePolicy } from '../options.js';
import type { StandingPolicy } from '../policy/types.js';
import { type AnswerParts, answer } from '../query/answer.js';
import { agentFilter, argument, idArgument, recommendationFilter } from '../query/arguments.js';
import { selectEvents } from '../query/events.js';
import { checkKept, keptRange } from '../query/kept.js';
import { eventQuerySchema, parseQuery, querySchema, seriesQuerySchema } from '../query/schemas.js';
import type { Asked } from '../query/selection.js';
import { seriesOf } from '../query/series.js';
import { sorted } from '../query/sorted.js';
import { moment } from '../query/times.js';
import type { EventQuery, Query, QueryMetric, QueryResult, Series, SeriesQuery } from '../query/types.js';
import type { AgentEntry } from '../runtime/agent-entry.js';
import { hostError } from '../runtime/host.js';
import { openRecommendations, type RecommendationFilter } from '../runtime/open-recommendations.js';
import type { Runtime } from '../runtime/runtime.js';
import { type WhatIf, whatIf } from '../runtime/what-if.js';
import { paced, pause } from '../store/breathe.js';
import { atOneFloor } from '../store/one-floor.js';
import type { Store } from '../store/types.js';
import type { AgentFilter } from './types.js';

/** What can be asked of the record. Every answer is as of the moment that it is asked. */
export class Questions {
  constructor(
    private readonly runtime: Runtime,
    private readonly store: Store,
    private readonly model: AgentModel,
    private readonly options: ResolvedOptions,
  ) {}

  async performance(agentId: string, at?: TimeInput): Promise<AgentPerformance | undefined> {
    const entry = this.runtime.registry.find(argument(idArgument, agentId, 'agentId'));
    const time = at === undefined ? undefined : moment(at, 'at');
    return answered(`Looking at agent ${JSON.stringify(agentId)}`, () =>
      atOneFloor(this.store, async () => {
        if (time !== undefined) checkKept('at', time, this.runtime.wholeFrom);
        return entry && (await this.performanceOf(entry, time));
      }),
    );
  }

  private async performanceOf(entry: AgentEntry, at?: number): Promise<AgentPerformance | undefined> {
    // Who asks for one agent after the other gives nobody else a turn.
    await pause();
    const present = this.runtime.now();
    const now = at ?? present;
    // A moment of the past is made of its events in the order of their times, also when nothing has happened since: what
    // is asked about it twice is answered twice the same, whatever arrives in between.
    if (now >= present) {
      const state = await this.runtime.stateOf(entry);
      const performance = this.model.summary(state, now);
      const isStillToCome = performance.lifetime.firstEventAt === null && state.upcoming.length > 0;
      return isStillToCome ? undefined : performance;
    }
    const past = await this.runtime.registry.pastOf(entry);
    const { horizon } = this;
    const events = (await this.eventsOf(entry)).filter((event) => event.at >= horizon && event.at <= now);
    if (events.length === 0 && firstEventAt(past.lifetime) === null) return undefined;
    return this.model.summary(await paced(this.model.stepsTo(past, events, now)), now);
  }

  async agents(filter: AgentFilter = {}): Promise<AgentSummary[]> {
    const { department, standing } = argument(agentFilter, filter, 'filter');
    const now = this.runtime.now();
    const found: AgentSummary[] = [];
    for await (const [, state] of this.runtime.states()) {
      const summary = this.model.brief(state, now);
      if (department !== undefined && summary.department !== department) continue;
      if (standing !== undefined && summary.standing !== standing) continue;
      found.push(summary);
    }
    return sorted(found, (a, b) => (a.agentId < b.agentId ? -1 : 1));
  }

  async whatIf(policy: StandingPolicy): Promise<WhatIf> {
    const tried = resolvePolicy(policy, this.options);
    await this.runtime.flush();
    const model = new AgentModel({ ...this.model.config, policy: tried });
    return whatIf(this.store, model, this.runtime.log);
  }

  async recommendations(filter: RecommendationFilter = {}): Promise<Recommendation[]> {
    const checked = argument(recommendationFilter, filter, 'filter');
    return openRecommendations(this.runtime, checked);
  }

  async query<M extends QueryMetric = QueryMetric>(query: Query<M> = {}): Promise<QueryResult<M>> {
    const { agentId, metrics, from, to, ...rest } = parseQuery(querySchema, query);
    return answered('The query', () =>
      atOneFloor(this.store, async () => {
        const now = this.runtime.now();
        const range = keptRange({ from, to }, this.horizon, now);
        const agent = agentId === undefined ? undefined : this.asked(agentId);
        const selection = { ...rest, ...range, agent };
        const groups = await answer(this.answerParts, selection, now, metrics as readonly M[] | undefined);
        return { ...range, groups };
      }),
    );
  }

  async series(query: SeriesQuery): Promise<Series> {
    const { agentId, metric, every, from, to, ...rest } = parseQuery(seriesQuerySchema, query);
    return answered('The series', () =>
      atOneFloor(this.store, () => {
        const now = this.runtime.now();
        const agent = agentId === undefined ? undefined : this.asked(agentId);
        const selection = { ...rest, ...keptRange({ from, to }, this.horizon, now), agent };
        return seriesOf(this.answerParts, selection, { metric, every, isOpen: from === undefined, now });
      }),
    );
  }

  async *events(query: EventQuery = {}): AsyncGenerator<StoredEvent, void, undefined> {
    const { from, to, ...selection } = parseQuery(eventQuerySchema, query);
    const entry = query.agentId === undefined ? undefined : this.runtime.registry.find(query.agentId);
    yield* selectEvents(
      this.store,
      { ...selection, ...keptRange({ from, to }, this.horizon, MAX_TIME) },
      entry,
    );
  }

  private asked(agentId: string): Asked {
    return this.runtime.registry.find(agentId) ?? { no: 0, agentId, actor: undefined, role: undefined };
  }

  private get answerParts(): AnswerParts {
    const { registry, company, mending } = this.runtime;
    return { company, mending, registry, rollups: this.store.rollups, config: this.model.config };
  }

  private async eventsOf({ no, newSeqs }: AgentEntry): Promise<JournalledEvent[]> {
    const events: JournalledEvent[] = [];
    for await (const event of this.store.eventsOf(no, newSeqs)) events.push(event);
    return events;
  }

  /** Nothing is kept of the times before, epoch milliseconds. */
  private get horizon(): number {
    return this.store.foundations.dropped.horizon;
  }
}

/** A strategy that fails on a question fails that question alone, with an error of ours. */
async function answered<Answer>(what: string, answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    throw isTenureError(error) ? error : hostError(what, error);
  }
}
