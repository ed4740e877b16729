import type { Recommendation } from '../agent/outputs.js';
import type { Company } from './company.js';
import { type SimulatedAgent, skillOf } from './roster.js';
import { worthOf } from './worth.js';

/** A recommendation, and what the truth says to it. */
export interface ProposalVerdict {
  readonly id: string;
  readonly kind: Recommendation['kind'];
  /** Days since the founding; fractions count. */
  readonly day: number;
  /** Mean of what the agent could do in the 30 days before, 0–10. */
  readonly skill: number;
  /** What the company had of the agent on that day, see {@link worthOf}. */
  readonly worth: number;
  readonly isRight: boolean;
  /** Whether it could have come more than {@link LATE_DAYS} earlier. */
  readonly isLate: boolean;
}

/** From here on somebody is good enough for more. */
const GOOD = 6;
/** Up to here somebody is not good enough for its level. */
const POOR = 4.5;
/** Or has lost so many points within 90 days. */
const LOST = 2;
const LATE_DAYS = 60;
const PERIOD_DAYS = 30;

/** Compares what was recommended about an agent, in order, with the skill that it really had. */
export function judgeProposals(
  made: readonly Recommendation[],
  agent: SimulatedAgent,
  company: Company,
): ProposalVerdict[] {
  const said = new Map<Recommendation['kind'], number>();
  return made.map((one) => {
    const verdict = judgeProposal(one, agent, company, said.get(one.kind) ?? agent.hiredOn);
    said.set(one.kind, verdict.day);
    return verdict;
  });
}

/** @param since the day of hiring, or of the last such recommendation: what could be said before was said */
function judgeProposal(
  { id, kind, at }: Recommendation,
  agent: SimulatedAgent,
  company: Company,
  since: number,
): ProposalVerdict {
  const day = (at - company.midnight(0)) / (company.midnight(1) - company.midnight(0));
  const isRight = isBorneOut(kind, agent, day);
  const isLate = isRight && isBorneOutSince(kind, agent, day, Math.max(since, day - LATE_DAYS - 1));
  const skill = recentSkill(agent, day);
  return { id, kind, day, skill, worth: worthOf(agent, day), isRight, isLate };
}

/** Whether an agent's skill never moves between its hiring and a day, and is good. */
export function isConstantlyGood({ career, hiredOn }: SimulatedAgent, until: number): boolean {
  const days = Array.from({ length: until - hiredOn + 1 }, (_, i) => career.skill(hiredOn + i));
  return days.every((skill) => skill === days[0] && skill >= GOOD);
}

/** Up to here somebody is bad to work with, 0–1. */
const BAD_COMPANY = 0.25;

/** Whether an agent is good at the work from its hiring to a day, and bad to work with all the time. */
export function isDifficult({ career, hiredOn }: SimulatedAgent, until: number): boolean {
  const days = Array.from({ length: until - hiredOn + 1 }, (_, i) => hiredOn + i);
  return days.every((day) => career.skill(day) >= GOOD && career.collaboration(day) <= BAD_COMPANY);
}

/**
 * Whoever is good enough may rise, whoever is not, or lost much of late, may be put a step down; and whoever is a loss
 * to its company may go.
 */
function isBorneOut(kind: Recommendation['kind'], agent: SimulatedAgent, day: number): boolean {
  if (kind === 'termination') return worthOf(agent, day) < 0;
  const skill = recentSkill(agent, day);
  if (kind !== 'demotion') return skill >= GOOD;
  const before = recentSkill(agent, Math.max(agent.hiredOn, day - 90));
  return skill <= POOR || before - skillOf(agent, day) >= LOST;
}

/** Whether it was so all the time from a day on, and that is long ago. */
function isBorneOutSince(
  kind: Recommendation['kind'],
  agent: SimulatedAgent,
  day: number,
  from: number,
): boolean {
  if (day - from <= LATE_DAYS) return false;
  for (let at = from; at < day; at++) if (!isBorneOut(kind, agent, at)) return false;
  return true;
}

function recentSkill(agent: SimulatedAgent, day: number): number {
  const first = Math.max(agent.hiredOn, day - PERIOD_DAYS);
  let sum = 0;
  let count = 0;
  for (let at = first; at <= day; at++) {
    sum += skillOf(agent, at);
    count++;
  }
  return sum / count;
}
