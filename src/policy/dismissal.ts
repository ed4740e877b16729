import type { Criterion } from '../agent/outputs.js';
import type { Window } from '../windows/types.js';
import type { DefaultPolicySettings } from './default-policy-options.js';
import { areMet, below, criteriaOf, decliningIn, type Gate } from './gates.js';
import type { AgentFacts } from './types.js';

/** What speaks for a demotion; so many of these must be met. */
export function demotionGates(
  { demotion }: DefaultPolicySettings,
  { recent, long }: { readonly recent: string; readonly long: string },
): Gate[] {
  return [
    below('avgQualityScore', recent, demotion.quality),
    below('successRate', recent, demotion.successRate),
    decliningIn('cost', recent === long ? [recent] : [recent, long]),
  ];
}

export function isDemotable(
  agent: AgentFacts,
  { demotion }: DefaultPolicySettings,
  gates: readonly Gate[],
): boolean {
  return areMet(gates, agent, demotion.minCriteriaMet);
}

/** What speaks for a termination: low in everything, or getting worse in every window. */
export interface DismissalGates {
  /** By window. */
  readonly low: readonly { readonly quality: Gate; readonly collaboration: Gate }[];
  readonly minWindows: number;
  readonly declining: Gate;
  /** Whether there are windows enough to say so. */
  readonly isEnough: boolean;
  readonly belowRecently: Gate;
}

export function dismissalGates(
  { termination }: DefaultPolicySettings,
  spans: readonly Window[],
  recent: string,
): DismissalGates {
  const labels = spans.map(({ label }) => label);
  return {
    low: labels.map((label) => ({
      quality: below('avgQualityScore', label, termination.quality),
      collaboration: below('collaborationScore', label, termination.collaboration),
    })),
    minWindows: termination.minWindows,
    declining: decliningIn('quality', labels),
    isEnough: labels.length >= termination.minWindows,
    belowRecently: below('avgQualityScore', recent, termination.decliningBelow),
  };
}

/** Whether everything speaks for a termination: low in everything, or getting worse in every window. */
export function isTerminable(agent: AgentFacts, gates: DismissalGates): boolean {
  const { declining, isEnough, belowRecently } = gates;
  if (isLow(agent, gates)) return true;
  return isEnough && declining.isMet(agent) && belowRecently.isMet(agent);
}

/** Whether enough windows are low; those that cannot make the difference any more are not looked at. */
function isLow(agent: AgentFacts, { low, minWindows }: DismissalGates): boolean {
  let missing = minWindows;
  for (let i = 0; i < low.length && missing > 0 && missing <= low.length - i; i++) {
    if (isLowIn(low[i] as DismissalGates['low'][number], agent)) missing--;
  }
  return missing <= 0;
}

/** Collaboration takes every observation of a window to work out, so it is asked only where quality is low. */
function isLowIn({ quality, collaboration }: DismissalGates['low'][number], agent: AgentFacts): boolean {
  return quality.isMet(agent) && collaboration.isMet(agent);
}

/** In how many windows both quality and collaboration are low. */
function countLow(agent: AgentFacts, { low }: DismissalGates): number {
  return low.filter((window) => isLowIn(window, agent)).length;
}

/** The same, said: how many windows are low, the figures beneath, and whether it is getting worse everywhere. */
export function dismissalCriteria(agent: AgentFacts, gates: DismissalGates): Criterion[] {
  const { low, minWindows, declining, isEnough, belowRecently } = gates;
  const value = countLow(agent, gates);
  const name = 'windows with low quality and collaboration';
  const falling = declining.criterion(agent);
  return [
    { name, met: value >= minWindows, value, threshold: minWindows },
    ...low.flatMap(({ quality, collaboration }) => criteriaOf([quality, collaboration], agent)),
    // Declining everywhere, and down to where it matters: one window alone is too little to go by.
    ...(falling.met ? [{ ...falling, met: isEnough }, belowRecently.criterion(agent)] : [falling]),
  ];
}
