import { departmentOf, type Profile, withProfileEvent } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import type { StoredEvent } from '../events/schema.js';

/** Who an agent is at the end of what is planned so far. */
interface Standpoint {
  profile: Profile;
  /** Accepted, but ahead of the clock. */
  upcoming: readonly StoredEvent[];
}

/** The departments that a group of events is stamped with: of each agent as of the moment its event is accepted. */
export class Stamps {
  private readonly standpoints = new Map<string, Standpoint>();

  /**
   * @param stateOf the state of an agent before the group, `undefined` when nobody has heard of it
   */
  constructor(private readonly stateOf: (agentId: string) => AgentState | undefined) {}

  /** Where an agent is at a moment that never goes back. */
  departmentOf(agentId: string, now: number): string | undefined {
    const standpoint = this.standpoint(agentId);
    for (const event of standpoint.upcoming) {
      if (event.at <= now) standpoint.profile = withProfileEvent(standpoint.profile, event);
    }
    standpoint.upcoming = standpoint.upcoming.filter(({ at }) => at > now);
    return departmentOf(standpoint.profile);
  }

  /** Takes note of an event of the group, for those after it. */
  note(event: StoredEvent): void {
    const standpoint = this.standpoint(event.agentId);
    if (event.at > event.recordedAt) standpoint.upcoming = [...standpoint.upcoming, event];
    else standpoint.profile = withProfileEvent(standpoint.profile, event);
  }

  private standpoint(agentId: string): Standpoint {
    const known = this.standpoints.get(agentId);
    if (known) return known;
    const { profile = {}, upcoming = [] } = this.stateOf(agentId) ?? {};
    const standpoint = { profile, upcoming };
    this.standpoints.set(agentId, standpoint);
    return standpoint;
  }
}
