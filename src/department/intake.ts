import { departmentOf, isDeparted, withProfileEvent } from '../agent/profile.js';
import type { EventOf, JournalledEvent } from '../events/schema.js';
import { DAY_MS } from '../windows/duration.js';
import type { Added } from './day-row.js';
import type { CompanyDraft } from './draft.js';
import type { CompanyState } from './state.js';

type Assigned = EventOf<'task.assigned'>;
type Finished = EventOf<'task.completed' | 'task.failed'>;

/** Takes in one more event, but for what a departure leaves behind: who works where, and what work came and went. */
export function takeIn(company: CompanyDraft, event: JournalledEvent): void {
  takeMember(company, event);
  if (event.type === 'task.assigned') assign(company, event);
  else if (event.type === 'task.completed' || event.type === 'task.failed') finish(company, event);
  company.note(event);
}

export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

function takeMember(company: CompanyDraft, event: JournalledEvent): void {
  const { agentId, type, department } = event;
  const saysMore = mayDepart(event) || type === 'agent.hired' || type === 'agent.transferred';
  if (!saysMore && (department === undefined || company.members.isPlacedBefore(agentId, event))) return;
  const before = company.members.get(agentId);
  const after = withProfileEvent(before, event);
  const isSame =
    after.department === before.department &&
    after.firstDepartment === before.firstDepartment &&
    after.employment === before.employment;
  if (!isSame) company.members = company.members.set(agentId, after);
}

/** Work arrives where its agent is, or where the event says. Assigned twice while open, it is one task. */
function assign(company: CompanyDraft, { agentId, taskId, at, department }: Assigned): void {
  const place = department ?? placeOf(company, agentId);
  if (place === undefined) return;
  const key = keyOf(agentId, taskId);
  const open = company.open.get(key);
  if (open) {
    if (at < open.at) company.open = company.open.set(key, { ...open, at });
    return;
  }
  company.count(place, dayOf(at), ARRIVAL);
  const end = company.early.size === 0 ? undefined : company.early.get(key);
  if (end === undefined || end < at) {
    company.open = company.open.set(key, { department: company.nameOf(place), agentId, at });
    return;
  }
  // The report of its end was quicker than that of its beginning.
  company.early = company.early.delete(key);
  company.count(place, dayOf(end), ended(NOTHING, end, at));
}

function finish(
  company: CompanyDraft,
  { agentId, taskId, at, type, department, assignedAt }: Finished,
): void {
  const key = keyOf(agentId, taskId);
  const open = company.open.get(key);
  const place = open?.department ?? department ?? placeOf(company, agentId);
  if (place === undefined) return;
  const attempt = type === 'task.completed' ? SUCCESS : FAILURE;
  if (open) {
    company.count(place, dayOf(at), ended(attempt, at, Math.min(assignedAt ?? open.at, at)));
    company.open = company.open.delete(key);
    return;
  }
  company.count(place, dayOf(at), attempt);
  // Where nobody ever says what is assigned, there is nothing that could still come.
  if (!company.hasArrivals(place) || isTooLate(company, at)) return;
  company.early = company.early.set(key, at);
}

/** Finished tasks wait so long for a late word of their assignment. */
const LATE_DAYS = 2;
/** So many wait at most of those that the next midnight gives up: years of work may be recorded in one day. */
const MAX_LATE = 10_000;

/** Whether an end that the next midnight gives up finds enough of its kind waiting. */
function isTooLate({ early, today }: CompanyDraft, at: number): boolean {
  return early.size >= MAX_LATE && today !== null && isGivenUp(at, today);
}

/** Whether a task that ended at a moment waits no longer on a day, for a word that it was assigned. */
export function isGivenUp(endedAt: number, today: number): boolean {
  return dayOf(endedAt) < today - LATE_DAYS;
}

const NOTHING: Added = { arrived: 0, finished: 0, succeeded: 0, failed: 0, timed: 0, logTime: 0 };
const ARRIVAL: Added = { ...NOTHING, arrived: 1 };
const SUCCESS: Added = { ...NOTHING, succeeded: 1 };
const FAILURE: Added = { ...NOTHING, failed: 1 };

/** What the end of a task adds to its day, beside the attempt that was its end. */
function ended({ succeeded, failed }: Added, at: number, began: number): Added {
  const logTime = Math.log(Math.max(1, at - began));
  return { arrived: 0, finished: 1, succeeded, failed, timed: 1, logTime };
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
  if (!isDeparted(state.members.get(agentId))) return state;
  const open = yield* state.open.filtering((task) => task.agentId !== agentId);
  return open === state.open ? state : { ...state, open };
}

function placeOf({ members }: CompanyDraft, agentId: string): string | undefined {
  return departmentOf(members.get(agentId));
}

/** A task belongs to its agent: two agents may call different tasks the same. */
function keyOf(agentId: string, taskId: string): string {
  return `${agentId}\u0000${taskId}`;
}
