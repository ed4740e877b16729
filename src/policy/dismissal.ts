import type { Criterion } from '../agent/outputs.js';
import type { DefaultPolicySettings } from './default-policy-options.js';
import { below, decliningIn } from './gates.js';
import type { AgentFacts } from './types.js';

interface Windows {
  readonly recent: string;
  readonly long: string;
}

/** What speaks for a demotion; so many of these must be met. */
export function demotionGates(
  agent: AgentFacts,
  { demotion }: DefaultPolicySettings,
  { recent, long }: Windows,
): Criterion[] {
  return [
    below(agent, 'avgQualityScore', recent, demotion.quality),
    below(agent, 'successRate', recent, demotion.successRate),
    decliningIn(agent, 'cost', recent === long ? [recent] : [recent, long]),
  ];
}

export function isDemotable(agent: AgentFacts, settings: DefaultPolicySettings, windows: Windows): boolean {
  const met = demotionGates(agent, settings, windows).filter((gate) => gate.met).length;
  return met >= settings.demotion.minCriteriaMet;
}

/** Whether everything speaks for a termination: low in everything, or getting worse in every window. */
export function isTerminable(agent: AgentFacts, settings: DefaultPolicySettings, windows: Windows): boolean {
  return lowWindows(agent, settings).met || isFalling(agent, settings, windows);
}

/**
 * In how many windows both quality and collaboration are low. Collaboration takes every observation of a window to
 * work out, so it is asked only where quality is low.
 */
export function lowWindows(agent: AgentFacts, { termination }: DefaultPolicySettings): Criterion {
  const low = agent.spans.filter(
    ({ label }) =>
      below(agent, 'avgQualityScore', label, termination.quality).met &&
      below(agent, 'collaborationScore', label, termination.collaboration).met,
  );
  return {
    name: 'windows with low quality and collaboration',
    met: low.length >= termination.minWindows,
    value: low.length,
    threshold: termination.minWindows,
  };
}

/** The figures beneath {@link lowWindows}. */
export function lowFigures(agent: AgentFacts, { termination }: DefaultPolicySettings): Criterion[] {
  return agent.spans.flatMap(({ label }) => [
    below(agent, 'avgQualityScore', label, termination.quality),
    below(agent, 'collaborationScore', label, termination.collaboration),
  ]);
}

function isFalling(agent: AgentFacts, settings: DefaultPolicySettings, { recent }: Windows): boolean {
  return falling(agent, settings, recent).every(({ met }) => met);
}

/** Declining everywhere, and down to where it matters: one window alone is too little to go by. */
export function falling(
  agent: AgentFacts,
  { termination }: DefaultPolicySettings,
  recent: string,
): Criterion[] {
  const labels = agent.spans.map(({ label }) => label);
  const declining = decliningIn(agent, 'quality', labels);
  const isEnough = labels.length >= termination.minWindows;
  if (!declining.met) return [declining];
  return [
    { ...declining, met: isEnough },
    below(agent, 'avgQualityScore', recent, termination.decliningBelow),
  ];
}
