import { timelineKey, timelinePartsOf } from '../keys.js';
import { BLOCK_RECORDS } from './journal-block.js';
import { seal, unseal } from './seal.js';

const BITMAP_BYTES = BLOCK_RECORDS / 8;
const PAYLOAD_BYTES = 6 + BITMAP_BYTES;

const MINUTE = 60_000;
/** Few levels, because every range looks into each of them; the groups that it looks at in vain are cheap. */
const STEP = 64;
/** Enough for every time that Tenure can store. */
export const LEVELS = 7;

/** A gap in time this many times longer than the average one splits a block into groups. */
const WIDE = 8;

/** Events of one block of the journal that are close in time. */
export interface TimelineGroup {
  readonly level: number;
  readonly minAt: number;
  readonly maxAt: number;
  /** First sequence number of the block. */
  readonly blockSeq: number;
  /** The places in the block of the events, ascending. */
  readonly positions: readonly number[];
}

/** The longest time that a group of a level spans. */
export function spanOf(level: number): number {
  return MINUTE * STEP ** level;
}

/**
 * Groups a block's events by time. Most blocks are one group; an event that came late is a group of its own, lest
 * the block seem to reach from then to now and be read for every range in between. A group's level says how long
 * it is at most, so that a range finds all groups that reach into it by looking that far back and no farther.
 */
export function groupByTime(block: readonly Timed[]): TimelineGroup[] {
  const placed: Placed[] = [];
  block.forEach((record, position) => {
    if (record.at !== undefined) placed.push({ at: record.at, position });
  });
  placed.sort((a, b) => a.at - b.at);
  return split(placed).map((events) => toGroup(block[0]!.seq, events));
}

/** A record of the journal, with its time when it is an event. */
export interface Timed {
  readonly seq: number;
  readonly at?: number;
}

interface Placed {
  readonly at: number;
  readonly position: number;
}

/** Cuts at every gap that is wide for its surroundings, and the pieces again, for they have a finer measure. */
function split(events: readonly Placed[]): (readonly Placed[])[] {
  if (events.length === 0) return [];
  const span = events.at(-1)!.at - events[0]!.at;
  if (span <= MINUTE) return [events];
  const wide = (WIDE * span) / events.length;
  const pieces: Placed[][] = [];
  let start = 0;
  for (let end = 1; end <= events.length; end += 1) {
    if (end < events.length && events[end]!.at - events[end - 1]!.at <= wide) continue;
    pieces.push(events.slice(start, end));
    start = end;
  }
  return pieces.length === 1 ? pieces : pieces.flatMap(split);
}

function toGroup(blockSeq: number, events: readonly Placed[]): TimelineGroup {
  const minAt = events[0]!.at;
  const maxAt = events.at(-1)!.at;
  let level = 0;
  while (spanOf(level) < maxAt - minAt) level += 1;
  return { level, minAt, maxAt, blockSeq, positions: events.map(({ position }) => position) };
}

export function encodeGroup(group: TimelineGroup): { key: Buffer; value: Buffer } {
  const key = timelineKey(group.level, group.minAt, group.blockSeq);
  const payload = Buffer.alloc(PAYLOAD_BYTES);
  payload.writeUIntBE(group.maxAt, 0, 6);
  for (const position of group.positions) payload[6 + (position >> 3)]! |= 1 << (position & 7);
  return { key, value: seal(key, payload) };
}

/** `undefined` when the entry is damaged. */
export function decodeGroup(level: number, key: Buffer, value: Buffer): TimelineGroup | undefined {
  const parts = timelinePartsOf(key);
  const payload = unseal(key, value);
  if (parts === undefined || payload?.length !== PAYLOAD_BYTES) return undefined;
  const positions: number[] = [];
  for (let position = 0; position < BLOCK_RECORDS; position += 1) {
    if ((payload[6 + (position >> 3)]! >> (position & 7)) & 1) positions.push(position);
  }
  return { level, ...parts, maxAt: payload.readUIntBE(0, 6), positions };
}
