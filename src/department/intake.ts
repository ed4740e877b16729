import { departmentOf, isDeparted, withProfileEvent } from '../agent/profile.js';
import type { EventOf, JournalledEvent } from '../events/schema.js';
import { DAY_MS } from '../windows/duration.js';
import { type DayRow, withDay } from './day-row.js';
import { type CompanyState, emptyDepartment, type TaskOnTheWay } from './state.js';

type Assigned = EventOf<'task.assigned'>;
type Finished = EventOf<'task.completed' | 'task.failed'>;

/** The company after one more event, but for what a departure leaves behind: who works where, and what work came and went. */
export function withEvent(state: CompanyState, event: JournalledEvent): CompanyState {
  const known = withMember(state, event);
  switch (event.type) {
    case 'task.assigned':
      return assigned(known, event);
    case 'task.completed':
    case 'task.failed':
      return finished(known, event);
    default:
      return known;
  }
}

export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

function withMember(state: CompanyState, event: JournalledEvent): CompanyState {
  const before = state.members.get(event.agentId) ?? {};
  const { department, firstDepartment, employment } = withProfileEvent(before, event);
  const isSame =
    department === before.department &&
    firstDepartment === before.firstDepartment &&
    employment === before.employment;
  if (isSame) return state;
  const member = {
    ...(department && { department }),
    ...(firstDepartment && { firstDepartment }),
    ...(employment && { employment }),
  };
  return { ...state, members: state.members.set(event.agentId, member) };
}

/** Work arrives where its agent is, or where the event says. Assigned twice while open, it is one task. */
function assigned(state: CompanyState, { agentId, taskId, at, department }: Assigned): CompanyState {
  const place = department ?? placeOf(state, agentId);
  if (place === undefined) return state;
  const key = keyOf(agentId, taskId);
  const open = state.open.get(key);
  if (open) return at < open.at ? { ...state, open: state.open.set(key, { ...open, at }) } : state;
  const counted = withRow(state, place, at, { arrived: 1 });
  const end = state.early.size === 0 ? undefined : state.early.get(key);
  if (end === undefined || end.at < at) {
    return { ...counted, open: state.open.set(key, { department: place, agentId, at }) };
  }
  // The report of its end was quicker than that of its beginning.
  return withRow({ ...counted, early: state.early.delete(key) }, place, end.at, ending(end.at, at));
}

function finished(state: CompanyState, event: Finished): CompanyState {
  const { agentId, taskId, at, type } = event;
  const key = keyOf(agentId, taskId);
  const open = state.open.get(key);
  const place = open?.department ?? event.department ?? placeOf(state, agentId);
  if (place === undefined) return state;
  const attempt = type === 'task.completed' ? { succeeded: 1 } : { failed: 1 };
  if (open) {
    const began = Math.min(event.assignedAt ?? open.at, at);
    const counted = withRow(state, place, at, { ...attempt, ...ending(at, began) });
    return { ...counted, open: counted.open.delete(key) };
  }
  const counted = withRow(state, place, at, attempt);
  // Where nobody ever says what is assigned, there is nothing that could still come.
  if (!hasArrivals(state, place)) return counted;
  const end: TaskOnTheWay = { department: place, agentId, at };
  return { ...counted, early: counted.early.set(key, end) };
}

/** What the end of a task adds to its day. */
function ending(at: number, began: number): Partial<DayRow> {
  return { finished: 1, timed: 1, logTime: Math.log(Math.max(1, at - began)) };
}

/** Whether an agent may depart with an event. */
export function mayDepart({ type }: JournalledEvent): boolean {
  return type === 'agent.departed' || type === 'decision.recorded';
}

/**
 * What a departed agent left behind waits for nobody: whoever takes it over is assigned to it. In pieces, for it looks
 * at every open task.
 */
export function* withoutTasksOfDeparted(
  state: CompanyState,
  agentId: string,
): Generator<undefined, CompanyState> {
  if (!isDeparted(state.members.get(agentId) ?? {})) return state;
  const open = yield* state.open.filtering((task) => task.agentId !== agentId);
  return open === state.open ? state : { ...state, open };
}

function placeOf({ members }: CompanyState, agentId: string): string | undefined {
  return departmentOf(members.get(agentId) ?? {});
}

function hasArrivals({ departments }: CompanyState, department: string): boolean {
  return departments.get(department)?.days.some(({ arrived }) => arrived > 0) ?? false;
}

function withRow(
  state: CompanyState,
  name: string,
  at: number,
  added: Partial<Omit<DayRow, 'day'>>,
): CompanyState {
  const department = state.departments.get(name) ?? emptyDepartment(name);
  const days = withDay(department.days, dayOf(at), added);
  return { ...state, departments: state.departments.set(name, { ...department, days }) };
}

/** A task belongs to its agent: two agents may call different tasks the same. */
function keyOf(agentId: string, taskId: string): string {
  return `${agentId}\u0000${taskId}`;
}
