import type { JournalledEvent, StoredEvent } from '../events/schema.js';
import { told } from '../events/told.js';
import { pause } from '../store/breathe.js';
import { droppedMeanwhile } from '../store/failures.js';
import { atOneFloor } from '../store/one-floor.js';
import type { Store } from '../store/types.js';
import { compareRows } from '../windows/timeline.js';
import { sorted } from './sorted.js';
import type { EventQuery } from './types.js';

/** A query with its times in epoch milliseconds. */
export type EventSelection = Omit<EventQuery, 'from' | 'to'> & { readonly from: number; readonly to: number };

/**
 * The stored events of a selection in the order of time (and of the journal, at one moment), streamed.
 *
 * @param agent where to find the agent's events, when one is asked for; `undefined`: it is not known
 */
export async function* selectEvents(
  store: Store,
  selection: EventSelection,
  agent: { readonly no: number; readonly newSeqs: readonly number[] } | undefined,
): AsyncGenerator<StoredEvent, void, undefined> {
  const { limit = Number.POSITIVE_INFINITY } = selection;
  let count = 0;
  if (limit <= 0 || (selection.agentId !== undefined && !agent)) return;
  const source = agent ? agentEvents(store, agent, selection) : store.timeline(selection);
  for await (const event of source) {
    if (!matches(event, selection)) continue;
    yield told(event);
    if (++count >= limit) return;
  }
}

/** One agent's events are few enough to be put in order in memory. */
async function* agentEvents(
  store: Store,
  { no, newSeqs }: { readonly no: number; readonly newSeqs: readonly number[] },
  { from, to, reverse }: EventSelection,
): AsyncGenerator<JournalledEvent, void, undefined> {
  const events = await atOneFloor(store, async () => {
    if (from < store.foundations.dropped.horizon) throw droppedMeanwhile('from');
    const found: JournalledEvent[] = [];
    for await (const event of store.eventsOf(no, newSeqs)) {
      if (event.at >= from && event.at <= to) found.push(event);
      const due = pause();
      if (due) await due;
    }
    return found;
  });
  yield* await sorted(events, reverse ? (a, b) => compareRows(b, a) : compareRows);
}

/** Whether an event is what was asked for, time aside. */
function matches(
  event: StoredEvent,
  { agentId, department, projectId, types }: Omit<EventQuery, 'from' | 'to'>,
) {
  return (
    (agentId === undefined || event.agentId === agentId) &&
    (department === undefined || event.department === department) &&
    (projectId === undefined || event.projectId === projectId) &&
    (types === undefined || types.includes(event.type))
  );
}
