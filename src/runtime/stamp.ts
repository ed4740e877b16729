import { departmentOf, type Profile, seatOf, withProfileEvent } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import type { JournalledEvent } from '../events/schema.js';
import { Headcount } from './headcount.js';

/** Who an agent is at the end of what is planned so far. */
interface Standpoint {
  profile: Profile;
  /** Where it counts as active. */
  seat: string | undefined;
  /** Accepted, but ahead of the clock. */
  upcoming: readonly JournalledEvent[];
}

/** What stamping needs to know of the agents before a group of events. */
export interface Company {
  /** `undefined` when nobody has heard of the agent. */
  stateOf(agentId: string): AgentState | undefined;
  /** The department in which an agent counts as active. */
  seatOf(agentId: string): string | undefined;
  /** How many agents are active in a department. */
  headcount(department: string): number;
}

/** What a group of events is stamped with: where each agent is as of the moment its event is accepted, and who else. */
export class Stamps {
  private readonly standpoints = new Map<string, Standpoint>();
  /** How the group changes the company. */
  private readonly moved = new Headcount();

  constructor(private readonly company: Company) {}

  /** Where an agent is at a moment that never goes back. */
  departmentOf(agentId: string, now: number): string | undefined {
    return departmentOf(this.standpoint(agentId, now).profile);
  }

  /** Takes note of an event of the group, for those after it. */
  note(event: JournalledEvent): void {
    const standpoint = this.standpoint(event.agentId, event.recordedAt);
    if (event.at > event.recordedAt) standpoint.upcoming = [...standpoint.upcoming, event];
    else standpoint.profile = withProfileEvent(standpoint.profile, event);
    this.settle(standpoint);
  }

  /** Whether nobody else is active in an agent's department; an agent without one has no department to leave empty. */
  isAlone(agentId: string, now: number): boolean {
    const { seat } = this.standpoint(agentId, now);
    return seat !== undefined && this.company.headcount(seat) + this.moved.of(seat) === 1;
  }

  private standpoint(agentId: string, now: number): Standpoint {
    const standpoint = this.standpoints.get(agentId) ?? this.begin(agentId);
    if (standpoint.upcoming.length === 0) return standpoint;
    for (const event of standpoint.upcoming) {
      if (event.at <= now) standpoint.profile = withProfileEvent(standpoint.profile, event);
    }
    standpoint.upcoming = standpoint.upcoming.filter(({ at }) => at > now);
    this.settle(standpoint);
    return standpoint;
  }

  private begin(agentId: string): Standpoint {
    const { profile = {}, upcoming = [] } = this.company.stateOf(agentId) ?? {};
    const standpoint = { profile, upcoming, seat: this.company.seatOf(agentId) };
    this.standpoints.set(agentId, standpoint);
    return standpoint;
  }

  private settle(standpoint: Standpoint): void {
    const seat = seatOf(standpoint.profile);
    if (seat === standpoint.seat) return;
    this.moved.move(standpoint.seat, seat);
    standpoint.seat = seat;
  }
}
