import { chanceOfSuccess } from './attempt.js';
import type { SimulatedAgent } from './roster.js';

/** What the worst colleague spoils of the others' work, in tasks for each task of its own. */
const SPOILT = 0.4;

/** A time in which an agent was a loss to its company, in days since the founding. */
export interface Loss {
  readonly since: number;
  /** The last day of it. */
  readonly until: number;
}

/**
 * What the company has of an agent on a day, for each task that the agent is given: the part that it gets done,
 * less what it spoils for the others. Below 0, the company is better off without it. It follows from the latent
 * abilities alone, from nothing that Tenure measures and none of its thresholds; what a newcomer has still to learn is
 * not held against it.
 */
export function worthOf({ career }: SimulatedAgent, day: number): number {
  return chanceOfSuccess(career.skill(day)) - SPOILT * (1 - career.collaboration(day));
}

/** When an agent was a loss between its hiring and a day, each time without a break. */
export function lossesOf(agent: SimulatedAgent, until: number): Loss[] {
  const losses: Loss[] = [];
  let since: number | undefined;
  for (let day = agent.hiredOn; day <= until + 1; day++) {
    if (day <= until && worthOf(agent, day) < 0) {
      since ??= day;
    } else if (since !== undefined) {
      losses.push({ since, until: day - 1 });
      since = undefined;
    }
  }
  return losses;
}
