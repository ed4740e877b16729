import type { TenureError } from '../errors.js';
import { MAX_TIME } from '../events/fields.js';
import { decodeGroup, LEVELS, spanOf, type TimelineGroup } from './codec/timeline-group.js';
import type { Connection } from './connection.js';
import { Heap } from './heap.js';
import { KEY_MAX, timelineKey } from './keys.js';
import { DamagedHour, ShelfCheck } from './shelf-check.js';
import { type ShelfCounts, shelfOf, wholeHours } from './timeline-counts.js';
import type { TimeRange } from './types.js';

/** How often the same thing is mended before it is given up: a disk that damages all that it is given is not waited for. */
const MAX_ROUNDS = 3;

/** What to read of the timeline. */
export interface TimelineRange extends TimeRange {
  /** Events after it are left out: they may be half written. */
  readonly lastSeq: number;
  /** Nothing is kept of the times before, epoch milliseconds. */
  readonly horizon: number;
  /** How many entries there are up to there. */
  readonly counts: ShelfCounts;
  /** Makes entries of an hour again; the answer is what kept that from being done. */
  readonly mend: (damage: DamagedHour) => Promise<TenureError | undefined>;
}

type Groups = AsyncGenerator<TimelineGroup, void>;

/** The groups that reach into a range, by their beginning in the direction of reading. */
export async function* groupsInRange(
  connection: Connection,
  range: TimelineRange,
  beginning: (group: TimelineGroup) => number,
): Groups {
  const levels: Groups[] = [];
  for (let level = 0; level < LEVELS; level += 1) levels.push(groupsOfLevel(connection, range, level));
  try {
    const heads = await Promise.all(levels.map(async (groups) => ({ groups, step: await groups.next() })));
    const open = new Heap<Head>((a, b) => beginning(a.group) - beginning(b.group));
    for (const { groups, step } of heads) if (!step.done) open.push({ groups, group: step.value });
    for (let head = open.peek(); head !== undefined; head = open.peek()) {
      yield head.group;
      const step = await head.groups.next();
      if (step.done) {
        open.pop();
        continue;
      }
      head.group = step.value;
      open.siftFirst();
    }
  } finally {
    await Promise.all(levels.map((groups) => groups.return()));
  }
}

/** A level, and the next group of it. */
interface Head {
  readonly groups: Groups;
  group: TimelineGroup;
}

function groupsOfLevel(connection: Connection, range: TimelineRange, level: number): Groups {
  return range.reverse ? latestFirst(connection, range, level) : byKey(connection, range, level);
}

/** In the order of the keys, which is that of the earliest event, or backwards. */
async function* byKey(connection: Connection, range: TimelineRange, level: number): Groups {
  const { from = 0, to = KEY_MAX, lastSeq } = range;
  if (to < 0 || from > to) return;
  for await (const groups of hourByHour(connection, range, level)) {
    for (const group of groups) {
      if (group.maxAt >= from && group.minAt <= to && group.blockSeq <= lastSeq) yield group;
    }
  }
}

/**
 * The entries of a level that may reach into a range, by the hour in which they begin: whole hours, because of those it
 * is known how many entries they have. What is damaged or gone of an hour is mended, and the hour read again.
 */
async function* hourByHour(
  connection: Connection,
  range: TimelineRange,
  level: number,
): AsyncGenerator<TimelineGroup[], void> {
  const { from = 0, to = KEY_MAX, reverse = false, horizon } = range;
  // A group that begins before the range reaches into it only if it is long enough.
  const hours = wholeHours(Math.max(0, Math.floor(from) - spanOf(level)), Math.min(Math.floor(to), MAX_TIME));
  const check = new ShelfCheck(range.counts, level, { ...hours, reverse, horizon });
  const rounds = new Map<string, number>();
  for (let obstacle: TenureError | undefined; ; ) {
    try {
      yield* checkedHours(connection, range, { level, check });
      return;
    } catch (error) {
      if (!(error instanceof DamagedHour)) throw error;
      const round = rounds.get(error.what) ?? 0;
      if (round === MAX_ROUNDS) throw obstacle ?? error;
      rounds.set(error.what, round + 1);
      obstacle = await range.mend(error);
    }
  }
}

/** @throws DamagedHour for the first hour of which not all is there and sound */
async function* checkedHours(
  connection: Connection,
  { lastSeq, reverse = false }: TimelineRange,
  { level, check }: { readonly level: number; readonly check: ShelfCheck },
): AsyncGenerator<TimelineGroup[], void> {
  const { from, to } = check.left;
  const bounds = { gte: timelineKey(level, from, 0), lte: timelineKey(level, Math.max(to, 0), KEY_MAX) };
  let groups: TimelineGroup[] = [];
  if (from > to) return check.done();
  for await (const entries of connection.entries('Reading the timeline', bounds, reverse)) {
    const decoded = entries.map(([key, value]) => decodeGroup(level, key, value));
    const damaged = entries.filter((_, i) => decoded[i] === undefined).map(([key]) => key);
    if (damaged.length > 0) throw new DamagedHour('An entry of the timeline is damaged', damaged);
    for (const group of decoded as TimelineGroup[]) {
      if (groups.length > 0 && shelfOf(group) !== shelfOf(groups[0]!)) {
        check.found(groups, lastSeq);
        yield groups;
        groups = [];
      }
      groups.push(group);
    }
  }
  check.found(groups, lastSeq);
  yield groups;
  check.done();
}

/**
 * By the latest event, the last first. Keys are by the earliest event, so a group waits until no group that is
 * still to come can end later: groups of a level are at most so long.
 */
async function* latestFirst(connection: Connection, range: TimelineRange, level: number): Groups {
  const waiting = new Heap<TimelineGroup>((a, b) => b.maxAt - a.maxAt);
  for await (const group of byKey(connection, range, level)) {
    const latestToCome = group.minAt + spanOf(level);
    for (let first = waiting.peek(); first && first.maxAt >= latestToCome; first = waiting.peek()) {
      waiting.pop();
      yield first;
    }
    waiting.push(group);
  }
  for (let first = waiting.pop(); first; first = waiting.pop()) yield first;
}
