import { median } from 'simple-statistics';
import type { Recommendation, TrendChanged } from '../agent/outputs.js';
import type { Tracker } from '../tracker.js';
import { parseDuration } from '../windows/duration.js';
import type { Course } from './career.js';
import type { Company } from './company.js';
import { DAY_MS } from './delivery.js';
import { judgeLosses, type LossVerdict } from './losses.js';
import type { Employee } from './office.js';
import { isConstantlyGood, isDifficult, judgeProposals, type ProposalVerdict } from './proposals.js';
import { type SimulatedAgent, skillOf } from './roster.js';

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
  /** Days at work. */
  readonly days: number;
  /** The day on which it had to go, `null` while it is there. */
  readonly leftOn: number | null;
  /** What it could do on its last day, 0–10. */
  readonly skill: number;
  /** What was recommended about it. */
  readonly proposals: readonly ProposalVerdict[];
  /** Whether its skill never moved, and was good all the time. */
  readonly isConstantlyGood: boolean;
  /** Whether it was good at the work all the time, and bad to work with. */
  readonly isDifficult: boolean;
  /** When it was a loss to its company for long. */
  readonly losses: readonly LossVerdict[];
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
  readonly promotions: ProposalCounts;
  readonly demotions: ProposalCounts;
  readonly terminations: ProposalCounts;
  /** Agents that lost {@link STEEP} points or more, and of how many that was noticed. */
  readonly fades: { readonly all: number; readonly noticed: number; readonly open: number };
  /** Agents that were good all the time, and how many of them were proposed for dismissal. */
  readonly constantlyGood: ProposedForDismissal;
  /** Agents that were good at the work all the time, and bad to work with. */
  readonly difficult: ProposedForDismissal;
  /** Times in which an agent was a loss to its company for more than 30 days, and what was said of it. */
  readonly losses: LossCounts;
}

export interface ProposedForDismissal {
  readonly all: number;
  readonly proposedForDismissal: number;
}

export interface LossCounts {
  readonly all: number;
  /** Of how many the dismissal was proposed, and of how many it may be yet; the others were missed. */
  readonly proposed: number;
  readonly open: number;
  /** From the beginning of the loss to the proposal; `null` when there was none. */
  readonly medianDaysToPropose: number | null;
}

/** How many of one kind of recommendation the truth bears out. */
export interface ProposalCounts {
  readonly right: number;
  /** Of those that were right, how many came more than 60 days after they could have. */
  readonly late: number;
  readonly wrong: number;
}

/** A loss of so many points is a fade that nobody should miss. */
const STEEP = 3;

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

/** Compares what Tenure said of everybody who ever worked there with what was true. */
export async function judge(
  tracker: Pick<Tracker, 'log'>,
  company: Company,
  lastDay: number,
  staff: readonly Employee[],
): Promise<Verdict> {
  const spoken = new Map<string, (TrendChanged | Recommendation)[]>();
  for await (const output of tracker.log()) {
    const isWord = output.type === 'trend.changed' && output.metric === 'quality';
    if (!isWord && output.type !== 'recommendation.made') continue;
    const known = spoken.get(output.agentId);
    if (known) known.push(output);
    else spoken.set(output.agentId, [output]);
  }
  const agents = staff.map((employee) =>
    judgeAgent(employee, spoken.get(employee.agent.id) ?? [], company, lastDay),
  );
  return total(agents, lastDay);
}

function judgeAgent(
  { agent, department, leftAt }: Employee,
  spoken: readonly (TrendChanged | Recommendation)[],
  company: Company,
  lastDay: number,
): AgentVerdict {
  const until = leftAt === undefined ? lastDay : Math.min(lastDay, company.dayOf(leftAt));
  const courses = agent.career
    .courses(until)
    .filter(({ from, to, begins }) => from === to || (begins <= until && begins >= agent.hiredOn));
  const real = courses.filter(({ from, to }) => from !== to);
  const alarms = alarmsIn(
    spoken.filter((output) => output.type === 'trend.changed'),
    company,
  );
  const proposals = spoken.filter((output) => output.type === 'recommendation.made');
  const proposed = judgeProposals(proposals, agent, company);
  return {
    agentId: agent.id,
    department,
    days: until - agent.hiredOn + 1,
    leftOn: leftAt === undefined ? null : until,
    skill: agent.career.skill(until),
    courses,
    changes: real.map((course) => judgeChange(course, [...alarms, ...asAlarms(proposed)], until)),
    proposals: proposed,
    isConstantlyGood: isConstantlyGood(agent, until),
    isDifficult: isDifficult(agent, until),
    losses: judgeLosses(agent, proposed, until),
    alarms: alarms.length,
    falseAlarms: alarms.filter((alarm) => !isTrue(alarm, agent)).length,
  };
}

/** Whoever is to go, or to go down, was noticed to have got worse. */
function asAlarms(proposals: readonly ProposalVerdict[]): Alarm[] {
  return proposals.flatMap(({ kind, day: from }) =>
    kind === 'promotion' ? [] : [{ direction: 'declining', windowDays: 0, from }],
  );
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

function isTrue({ direction, windowDays, from }: Alarm, agent: SimulatedAgent): boolean {
  const moved = skillOf(agent, from) - skillOf(agent, Math.max(agent.hiredOn, from - windowDays));
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
    medianDaysToNotice: delays.length === 0 ? null : median(delays),
    alarms: agents.reduce((sum, agent) => sum + agent.alarms, 0),
    falseAlarms,
    falseAlarmsPerAgentYear: falseAlarms / (agents.reduce((sum, { days }) => sum + days, 0) / 365),
    promotions: countProposals(agents, 'promotion'),
    demotions: countProposals(agents, 'demotion'),
    terminations: countProposals(agents, 'termination'),
    fades: countFades(changes),
    constantlyGood: countProposed(agents.filter(({ isConstantlyGood }) => isConstantlyGood)),
    difficult: countProposed(agents.filter(({ isDifficult }) => isDifficult)),
    losses: countLosses(agents.flatMap(({ losses }) => losses)),
  };
}

function countProposals(agents: readonly AgentVerdict[], kind: ProposalVerdict['kind']): ProposalCounts {
  const all = agents.flatMap(({ proposals }) => proposals).filter((one) => one.kind === kind);
  const right = all.filter((one) => one.isRight);
  return {
    right: right.length,
    late: right.filter(({ isLate }) => isLate).length,
    wrong: all.length - right.length,
  };
}

function countFades(changes: readonly ChangeVerdict[]): Verdict['fades'] {
  const steep = changes.filter(({ course: { from, to } }) => from - to >= STEEP);
  return {
    all: steep.length,
    noticed: steep.filter(({ noticedAfter }) => noticedAfter !== null).length,
    open: steep.filter(({ isOpen }) => isOpen).length,
  };
}

function countProposed(agents: readonly AgentVerdict[]): ProposedForDismissal {
  const isProposed = ({ proposals }: AgentVerdict) => proposals.some(({ kind }) => kind === 'termination');
  return { all: agents.length, proposedForDismissal: agents.filter(isProposed).length };
}

function countLosses(losses: readonly LossVerdict[]): LossCounts {
  const delays = losses.flatMap(({ proposedAfter }) => (proposedAfter === null ? [] : [proposedAfter]));
  return {
    all: losses.length,
    proposed: delays.length,
    open: losses.filter(({ isOpen }) => isOpen).length,
    medianDaysToPropose: delays.length === 0 ? null : median(delays),
  };
}
