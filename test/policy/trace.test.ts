import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import type { Criterion, Recommendation } from '../../src/agent/outputs.js';
import type { WindowMetrics } from '../../src/agent/performance.js';
import type { StoredEvent } from '../../src/events/schema.js';
import { createCompany, simulate } from '../../src/simulation/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { TREND_METRICS, theilSen } from '../../src/trends/index.js';
import { multiWindow } from '../../src/windows/index.js';
import { hired, live, slacking, work } from '../support/careers.js';
import { collect, DAY, openInMemory } from '../support/tracker.js';
import { type TwinPerformance, twin } from '../support/twin.js';

const WINDOWS = multiWindow();
const TREND = theilSen();
const LEVELS = ['junior', 'mid', 'senior', 'lead', 'principal', 'director', 'vp', 'c_suite'];

/** What a person finds who goes from a recommendation back to the events, with nothing but the list of them. */
class Inquiry {
  readonly known: readonly StoredEvent[];
  private readonly twin: TwinPerformance;

  constructor(
    events: readonly StoredEvent[],
    private readonly all: readonly Recommendation[],
    private readonly made: Recommendation,
  ) {
    this.known = events.filter(({ seq, at }) => seq <= made.seq && at <= made.at);
    this.twin = twin(this.known, made.agentId, made.at, WINDOWS)!;
  }

  window(label: string): WindowMetrics {
    return this.twin.windows.find(({ window }) => window === label)!;
  }

  trend(metric: (typeof TREND_METRICS)[number], window: string) {
    const { ms } = WINDOWS.windows.find(({ label }) => label === window)!;
    const points = this.twin.points[metric].filter(({ at }) => at >= this.made.at - ms);
    const previous = this.made.trends.find(
      (one) => one.metric === metric && one.window === window,
    )!.direction;
    // A direction is kept while it is plausible: it must be among what its points allow.
    return TREND.detect({ metric, window, points, previous });
  }

  finishedSince(from: number): number {
    const longest = WINDOWS.windows.at(-1)!.ms;
    return this.known.filter(
      ({ type, agentId, at }) =>
        agentId === this.made.agentId &&
        (type === 'task.completed' || type === 'task.failed') &&
        at >= Math.max(from, this.made.at - longest),
    ).length;
  }

  level(): string {
    return this.words().at(-1)?.level ?? 'junior';
  }

  positionSince(): number {
    const own = this.known.filter(({ agentId }) => agentId === this.made.agentId);
    const hired = own.find(({ type }) => type === 'agent.hired')?.at ?? own[0]!.at;
    const words = this.words();
    const entered = words.findLastIndex(({ level }) => level !== words.at(-1)?.level) + 1;
    const since = words[entered];
    return since && !since.hired ? Math.max(hired, since.at) : hired;
  }

  othersIn(department: string): number {
    const agents = new Set(this.known.map(({ agentId }) => agentId));
    agents.delete(this.made.agentId);
    return [...agents].filter((agentId) => {
      const other = twin(this.known, agentId, this.made.at, WINDOWS)!;
      return other.department === department && !other.departed && !this.isDismissed(agentId);
    }).length;
  }

  private isDismissed(agentId: string): boolean {
    return this.decisionsOf(agentId).some(({ kind }) => kind === 'termination');
  }

  /** Every word about the agent's level: of events, and of promotions and demotions that were approved. */
  private words(): { at: number; level: string; hired: boolean }[] {
    const said = this.known.flatMap((event) =>
      event.agentId === this.made.agentId &&
      (event.type === 'agent.hired' || event.type === 'agent.level_changed') &&
      event.level !== undefined
        ? [{ at: event.at, level: event.level, hired: event.type === 'agent.hired' }]
        : [],
    );
    const approved = this.decisionsOf(this.made.agentId).flatMap(({ toLevel, at }) =>
      toLevel === undefined ? [] : [{ at, level: toLevel, hired: false }],
    );
    return [...said, ...approved].sort((a, b) => a.at - b.at);
  }

  private decisionsOf(agentId: string) {
    return this.known.flatMap((event) => {
      if (event.agentId !== agentId || event.type !== 'decision.recorded' || event.outcome !== 'approved')
        return [];
      const { kind, toLevel } = this.all.find(({ id }) => id === event.recommendationId)!;
      return [{ kind, toLevel, at: event.at }];
    });
  }
}

/** What a criterion says, worked out anew. */
function recounted({ name, metric, window, threshold }: Criterion, made: Recommendation, inquiry: Inquiry) {
  if (metric === 'avgQualityScore' || metric === 'successRate' || metric === 'collaborationScore') {
    const measured = inquiry.window(window!)[metric];
    return measured.status === 'ok' ? measured.value : null;
  }
  if (metric === 'tasksCompleted') return inquiry.window(window!).tasksCompleted;
  if (metric === 'tasksFinished') return inquiry.finishedSince(made.at - 90 * DAY);
  if (name === 'tasks finished in position') return inquiry.finishedSince(inquiry.positionSince());
  if (name === 'days in position') return (made.at - inquiry.positionSince()) / DAY;
  if (name === 'active in the department')
    return inquiry.othersIn(made.department!) > 0 ? 'others' : 'nobody else';
  const declining = (metrics: readonly string[], windows: readonly string[]) =>
    TREND_METRICS.flatMap((metric) =>
      windows.flatMap((window) =>
        metrics.includes(metric) && inquiry.trend(metric, window).direction === 'declining'
          ? [{ metric, window }]
          : [],
      ),
    );
  const listed = (found: readonly string[]) => (found.length === 0 ? 'none' : found.join(', '));
  const within = /^declining in (\w+)$/.exec(name)?.[1];
  if (within !== undefined) return listed(declining(TREND_METRICS, [within]).map(({ metric }) => metric));
  const of = /^(\w+) declining$/.exec(name)?.[1];
  if (of !== undefined)
    return listed(declining([of], String(threshold).split(', ')).map(({ window }) => window));
  const low = made.windows.filter(({ window }) => {
    const { avgQualityScore: quality, collaborationScore: collaboration } = inquiry.window(window);
    return (
      quality.status === 'ok' &&
      quality.value < 3.5 &&
      collaboration.status === 'ok' &&
      collaboration.value < 3.5
    );
  });
  expect(name).toBe('windows with low quality and collaboration');
  return low.length;
}

/** Goes back from every recommendation in the log to the events; answers with their kinds. */
async function trace(tracker: Tracker): Promise<string[]> {
  const events = await collect(tracker.events());
  const log = await collect(tracker.log());
  const all = log.filter((output) => output.type === 'recommendation.made');
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);

  for (const made of all) {
    const inquiry = new Inquiry(events, all, made);
    const by = (expected: unknown) => (typeof expected === 'number' ? expect.closeTo(expected, 9) : expected);
    for (const criterion of made.criteria) {
      expect([made.id, criterion.name, criterion.value]).toEqual([
        made.id,
        criterion.name,
        by(recounted(criterion, made, inquiry)),
      ]);
      if (typeof criterion.value !== 'number' || typeof criterion.threshold !== 'number') continue;
      const isBelow = made.kind !== 'promotion' && criterion.metric?.match(/^(avgQuality|success|collab)/);
      expect(criterion.met).toBe(
        isBelow ? criterion.value < criterion.threshold : criterion.value >= criterion.threshold,
      );
    }
    expect(made.fromLevel).toBe(inquiry.level());
    const step = made.kind === 'promotion' ? 1 : -1;
    expect(made.toLevel).toBe(
      made.kind === 'termination' ? undefined : LEVELS[LEVELS.indexOf(made.fromLevel) + step],
    );
    expect(made.at - made.since).toBeGreaterThanOrEqual(3 * DAY);

    // The windows name their bounds: asking for the events between them finds exactly the attempts that were counted.
    for (const { window, from, to, tasksCompleted, tasksFailed, avgQualityScore } of made.windows) {
      const asked = await collect(tracker.events({ agentId: made.agentId, from, to }));
      const then = asked.filter(({ seq }) => seq <= made.seq);
      const count = (type: string) => then.filter((event) => event.type === type).length;
      expect([count('task.completed'), count('task.failed')]).toEqual([tasksCompleted, tasksFailed]);
      expect(avgQualityScore.count).toBe(inquiry.window(window).avgQualityScore.count);
    }
    for (const trend of made.trends) {
      const found = inquiry.trend(trend.metric as (typeof TREND_METRICS)[number], trend.window);
      expect([trend.dataPointCount, trend.slope]).toEqual([found.dataPointCount, by(found.slope)]);
    }
  }
  return all.map(({ kind }) => kind);
}

describe('every recommendation can be traced by hand from its evidence to the events', () => {
  it('in a simulated run', async () => {
    const clock = new SimulatedClock();
    const tracker = await openTracker({ db: new MemoryLevel(), clock });
    const company = createCompany({ seed: 6, agents: 9, departments: 3, days: 60 });
    await simulate(tracker, clock, company, { fromDay: 0, days: 110 });
    const kinds = await trace(tracker);
    expect(kinds.length).toBeGreaterThan(10);
    expect(new Set(kinds)).toEqual(new Set(['promotion', 'demotion']));
    await tracker.close();
  });

  it('of agents that fail at everything, or fade away', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.recordAll([hired('ada', 'mid'), hired('bob', 'lead'), hired('eve', 'junior', 'sales')]);
    const fading = (day: number) => work('bob', day, Math.max(0, 7.5 - day / 10), 3);
    await live({ tracker, clock }, 0, 80, (day) => [
      ...slacking('ada', day),
      ...fading(day),
      ...(day < 30 ? slacking('eve', day) : work('eve', day, 9)),
    ]);
    const kinds = await trace(tracker);
    expect(kinds.filter((kind) => kind === 'termination').length).toBeGreaterThan(1);
    await tracker.close();
  });
});
