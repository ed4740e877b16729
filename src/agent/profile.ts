import type { StoredEvent } from '../events/schema.js';
import { compareRows, type Row } from '../windows/timeline.js';

/** A fact with the place in time of the event that said it, so that late events cannot undo later ones. */
interface Dated<T> extends Row {
  readonly value: T;
}

/** Who an agent is. Depends on the set of its events alone, not on the order in which they arrived. */
export interface Profile {
  readonly name?: Dated<string>;
  readonly role?: Dated<string>;
  readonly level?: Dated<string>;
  /** By hiring or transfer: the latest word counts. */
  readonly department?: Dated<string>;
  /** Of the earliest event that named one: counts while nobody has hired or transferred the agent. */
  readonly firstDepartment?: Dated<string>;
  /** Whether the latest of hirings and departures was a departure. */
  readonly departed?: Dated<boolean>;
}

export function departmentOf(profile: Profile): string | undefined {
  return (profile.department ?? profile.firstDepartment)?.value;
}

/** The profile after one more event. Returns the same object when the event says nothing about who the agent is. */
export function withProfileEvent(profile: Profile, event: StoredEvent): Profile {
  switch (event.type) {
    case 'agent.hired':
      return {
        ...registered(profile, event),
        ...latest('name', profile.name, event.name, event),
        ...latest('role', profile.role, event.role, event),
        ...latest('level', profile.level, event.level, event),
        ...latest('department', profile.department, event.department, event),
        ...latest('departed', profile.departed, false, event),
      };
    case 'agent.transferred':
      return {
        ...registered(profile, event),
        ...latest('department', profile.department, event.department, event),
      };
    case 'agent.level_changed':
      return { ...registered(profile, event), ...latest('level', profile.level, event.level, event) };
    case 'agent.departed':
      return { ...registered(profile, event), ...latest('departed', profile.departed, true, event) };
    default:
      return registered(profile, event);
  }
}

function registered(profile: Profile, event: StoredEvent): Profile {
  const { department } = event;
  const known = profile.firstDepartment;
  if (department === undefined || (known && compareRows(known, event) < 0)) return profile;
  return { ...profile, firstDepartment: { at: event.at, seq: event.seq, value: department } };
}

function latest<Key extends keyof Profile, T>(
  key: Key,
  known: Dated<T> | undefined,
  value: T | undefined,
  { at, seq }: Row,
): Record<Key, Dated<T>> | undefined {
  if (value === undefined || (known && compareRows(known, { at, seq }) > 0)) return undefined;
  return { [key]: { at, seq, value } } as Record<Key, Dated<T>>;
}
