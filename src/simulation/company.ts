import { DAY_MS, type Delivery, HOUR_MS, MAX_DELAY_DAYS, MINUTE_MS, onTime, type Shift } from './delivery.js';
import { createRandom } from './random.js';
import { founders, type SimulatedAgent } from './roster.js';
import { dailyTasks } from './tasks.js';
import { closingMeeting, dailyTeamwork, occasionalOverride } from './teamwork.js';

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
  readonly agents: readonly SimulatedAgent[];
  /** Midnight UTC of a day since the founding, epoch milliseconds. */
  midnight(day: number): number;
  /** The day on which a moment falls. */
  dayOf(at: number): number;
  /** All that is reported on one day, in the order in which it is reported. Made anew, it is the very same. */
  day(day: number): readonly Delivery[];
}

/** Monday, 5 January 2026. Fixed, so that a company can be made again. */
const FOUNDED_AT = Date.UTC(2026, 0, 5);

/** Founds a company. Nothing is drawn but from the seed, and no day depends on how the days before went. */
export function createCompany(given: CompanyOptions): Company {
  const options = { agents: 24, departments: 4, days: 180, ...given };
  const agents = founders(options.seed, options.agents, options.departments, options.days);
  const teams = groupBy(agents, ({ department }) => department);
  const begun = new Map<number, ReadonlyMap<number, readonly Delivery[]>>();
  const midnight = (day: number): number => FOUNDED_AT + day * DAY_MS;
  const dayOf = (at: number): number => Math.floor((at - FOUNDED_AT) / DAY_MS);

  function shift(agent: SimulatedAgent, day: number, what = 'work'): Shift {
    const random = createRandom(`${options.seed}/${agent.id}/${day}/${what}`);
    return { agent, day, midnight: midnight(day), random, team: teams.get(agent.department) ?? [agent] };
  }

  /** What begins on a day, by the day on which it is reported. */
  function beginningOn(day: number): ReadonlyMap<number, readonly Delivery[]> {
    const known = begun.get(day);
    if (known) return known;
    const deliveries = agents
      .filter(({ hiredOn }) => hiredOn <= day)
      .flatMap((agent) => shiftWork(shift(agent, day), options));
    const closer = agents[day % agents.length] as SimulatedAgent;
    deliveries.push(closingMeeting(shift(closer, day, 'closing')));
    const byDueDay = groupBy(deliveries, ({ deliveredAt }) => dayOf(deliveredAt));
    begun.set(day, byDueDay);
    begun.delete(day - MAX_DELAY_DAYS - 1);
    return byDueDay;
  }

  function day(number: number): readonly Delivery[] {
    const first = Math.max(0, number - MAX_DELAY_DAYS);
    const days = Array.from({ length: number - first + 1 }, (_, i) => beginningOn(first + i));
    const due = days.flatMap((byDueDay) => byDueDay.get(number) ?? []);
    return due.sort((a, b) => a.deliveredAt - b.deliveredAt);
  }

  return { options, agents, midnight, dayOf, day };
}

function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function shiftWork(shift: Shift, options: Required<CompanyOptions>): Delivery[] {
  const hired = shift.day === shift.agent.hiredOn ? [hiring(shift, options)] : [];
  return [...hired, ...dailyTasks(shift), ...dailyTeamwork(shift), ...occasionalOverride(shift)];
}

/** Carries what the company was made from, so that a database alone is enough to go on. */
function hiring({ agent, midnight }: Shift, options: Required<CompanyOptions>): Delivery {
  const { id, name, role, department, level } = agent;
  return onTime({
    id: `${id}:hired`,
    type: 'agent.hired',
    agentId: id,
    at: midnight + 6 * HOUR_MS + MINUTE_MS,
    name,
    role,
    department,
    level,
    metadata: { simulation: { ...options } },
  });
}
