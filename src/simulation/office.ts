import type { Company } from './company.js';
import {
  compareDeliveries,
  type Delivery,
  type Desk,
  HOUR_MS,
  MINUTE_MS,
  onTime,
  type Shift,
} from './delivery.js';
import { demand } from './demand.js';
import { createRandom } from './random.js';
import { type SimulatedAgent, skillOf } from './roster.js';
import { dailyTasks } from './tasks.js';
import { closingMeeting, dailyTeamwork, occasionalOverride } from './teamwork.js';

/** Somebody who works, or worked, here. */
export interface Employee {
  readonly agent: SimulatedAgent;
  readonly desk: Desk;
  department: string;
  /** When it left, epoch milliseconds. */
  leftAt: number | undefined;
}

/**
 * The company at work: who is there, whose desk is how full, and which reports are still on their way. It lives
 * through the days one after the other; told the same comings and goings, it lives through the very same days.
 */
export class Office {
  readonly staff = new Map<string, Employee>();
  /** Reports on their way, by the day on which they come. */
  private readonly due = new Map<number, Delivery[]>();
  private readonly rates = new Map<string, number>();
  private next = 0;

  constructor(readonly company: Company) {
    for (const agent of company.agents) {
      this.rates.set(agent.department, (this.rates.get(agent.department) ?? 0) + agent.workRate);
      this.hire(agent);
    }
  }

  /** Somebody comes: at work from its day of hiring on. */
  hire(agent: SimulatedAgent): void {
    const employee = { agent, desk: { freeAt: 0 }, department: agent.department, leftAt: undefined };
    this.staff.set(agent.id, employee);
  }

  /** Somebody goes: what lies on its desk stays there. */
  dismiss(agentId: string, at: number): void {
    const employee = this.staff.get(agentId);
    if (employee) employee.leftAt ??= at;
  }

  transfer(agentId: string, department: string): void {
    const employee = this.staff.get(agentId);
    if (employee) employee.department = department;
  }

  /** All that is reported on the next day, in the order in which it is reported. */
  nextDay(): Delivery[] {
    const day = this.next++;
    const midnight = this.company.midnight(day);
    const present = [...this.staff.values()].filter(
      ({ agent, leftAt }) => agent.hiredOn <= day && (leftAt ?? Number.POSITIVE_INFINITY) > midnight,
    );
    const teams = teamsOf(present);
    for (const employee of present) {
      const team = teams.get(employee.department) ?? teamOf([employee]);
      this.send(shiftWork(this.shift(employee, day, team), this));
    }
    const closer = present[day % present.length];
    if (closer) this.send([closingMeeting(this.shift(closer, day, teamOf([closer]), 'closing'))]);
    const reports = (this.due.get(day) ?? []).filter((delivery) => this.isReported(delivery));
    this.due.delete(day);
    return reports.sort(compareDeliveries);
  }

  private shift(employee: Employee, day: number, team: Team, what = 'work'): Shift {
    const { agent, desk, department } = employee;
    const { seed } = this.company.options;
    // Everybody gets its share, the quick ones more.
    const wanted = (this.rates.get(department) ?? 0) * demand(seed, department, day);
    return {
      agent,
      department,
      skill: skillOf(agent, day),
      collaboration: agent.career.collaboration(day),
      load: (wanted * agent.workRate) / team.workRate,
      desk,
      day,
      midnight: this.company.midnight(day),
      random: createRandom(`${seed}/${agent.id}/${day}/${what}`),
      team: team.agents,
    };
  }

  private send(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const day = this.company.dayOf(delivery.deliveredAt);
      const others = this.due.get(day);
      if (others) others.push(delivery);
      else this.due.set(day, [delivery]);
    }
  }

  /** Whoever has left does nothing more; what others say of its work still comes. */
  private isReported({ event }: Delivery): boolean {
    const leftAt = this.staff.get(event.agentId)?.leftAt;
    return leftAt === undefined || event.at < leftAt || event.type === 'review.submitted';
  }
}

/** Everybody in one department, and the tasks a day for which they were hired. */
interface Team {
  readonly agents: readonly SimulatedAgent[];
  readonly workRate: number;
}

function teamsOf(employees: readonly Employee[]): Map<string, Team> {
  const byDepartment = new Map<string, Employee[]>();
  for (const employee of employees) {
    const members = byDepartment.get(employee.department);
    if (members) members.push(employee);
    else byDepartment.set(employee.department, [employee]);
  }
  return new Map(Array.from(byDepartment, ([department, members]) => [department, teamOf(members)]));
}

function teamOf(members: readonly Employee[]): Team {
  const agents = members.map(({ agent }) => agent);
  return { agents, workRate: agents.reduce((sum, { workRate }) => sum + workRate, 0) };
}

function shiftWork(shift: Shift, { company }: Office): Delivery[] {
  const hired = shift.day === shift.agent.hiredOn ? [hiring(shift, company)] : [];
  return [...hired, ...dailyTasks(shift), ...dailyTeamwork(shift), ...occasionalOverride(shift)];
}

/** Carries what the company was made from, so that a database alone is enough to go on. */
function hiring({ agent, midnight }: Shift, { options }: Company): Delivery {
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
