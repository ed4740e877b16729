import type { ProposalKind } from '../events/schema.js';
import { TREND_METRICS } from '../trends/types.js';
import { DAY_MS } from '../windows/duration.js';
import type { Window } from '../windows/types.js';
import {
  type DefaultPolicyOptions,
  type DefaultPolicySettings,
  resolveDefaultPolicy,
} from './default-policy-options.js';
import {
  type DismissalGates,
  demotionGates,
  dismissalCriteria,
  dismissalGates,
  isDemotable,
  isTerminable,
} from './dismissal.js';
import { criteriaOf, type Gate } from './gates.js';
import {
  isPromotable,
  levelAbove,
  noDecline,
  promotableFrom,
  promotionGates,
  seniorIndex,
} from './promotion.js';
import { graceEndsAt, isKept, isSettled, othersRemain, safeguardCriteria } from './safeguards.js';
import type { AgentFacts, Assessment, Evidence, StandingPolicy } from './types.js';

/**
 * Promotion by gates that take more the higher it goes, demotion and termination with safeguards. Missing data never
 * counts for or against anyone.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS` when an option is not what it should be
 */
export function defaultPolicy(options?: DefaultPolicyOptions): StandingPolicy {
  const settings = resolveDefaultPolicy(options);
  let gates: Gates | undefined;
  const gatesOf = ({ spans }: AgentFacts): Gates => {
    // A tracker has one list of windows.
    if (gates?.spans !== spans) gates = gatesOver(spans, settings);
    return gates;
  };
  return {
    name: 'default',
    settings,
    sustain: settings.sustain,
    cooldown: settings.cooldown,
    needs: needsOf(settings),
    assess: (agent) => assess(agent, settings, gatesOf(agent)),
    evidence: (agent, kind) => evidence(agent, kind, settings, gatesOf(agent)),
  };
}

/**
 * The windows that the thresholds are about (the one named, else the one nearest in length to the usual one), and the
 * gates over them.
 */
interface Gates {
  readonly spans: readonly Window[];
  readonly recent: string;
  readonly long: string;
  readonly longMs: number;
  readonly promotion: readonly Gate[];
  readonly demotion: readonly Gate[];
  readonly dismissal: DismissalGates;
}

function gatesOver(spans: readonly Window[], settings: DefaultPolicySettings): Gates {
  const { label: recent } = choose(spans, settings.window, 30 * DAY_MS);
  const { label: long, ms: longMs } = choose(spans, settings.longWindow, 90 * DAY_MS);
  return {
    spans,
    recent,
    long,
    longMs,
    promotion: promotionGates(settings, { recent, long }),
    demotion: demotionGates(settings, { recent, long }),
    dismissal: dismissalGates(settings, spans, recent),
  };
}

function choose(spans: readonly Window[], label: string | undefined, usual: number): Window {
  const named = spans.find((span) => span.label === label);
  if (named) return named;
  const distance = ({ ms }: Window): number => Math.abs(Math.log(ms / usual));
  return spans.reduce((best, span) => (distance(span) < distance(best) ? span : best));
}

function assess(agent: AgentFacts, settings: DefaultPolicySettings, gates: Gates): Assessment {
  const isGood = isPromotable(agent, settings, gates);
  const isBad = isDemotable(agent, settings, gates.demotion);
  const isWorse = !isKept(agent, settings) && isTerminable(agent, gates.dismissal);
  // Of nearly everybody nothing bad can be said, which is quicker to know than how long and how much they have worked.
  const isHeld = (isBad || isWorse) && isSettled(agent, settings, gates.longMs);
  return {
    met: kindsOf(isGood, isHeld && isBad, isHeld && isWorse),
    revisitAt: revisitAt(agent, settings),
  };
}

const NOTHING: readonly ProposalKind[] = Object.freeze([]);
const PROMOTION: readonly ProposalKind[] = Object.freeze(['promotion']);

/** What holds for nearly everybody is the same list at every event. */
function kindsOf(isGood: boolean, isBad: boolean, isWorse: boolean): readonly ProposalKind[] {
  if (!isBad && !isWorse) return isGood ? PROMOTION : NOTHING;
  const kinds: ProposalKind[] = [];
  if (isGood) kinds.push('promotion');
  if (isBad) kinds.push('demotion');
  if (isWorse) kinds.push('termination');
  return kinds;
}

/** The next moment at which a time that everybody is given is over. */
function revisitAt(agent: AgentFacts, settings: DefaultPolicySettings): number | undefined {
  const { now } = agent;
  const promotable = promotableFrom(agent, settings);
  const settled = graceEndsAt(agent, settings);
  if (promotable <= now) return settled <= now ? undefined : settled;
  return settled <= now ? promotable : Math.min(promotable, settled);
}

function evidence(
  agent: AgentFacts,
  kind: ProposalKind,
  settings: DefaultPolicySettings,
  gates: Gates,
): Evidence {
  const { recent, long, longMs, promotion, demotion, dismissal } = gates;
  const both = [...new Set([recent, long])];
  const labels = agent.spans.map(({ label }) => label);
  const safeguards = () => safeguardCriteria(agent, settings, { label: long, ms: longMs });
  switch (kind) {
    case 'promotion':
      return {
        criteria: [...criteriaOf(promotion, agent), noDecline(agent, recent)],
        windows: both,
        trends: TREND_METRICS.map((metric) => ({ metric, window: recent })),
        requiresApproval: needsApproval(agent, settings),
      };
    case 'demotion':
      return {
        criteria: [...criteriaOf(demotion, agent), ...safeguards()],
        windows: both,
        trends: both.map((window) => ({ metric: 'cost', window })),
        requiresApproval: false,
      };
    case 'termination':
      return {
        criteria: [...dismissalCriteria(agent, dismissal), ...safeguards(), othersRemain(agent, settings)],
        windows: labels,
        trends: labels.map((window) => ({ metric: 'quality', window })),
        requiresApproval: true,
      };
  }
}

function needsApproval(agent: AgentFacts, { humanApprovalFrom }: DefaultPolicySettings): boolean {
  const to = levelAbove(agent);
  if (to === undefined || humanApprovalFrom === null) return false;
  const from =
    humanApprovalFrom === undefined ? seniorIndex(agent.levels) : agent.levels.indexOf(humanApprovalFrom);
  return agent.levels.indexOf(to) >= from;
}

function needsOf({ window, longWindow, humanApprovalFrom, promotion }: DefaultPolicySettings) {
  const { minCriteriaMet } = promotion;
  const byLevel = typeof minCriteriaMet === 'number' ? [] : Object.keys(minCriteriaMet);
  return {
    windows: [window, longWindow].filter((label) => label !== undefined),
    levels: [...byLevel, ...(humanApprovalFrom == null ? [] : [humanApprovalFrom])],
  };
}
