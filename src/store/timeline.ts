import type { StoredEvent } from '../events/schema.js';
import { mapped } from './breathe.js';
import type { JournalBlock } from './codec/journal-block.js';
import { encodeGroup, type TimelineGroup } from './codec/timeline-group.js';
import { type Connection, type Put, put } from './connection.js';
import { corrupt, droppedMeanwhile } from './failures.js';
import { Heap } from './heap.js';
import type { Journal } from './journal.js';
import { groupsInRange, type TimelineRange } from './timeline-groups.js';
import type { TimeRange } from './types.js';

/** Events handed on at once. */
const CHUNK = 128;

/** The entry that finds the events of a group by their time. */
export function groupPut(group: TimelineGroup): Put {
  const { key, value } = encodeGroup(group);
  return put(key, value);
}

/**
 * The events of a range in time order. Only groups that reach into the time being handed out are in memory: the
 * next one is read when nothing before its beginning is left.
 */
export async function* eventsInTime(
  connection: Connection,
  journal: Journal,
  range: TimelineRange,
): AsyncGenerator<StoredEvent[], void> {
  const order = inOrder(range.reverse === true);
  const open = new Heap<Cursor>((a, b) => order.compare(a.event, b.event));
  const groups = groupsInRange(connection, range, order.beginning);
  let next = await groups.next();
  let chunk: StoredEvent[] = [];
  try {
    while (true) {
      const first = open.peek();
      if (!next.done && (first === undefined || order.reached(next.value, first.event))) {
        const events = (await eventsOfGroup(journal, next.value)).filter(within(range));
        const cursor = Cursor.over(events.sort(order.compare));
        if (cursor !== undefined) open.push(cursor);
        next = await groups.next();
        continue;
      }
      if (first === undefined) break;
      chunk.push(first.event);
      if (first.advance()) open.siftFirst();
      else open.pop();
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = [];
    }
    if (chunk.length > 0) yield chunk;
  } finally {
    await groups.return();
  }
}

/** Where one is in a group's events. */
class Cursor {
  readonly #events: readonly StoredEvent[];
  #index = 0;

  private constructor(events: readonly StoredEvent[]) {
    this.#events = events;
  }

  static over(events: readonly StoredEvent[]): Cursor | undefined {
    return events.length === 0 ? undefined : new Cursor(events);
  }

  get event(): StoredEvent {
    return this.#events[this.#index]!;
  }

  /** Whether there is another one. */
  advance(): boolean {
    this.#index += 1;
    return this.#index < this.#events.length;
  }
}

interface Order {
  compare(a: StoredEvent, b: StoredEvent): number;
  /** Where a group begins, in the direction of reading: lesser ones are read earlier. */
  beginning(group: TimelineGroup): number;
  /** Whether a group may hold something that comes before an event. */
  reached(group: TimelineGroup, event: StoredEvent): boolean;
}

function inOrder(reverse: boolean): Order {
  const compare = (a: StoredEvent, b: StoredEvent) => a.at - b.at || a.seq - b.seq;
  return reverse
    ? {
        compare: (a, b) => compare(b, a),
        beginning: (group) => -group.maxAt,
        reached: (group, event) => group.maxAt >= event.at,
      }
    : {
        compare,
        beginning: (group) => group.minAt,
        reached: (group, event) => group.minAt <= event.at,
      };
}

function within({ from = 0, to = Number.POSITIVE_INFINITY }: TimeRange): (event: StoredEvent) => boolean {
  return ({ at }) => at >= from && at <= to;
}

async function eventsOfGroup(journal: Journal, group: TimelineGroup): Promise<StoredEvent[]> {
  const block = await keptBlock(journal, group.blockSeq);
  return await mapped(group.positions, (position) => {
    const seq = group.blockSeq + position;
    const record = block.has(seq) ? block.record(seq) : undefined;
    if (record?.kind === 'event' && record.event.at >= group.minAt && record.event.at <= group.maxAt) {
      return record.event;
    }
    throw corrupt(`The timeline places record ${seq} of the journal where it is not`);
  });
}

/** Of the times that are asked for nothing was dropped when reading began, but it may be while reading goes on. */
async function keptBlock(journal: Journal, blockSeq: number): Promise<JournalBlock> {
  try {
    if (blockSeq > journal.floor) return await journal.blockAt(blockSeq);
  } catch (error) {
    if (blockSeq > journal.floor) throw error;
  }
  throw droppedMeanwhile('from');
}
