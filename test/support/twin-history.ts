import type { ActiveOverride } from '../../src/agent/performance.js';
import type { EventOf, JournalledEvent, PerformanceEventType, StoredEvent } from '../../src/events/schema.js';
import type { ReviewEvent, TwinAttempt } from './twin-scores.js';

export function ofType<Type extends PerformanceEventType>(events: readonly StoredEvent[], type: Type) {
  return events.filter((event): event is StoredEvent & EventOf<Type> => event.type === type);
}

export function inOrder(a: StoredEvent, b: StoredEvent): number {
  return a.at - b.at || a.seq - b.seq;
}

/** A hiring that names no department itself is no word about it, whatever it was stamped with. */
export function departmentOf(events: readonly JournalledEvent[]): string | undefined {
  const moved = events.findLast(
    ({ type, department, isDepartmentStamped }) =>
      (type === 'agent.hired' || type === 'agent.transferred') &&
      department !== undefined &&
      !isDepartmentStamped,
  );
  return (moved ?? events.find(({ department }) => department !== undefined))?.department;
}

/** The latest word in each slot, unless it was a clearing or has run out. */
export function overridesInForce(events: readonly StoredEvent[], at: number): ActiveOverride[] {
  const slots = new Map<string, StoredEvent & (EventOf<'override.set'> | EventOf<'override.cleared'>)>();
  for (const event of events) {
    if (event.type !== 'override.set' && event.type !== 'override.cleared') continue;
    slots.set(JSON.stringify([event.target, event.taskId ?? null]), event);
  }
  return [...slots.values()].flatMap((event): ActiveOverride[] => {
    if (event.type === 'override.cleared' || (event.expiresAt ?? Number.POSITIVE_INFINITY) <= at) return [];
    const { target, taskId, score, reason, by, expiresAt } = event;
    return [{ target, taskId, score, reason, by, at: event.at, expiresAt } as ActiveOverride];
  });
}

export function attemptsOf(events: readonly StoredEvent[]): TwinAttempt[] {
  const finished = events.filter((event) => event.type === 'task.completed' || event.type === 'task.failed');
  const ofTasks = byTask(finished);
  const owned = new Map<StoredEvent, ReviewEvent[]>();
  for (const review of ofType(events, 'review.submitted')) {
    const ofTask = ofTasks.get(review.taskId) ?? [];
    const owner = ofTask.findLast(({ at }) => at <= review.at) ?? ofTask[0];
    if (owner) owned.set(owner, [...(owned.get(owner) ?? []), review]);
  }
  const assignments = byTask(ofType(events, 'task.assigned'));
  return finished.map((event) => ({
    event,
    reviews: owned.get(event) ?? [],
    assignedAt: event.assignedAt ?? assignments.get(event.taskId)?.findLast(({ at }) => at <= event.at)?.at,
  }));
}

function byTask<Event extends { taskId: string }>(events: readonly Event[]): Map<string, Event[]> {
  const groups = new Map<string, Event[]>();
  for (const event of events) groups.set(event.taskId, []);
  for (const event of events) groups.get(event.taskId)?.push(event);
  return groups;
}
