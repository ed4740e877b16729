import { type Profile, seatOf, withProfileEvent } from '../agent/profile.js';
import type { JournalledEvent } from '../events/schema.js';
import { Headcount } from './headcount.js';

const NOBODY: Profile = {};
const NOTHING: readonly JournalledEvent[] = [];

/** Who an agent is at the end of what is planned so far. */
export interface Standpoint {
  /** Its number. */
  readonly no: number;
  profile: Profile;
  /** Where it counts as active. */
  seat: string | undefined;
  /** Accepted, but ahead of the clock. */
  upcoming: readonly JournalledEvent[];
}

/** What stamping needs to know of the agents before a group of events. */
export interface Company {
  /** How many there are; the next one that is heard of gets the next number. */
  readonly size: number;
  /** `undefined` when nobody has heard of the agent. */
  standpointOf(agentId: string): Standpoint | undefined;
  /** How many agents are active in a department. */
  headcount(department: string): number;
}

/** What a group of events is stamped with: where each agent is as of the moment its event is accepted, and who else. */
export class Stamps {
  private readonly standpoints = new Map<string, Standpoint>();
  private newcomers = 0;
  /** How the group changes the company. */
  private readonly moved = new Headcount();

  constructor(private readonly company: Company) {}

  /** Where an agent stands at a moment that never goes back, before its next event of the group; a new one gets its number. */
  standpoint(agentId: string, now: number): Standpoint {
    const standpoint = this.standpoints.get(agentId) ?? this.begin(agentId);
    if (standpoint.upcoming.length > 0) this.bringTo(standpoint, now);
    return standpoint;
  }

  /** Takes note of an agent's event, for those after it. */
  note(standpoint: Standpoint, event: JournalledEvent): void {
    if (event.at > event.recordedAt) standpoint.upcoming = [...standpoint.upcoming, event];
    else standpoint.profile = withProfileEvent(standpoint.profile, event);
    this.settle(standpoint);
  }

  /** Whether nobody else is active in an agent's department; an agent without one has no department to leave empty. */
  isAlone({ seat }: Standpoint): boolean {
    return seat !== undefined && this.company.headcount(seat) + this.moved.of(seat) === 1;
  }

  private bringTo(standpoint: Standpoint, now: number): void {
    for (const event of standpoint.upcoming) {
      if (event.at <= now) standpoint.profile = withProfileEvent(standpoint.profile, event);
    }
    standpoint.upcoming = standpoint.upcoming.filter(({ at }) => at > now);
    this.settle(standpoint);
  }

  private begin(agentId: string): Standpoint {
    const standpoint = this.company.standpointOf(agentId) ?? this.newcomer();
    this.standpoints.set(agentId, standpoint);
    return standpoint;
  }

  private newcomer(): Standpoint {
    this.newcomers++;
    return { no: this.company.size + this.newcomers, profile: NOBODY, upcoming: NOTHING, seat: undefined };
  }

  private settle(standpoint: Standpoint): void {
    const seat = seatOf(standpoint.profile);
    if (seat === standpoint.seat) return;
    this.moved.move(standpoint.seat, seat);
    standpoint.seat = seat;
  }
}
