import { DAY_MS } from './delivery.js';
import { founders, type SimulatedAgent } from './roster.js';

export interface CompanyOptions {
  /** Whole number; the same seed gives the same company, event for event. */
  readonly seed: number;
  /** Default 24. */
  readonly agents?: number;
  /** Default 4. */
  readonly departments?: number;
  /** Length of a chapter: each agent's skill takes a new course every so many days. Default 180. */
  readonly days?: number;
}

/** A company that does not exist, and knows the truth about its agents. */
export interface Company {
  readonly options: Required<CompanyOptions>;
  /** The founders. */
  readonly agents: readonly SimulatedAgent[];
  /** Midnight UTC of a day since the founding, epoch milliseconds. */
  midnight(day: number): number;
  /** The day on which a moment falls. */
  dayOf(at: number): number;
}

/** Monday, 5 January 2026. Fixed, so that a company can be made again. */
const FOUNDED_AT = Date.UTC(2026, 0, 5);

/** Founds a company. Nothing is drawn but from the seed. */
export function createCompany(given: CompanyOptions): Company {
  const options = { agents: 24, departments: 4, days: 180, ...given };
  return {
    options,
    agents: founders(options.seed, options.agents, options.departments, options.days),
    midnight: (day) => FOUNDED_AT + day * DAY_MS,
    dayOf: (at) => Math.floor((at - FOUNDED_AT) / DAY_MS),
  };
}
