import type { AgentSummary, Coverage, Feed } from '../agent/performance.js';
import type { Tracker } from '../tracker.js';
import { asMover, type Mover } from './movers.js';

/** How well the components of one group are fed, over all agents. */
export type FedGroup = Readonly<Record<string, Feed>>;
export type CompanyCoverage = Readonly<Record<keyof Coverage, FedGroup>>;

/** The company at one moment. */
export interface Survey {
  /** Epoch milliseconds; `null` when nobody works here. */
  readonly asOf: number | null;
  readonly agents: readonly AgentSummary[];
  readonly movers: readonly Mover[];
  readonly coverage: CompanyCoverage;
}

/** Looks at every agent once; only those that go somewhere are kept in full. */
export async function takeSurvey(tracker: Tracker): Promise<Survey> {
  const agents = await tracker.agents();
  const movers: Mover[] = [];
  const coverage: Record<keyof Coverage, Record<string, Feed>> = {
    metrics: {},
    quality: {},
    collaboration: {},
  };
  for (const { agentId } of agents) {
    const performance = await tracker.performance(agentId);
    if (performance === undefined) continue;
    const mover = asMover(performance);
    if (mover) movers.push(mover);
    for (const group of Object.keys(coverage) as (keyof Coverage)[]) {
      addFeeds(coverage[group], performance.coverage[group]);
    }
  }
  return { asOf: agents[0]?.asOf ?? null, agents, movers, coverage };
}

function addFeeds(total: Record<string, Feed>, feeds: FedGroup): void {
  for (const [name, { count, lastAt }] of Object.entries(feeds)) {
    const before = total[name] ?? { count: 0, lastAt: null };
    const latest = Math.max(before.lastAt ?? -1, lastAt ?? -1);
    total[name] = { count: before.count + count, lastAt: latest < 0 ? null : latest };
  }
}
