import type { ProposalVerdict } from './proposals.js';
import type { SimulatedAgent } from './roster.js';
import { type Loss, lossesOf } from './worth.js';

/** A time in which an agent was a loss to its company, and when Tenure proposed to part with it. */
export interface LossVerdict extends Loss {
  /** Days from its beginning until the dismissal was proposed; `null`: it was not, or not yet. */
  readonly proposedAfter: number | null;
  /** Whether it is too early to say that it was missed. */
  readonly isOpen: boolean;
}

/** A bad month is no reason to part with anybody. */
const LONG_DAYS = 30;
/** So long after its beginning a loss has been missed. */
const MISSED_DAYS = 90;

/** What was proposed about every loss that an agent was for long, or that ended with a proposal before. */
export function judgeLosses(
  agent: SimulatedAgent,
  proposals: readonly ProposalVerdict[],
  until: number,
): LossVerdict[] {
  const dismissals = proposals.filter(({ kind }) => kind === 'termination');
  return lossesOf(agent, until).flatMap((loss) => {
    const first = dismissals.find(({ day }) => day >= loss.since && day <= loss.until + LONG_DAYS);
    if (!first && loss.until - loss.since < LONG_DAYS) return [];
    const proposedAfter = first ? first.day - loss.since : null;
    return [{ ...loss, proposedAfter, isOpen: !first && until < loss.since + MISSED_DAYS }];
  });
}
