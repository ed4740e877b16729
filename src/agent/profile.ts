import type { JournalledEvent } from '../events/schema.js';
import { compareRows, type Row } from '../windows/timeline.js';
import { withRow } from './task.js';

/** A fact with the place in time of the event that said it, so that late events cannot undo later ones. */
interface Dated<T> extends Row {
  readonly value: T;
}

/** A word about an agent's level. */
interface LevelWord extends Dated<string> {
  /** Said when the agent was hired: it begins a career, and is no change of level. */
  readonly hired?: true;
}

/** Who an agent is. Depends on the set of its events alone, not on the order in which they arrived. */
export interface Profile {
  readonly name?: Dated<string>;
  readonly role?: Dated<string>;
  /** Every word about the level, in time order; the last one counts. */
  readonly levels?: readonly LevelWord[];
  /** By hiring or transfer: the latest word counts. */
  readonly department?: Dated<string>;
  /** Of the earliest event that named one: counts while nobody has hired or transferred the agent. */
  readonly firstDepartment?: Dated<string>;
  /** Every hiring (`true`) and departure (`false`), in time order; the last one counts. */
  readonly employment?: readonly Dated<boolean>[];
  /** When the latest decision about a recommendation was made, epoch milliseconds. */
  readonly decidedAt?: number;
}

export function departmentOf(profile: Profile): string | undefined {
  return (profile.department ?? profile.firstDepartment)?.value;
}

/** The level that the latest word says; `undefined` when nobody said anything about it. */
export function levelOf({ levels }: Profile): string | undefined {
  return levels?.[levels.length - 1]?.value;
}

export function isDeparted({ employment }: Profile): boolean {
  return employment?.[employment.length - 1]?.value === false;
}

/** The department in which an agent counts as active; `undefined` when it departed, or is in none. */
export function seatOf(profile: Profile): string | undefined {
  return isDeparted(profile) ? undefined : departmentOf(profile);
}

/** When the agent was hired: the first hiring since it last departed, `null` when nobody said that it was. */
export function hiredAt({ employment }: Profile): number | null {
  if (!employment) return null;
  // Asked at every event: without a function to call.
  let first = employment.length;
  while (first > 0 && employment[first - 1]?.value) first--;
  return employment[first]?.at ?? null;
}

/** When the agent came to its level other than by being hired; saying again what is so already changes nothing. */
export function levelChangedAt({ levels }: Profile): number | null {
  if (!levels) return null;
  const level = levels[levels.length - 1]?.value;
  let first = levels.length - 1;
  while (first > 0 && levels[first - 1]?.value === level) first--;
  const entered = levels[first];
  return !entered || entered.hired ? null : entered.at;
}

/** The profile after one more event. Returns the same object when the event says nothing about who the agent is. */
export function withProfileEvent(profile: Profile, event: JournalledEvent): Profile {
  switch (event.type) {
    case 'agent.hired':
      return {
        ...registered(profile, event),
        ...latest('name', profile.name, event.name, event),
        ...latest('role', profile.role, event.role, event),
        ...(event.level !== undefined &&
          withLevel(profile, { ...placeOf(event), value: event.level, hired: true })),
        ...latest(
          'department',
          profile.department,
          event.isDepartmentStamped ? undefined : event.department,
          event,
        ),
        ...withEmployment(profile, event, true),
      };
    case 'agent.transferred':
      return {
        ...registered(profile, event),
        ...latest('department', profile.department, event.department, event),
      };
    case 'agent.level_changed':
      return {
        ...registered(profile, event),
        ...withLevel(profile, { ...placeOf(event), value: event.level }),
      };
    case 'agent.departed':
      return { ...registered(profile, event), ...withEmployment(profile, event, false) };
    case 'decision.recorded':
      return { ...registered(profile, event), ...withDecision(profile, event) };
    default:
      return registered(profile, event);
  }
}

function registered(profile: Profile, event: JournalledEvent): Profile {
  const { department } = event;
  const known = profile.firstDepartment;
  if (department === undefined || (known && compareRows(known, event) < 0)) return profile;
  return { ...profile, firstDepartment: { at: event.at, seq: event.seq, value: department } };
}

/** What was decided is stamped on the decision, so that it stands whatever a policy would propose today. */
function withDecision(
  profile: Profile,
  event: JournalledEvent & { readonly type: 'decision.recorded' },
): Partial<Profile> {
  const decided = event.stamped?.decided;
  if (!decided || decided.kind === 'elevation') return {};
  const decidedAt = Math.max(event.at, profile.decidedAt ?? 0);
  if (event.outcome !== 'approved') return { decidedAt };
  if (decided.level !== undefined) {
    return { decidedAt, ...withLevel(profile, { ...placeOf(event), value: decided.level }) };
  }
  return decided.kind === 'termination'
    ? { decidedAt, ...withEmployment(profile, event, false) }
    : { decidedAt };
}

function withLevel({ levels = [] }: Profile, word: LevelWord): Pick<Profile, 'levels'> {
  return { levels: withRow(levels, word) };
}

function withEmployment(
  { employment = [] }: Profile,
  event: Row,
  value: boolean,
): Pick<Profile, 'employment'> {
  return { employment: withRow(employment, { ...placeOf(event), value }) };
}

function placeOf({ at, seq }: Row): Row {
  return { at, seq };
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
