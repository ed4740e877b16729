import type { TrendChanged } from '../agent/outputs.js';
import type { Tracker } from '../tracker.js';
import { parseDuration } from '../windows/duration.js';
import type { Course } from './career.js';
import type { Company } from './company.js';
import { DAY_MS } from './delivery.js';
import type { SimulatedAgent } from './roster.js';

/** A change of skill that was real, and when Tenure first said so. */
export interface ChangeVerdict {
  readonly course: Course;
  /** Days from the beginning of the change; `null`: not noticed, or not yet. */
  readonly noticedAfter: number | null;
  /** Whether it is too early to say that it was missed. */
  readonly isOpen: boolean;
}

/** One agent: what was true, and what Tenure said of its quality. */
export interface AgentVerdict {
  readonly agentId: string;
  readonly department: string;
  /** Every course that has begun, `stays` included. */
  readonly courses: readonly Course[];
  readonly changes: readonly ChangeVerdict[];
  /** How often Tenure said "improving" or "declining" of its quality, in any window. */
  readonly alarms: number;
  /** Alarms while the skill had not moved that way within the window. */
  readonly falseAlarms: number;
}

export interface Verdict {
  /** The last day lived through, counted from the founding. */
  readonly lastDay: number;
  readonly agents: readonly AgentVerdict[];
  readonly changes: number;
  readonly noticed: number;
  /** Over the changes that were noticed; `null` when none was. */
  readonly medianDaysToNotice: number | null;
  readonly alarms: number;
  readonly falseAlarms: number;
  readonly falseAlarmsPerAgentYear: number;
}

/** A skill that moved less than this within a window has not moved. */
export const STANDSTILL = 0.2;

/** A change counts as noticed up to so many days after it ended. */
const GRACE_DAYS = 60;

/** The moment at which one window's trend was said to go somewhere, in days since the founding. */
interface Alarm {
  readonly direction: 'improving' | 'declining';
  readonly windowDays: number;
  readonly from: number;
}

/** Compares what Tenure said of every agent's quality with what was true. */
export async function judge(
  tracker: Pick<Tracker, 'log'>,
  company: Company,
  lastDay: number,
): Promise<Verdict> {
  const spoken = new Map<string, TrendChanged[]>();
  for await (const output of tracker.log()) {
    if (output.type !== 'trend.changed' || output.metric !== 'quality') continue;
    const known = spoken.get(output.agentId);
    if (known) known.push(output);
    else spoken.set(output.agentId, [output]);
  }
  const agents = company.agents.map((agent) =>
    judgeAgent(agent, alarmsIn(spoken.get(agent.id) ?? [], company), lastDay),
  );
  return total(agents, lastDay);
}

function judgeAgent(agent: SimulatedAgent, alarms: readonly Alarm[], lastDay: number): AgentVerdict {
  const courses = agent.career
    .courses(lastDay)
    .filter(({ kind, begins }) => kind === 'stays' || begins <= lastDay);
  const real = courses.filter(({ kind }) => kind !== 'stays');
  return {
    agentId: agent.id,
    department: agent.department,
    courses,
    changes: real.map((course) => judgeChange(course, alarms, lastDay)),
    alarms: alarms.length,
    falseAlarms: alarms.filter((alarm) => !isTrue(alarm, agent)).length,
  };
}

function judgeChange(course: Course, alarms: readonly Alarm[], lastDay: number): ChangeVerdict {
  const noticedAfter = daysToNotice(course, alarms);
  return { course, noticedAfter, isOpen: noticedAfter === null && lastDay < course.ends + GRACE_DAYS };
}

function daysToNotice({ from, to, begins, ends }: Course, alarms: readonly Alarm[]): number | null {
  const direction = to > from ? 'improving' : 'declining';
  // What was said before the change began was not about it, even if it is still being said.
  const inTime = alarms.filter(
    (alarm) => alarm.direction === direction && alarm.from >= begins && alarm.from <= ends + GRACE_DAYS,
  );
  return inTime.length === 0 ? null : Math.min(...inTime.map((alarm) => alarm.from - begins));
}

function isTrue({ direction, windowDays, from }: Alarm, { career }: SimulatedAgent): boolean {
  const moved = career.skill(from) - career.skill(Math.max(0, from - windowDays));
  return (direction === 'improving' ? moved : -moved) >= STANDSTILL;
}

function alarmsIn(transitions: readonly TrendChanged[], company: Company): Alarm[] {
  const founding = company.midnight(0);
  return transitions.flatMap(({ at, window, to: direction }) =>
    direction === 'improving' || direction === 'declining'
      ? [{ direction, windowDays: parseDuration(window) / DAY_MS, from: (at - founding) / DAY_MS }]
      : [],
  );
}

function total(agents: readonly AgentVerdict[], lastDay: number): Verdict {
  const changes = agents.flatMap((agent) => agent.changes);
  const delays = changes.flatMap(({ noticedAfter }) => (noticedAfter === null ? [] : [noticedAfter]));
  const falseAlarms = agents.reduce((sum, agent) => sum + agent.falseAlarms, 0);
  return {
    lastDay,
    agents,
    changes: changes.length,
    noticed: delays.length,
    medianDaysToNotice: median(delays),
    alarms: agents.reduce((sum, agent) => sum + agent.alarms, 0),
    falseAlarms,
    falseAlarmsPerAgentYear: falseAlarms / ((agents.length * (lastDay + 1)) / 365),
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle) - 1] as number)) / 2;
}
