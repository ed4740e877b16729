import { encodeGroup } from '../codec/timeline-group.js';
import type { Connection, Del, Put } from '../connection.js';
import { del, put } from '../connection.js';
import { idPut, idValue } from '../ids.js';
import { idKey, idOfKey, partRange, timelinePartsOf } from '../keys.js';
import { groupsOf } from '../timeline-counts.js';
import type { JournalRecord } from '../types.js';
import type { Finding } from './finding.js';

const READING = 'Comparing the journal with what finds its records';

/** An entry that is not what the journal says it should be, and what makes it so. */
export interface Mend extends Finding {
  readonly repair: Put | Del;
}

type EventRecord = Extract<JournalRecord, { kind: 'event' }>;

/** Compares the entries by id and by time of a block of the journal with what they should be; counts those that are there. */
export async function mendsOfBlock(
  connection: Connection,
  block: readonly JournalRecord[],
): Promise<{ mends: (Mend | Finding)[]; events: number; ids: number; groups: number }> {
  const events = block.filter((record) => record.kind === 'event');
  const ids = await connection.getTexts(
    READING,
    events.map(({ event }) => idKey(event.id)),
  );
  const mends: (Mend | Finding)[] = [];
  for (let i = 0; i < events.length; i++) {
    const record = events[i] as EventRecord;
    if (ids[i] !== idValue(record.event.id, record.seq)) mends.push(mendOfId(record, ids[i]));
  }
  const groups = groupsOf(block).map(encodeGroup);
  const found = await connection.getMany(
    READING,
    groups.map(({ key }) => key),
  );
  for (const [i, { key, value }] of groups.entries()) {
    if (found[i]?.equals(value)) continue;
    const { seq } = block[0] as JournalRecord;
    const what = found[i] === undefined ? 'missing' : 'damaged';
    const message = `An entry of the timeline for records ${seq} to ${block.at(-1)?.seq} is ${what}`;
    mends.push({ part: 'timeline', seq, message, repairable: true, repair: put(key, value) });
  }
  return { mends, events: events.length, ids: countFound(ids), groups: countFound(found) };
}

function countFound(values: readonly unknown[]): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== undefined) count++;
  return count;
}

function mendOfId({ seq, event }: EventRecord, found: string | undefined): Mend | Finding {
  const { id, agentId } = event;
  const where = { part: 'ids', seq, agentId } as const;
  const other = Number.parseInt(found ?? '', 10);
  if (other >= 1 && found === idValue(id, other)) {
    const message = `The id ${JSON.stringify(id)} of record ${seq} leads to record ${other}: if that has it too, the event is stored twice`;
    return { ...where, message, repairable: false };
  }
  const message = `The entry of event id ${JSON.stringify(id)} is ${found === undefined ? 'missing' : 'damaged'}`;
  return { ...where, message, repairable: true, repair: idPut(id, seq) };
}

/** Entries by id that lead to no event of that id; looked for when there are more of them than events. */
export async function strayIds(
  connection: Connection,
  idOf: (seq: number) => Promise<string | undefined>,
): Promise<Mend[]> {
  const mends: Mend[] = [];
  for await (const entries of connection.entries(READING, partRange('ids'))) {
    for (const [key, value] of entries) {
      const id = idOfKey(key);
      const seq = Number.parseInt(value.toString(), 10);
      if (id !== undefined && seq >= 1 && (await idOf(seq)) === id) continue;
      const message = `An entry of event id ${JSON.stringify(id)} leads to no such event`;
      mends.push({ part: 'ids', message, repairable: true, repair: del(key) });
    }
  }
  return mends;
}

/** Entries by time that lead to no such events. */
export async function strayGroups(
  connection: Connection,
  blockAt: (firstSeq: number) => Promise<readonly JournalRecord[]>,
): Promise<Mend[]> {
  const mends: Mend[] = [];
  for await (const entries of connection.entries(READING, partRange('timeline'))) {
    for (const [key] of entries) {
      const { blockSeq } = timelinePartsOf(key) ?? {};
      const groups = blockSeq === undefined ? [] : groupsOf(await blockAt(blockSeq));
      if (groups.some((group) => encodeGroup(group).key.equals(key))) continue;
      const message = 'An entry of the timeline leads to no such events';
      mends.push({ part: 'timeline', message, repairable: true, repair: del(key) });
    }
  }
  return mends;
}

/** How many entries a part has. */
export async function countOf(connection: Connection, part: string): Promise<number> {
  let count = 0;
  for await (const entries of connection.entries(READING, partRange(part))) count += entries.length;
  return count;
}
