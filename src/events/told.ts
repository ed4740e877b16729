import type { JournalledEvent, StoredEvent } from './schema.js';

/** An event as it was told; what was stamped on it is the journal's own. */
export function told(event: JournalledEvent): StoredEvent {
  if (!event.stamped && !event.isDepartmentStamped) return event;
  const { stamped: _stamped, isDepartmentStamped: _isDepartmentStamped, ...rest } = event;
  return rest;
}
