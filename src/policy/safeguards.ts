import type { Criterion } from '../agent/outputs.js';
import { DAY_MS } from '../windows/duration.js';
import type { DefaultPolicySettings } from './default-policy-options.js';
import type { AgentFacts } from './types.js';

/** When an agent's present position began: its hiring or its last change of level. Epoch milliseconds. */
export function positionSince({ hiredAt, levelChangedAt }: AgentFacts): number {
  return Math.max(hiredAt, levelChangedAt ?? Number.NEGATIVE_INFINITY);
}

/** When the time of an agent's grace period is over, epoch milliseconds. */
export function graceEndsAt(agent: AgentFacts, { gracePeriod }: DefaultPolicySettings): number {
  return positionSince(agent) + gracePeriod;
}

/** Nobody is demoted or dismissed on their first days, or on a handful of tasks. */
export function isSettled(agent: AgentFacts, settings: DefaultPolicySettings, longMs: number): boolean {
  return (
    agent.now >= graceEndsAt(agent, settings) &&
    agent.finishedSince(agent.now - longMs) >= settings.minEvidence &&
    agent.finishedSince(positionSince(agent)) >= settings.graceTasks
  );
}

/** The same, said. */
export function safeguardCriteria(
  agent: AgentFacts,
  settings: DefaultPolicySettings,
  { label, ms }: { readonly label: string; readonly ms: number },
): Criterion[] {
  const since = positionSince(agent);
  return [
    reached('days in position', (agent.now - since) / DAY_MS, settings.gracePeriod / DAY_MS),
    reached('tasks finished in position', agent.finishedSince(since), settings.graceTasks),
    {
      ...reached(`tasksFinished(${label})`, agent.finishedSince(agent.now - ms), settings.minEvidence),
      metric: 'tasksFinished',
      window: label,
    },
  ];
}

/** A department keeps its last active agent. */
export function isKept(agent: AgentFacts, { protectLast }: DefaultPolicySettings): boolean {
  return protectLast && agent.isLastOfDepartment;
}

export function othersRemain(agent: AgentFacts, settings: DefaultPolicySettings): Criterion {
  return {
    name: 'active in the department',
    met: !isKept(agent, settings),
    value: agent.isLastOfDepartment ? 'nobody else' : 'others',
    threshold: settings.protectLast ? 'others' : 'anybody',
  };
}

function reached(name: string, value: number, threshold: number): Criterion {
  return { name, met: value >= threshold, value, threshold };
}
