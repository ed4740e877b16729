import type { Criterion } from '../agent/outputs.js';
import { TREND_METRICS, type TrendMetric } from '../trends/types.js';
import type { DefaultPolicySettings } from './default-policy-options.js';
import { areMet, atLeast, completed, type Gate } from './gates.js';
import type { AgentFacts } from './types.js';

/** The level above, `undefined` at the top. */
export function levelAbove({ level, levels }: AgentFacts): string | undefined {
  return levels[levels.indexOf(level) + 1];
}

/** Whether everything speaks for a promotion; what is cheap to know is asked first. */
export function isPromotable(
  agent: AgentFacts,
  settings: DefaultPolicySettings,
  { recent, promotion: gates }: { readonly recent: string; readonly promotion: readonly Gate[] },
): boolean {
  const to = levelAbove(agent);
  if (to === undefined || promotableFrom(agent, settings) > agent.now) return false;
  if (isAnyDeclining(agent, recent)) return false;
  if (!areMet(gates, agent, criteriaFor(to, agent.levels, settings))) return false;
  const { requiredCriteria } = settings.promotion;
  return requiredCriteria.every((name) => gates.some((gate) => gate.metric === name && gate.isMet(agent)));
}

function isAnyDeclining(agent: AgentFacts, window: string): boolean {
  for (let m = 0; m < TREND_METRICS.length; m++) {
    if (agent.direction(TREND_METRICS[m] as TrendMetric, window) === 'declining') return true;
  }
  return false;
}

/** From when on an agent may be promoted: the record of one level carries nobody up two. Epoch milliseconds. */
export function promotableFrom({ levelChangedAt }: AgentFacts, { promotion }: DefaultPolicySettings): number {
  return levelChangedAt === null ? Number.NEGATIVE_INFINITY : levelChangedAt + promotion.minTimeAtLevel;
}

export function promotionGates(
  { promotion }: DefaultPolicySettings,
  { recent, long }: { readonly recent: string; readonly long: string },
): Gate[] {
  return [
    atLeast('avgQualityScore', recent, promotion.quality),
    atLeast('successRate', recent, promotion.successRate),
    completed(long, promotion.tasksCompleted),
  ];
}

/** Nothing may be getting worse, whatever the gates say. */
export function noDecline(agent: AgentFacts, window: string): Criterion {
  const declining = TREND_METRICS.filter((metric) => agent.direction(metric, window) === 'declining');
  return {
    name: `declining in ${window}`,
    met: declining.length === 0,
    value: declining.length === 0 ? 'none' : declining.join(', '),
    threshold: 'none',
  };
}

/** How many of the three gates a step to a level takes. */
export function criteriaFor(
  to: string,
  levels: readonly string[],
  { promotion: { minCriteriaMet } }: DefaultPolicySettings,
): number {
  if (typeof minCriteriaMet === 'number') return minCriteriaMet;
  return minCriteriaMet[to] ?? (levels.indexOf(to) < seniorIndex(levels) ? 2 : 3);
}

/** Where judgement gets strict: at `senior`, or at the third level of a company that has no such level. */
export function seniorIndex(levels: readonly string[]): number {
  const index = levels.indexOf('senior');
  return index < 0 ? 2 : index;
}
