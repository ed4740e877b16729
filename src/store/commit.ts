import { MAX_TIME } from '../events/fields.js';
import { BLOCK_RECORDS, encodeBlock } from './codec/journal-block.js';
import { groupByTime, type TimelineGroup } from './codec/timeline-group.js';
import { type Put, put } from './connection.js';
import { refused } from './failures.js';
import { idPut } from './ids.js';
import { AGENT_NO_MAX, journalKey } from './keys.js';
import { type Head, headPut } from './meta.js';
import { groupPut } from './timeline.js';
import type { NewEventRecord, NewRecord } from './types.js';

export interface Commit {
  readonly puts: Put[];
  /** The entries of the timeline among them. */
  readonly groups: readonly TimelineGroup[];
  readonly head: Head;
}

/**
 * All that one commit writes: blocks of the journal, the entries that find events by id and by time, and the new
 * head. It is one atomic batch, so there is never one of them without the others. Made in pieces, block by block.
 */
export function* committing(before: Head, records: readonly NewRecord[]): Generator<undefined, Commit> {
  const head = yield* nextHead(before, records);
  const puts: Put[] = [];
  const groups: TimelineGroup[] = [];
  for (let start = 0; start < records.length; start += BLOCK_RECORDS) {
    yield;
    const block = records.slice(start, start + BLOCK_RECORDS);
    for (let i = 0; i < block.length; i++) {
      const record = block[i] as NewRecord;
      if (record.kind === 'event') puts.push(idPut(record.id, record.seq));
    }
    const key = journalKey(block[0]!.seq);
    puts.push(put(key, encodeBlock(key, block)));
    for (const group of groupByTime(block)) {
      puts.push(groupPut(group));
      groups.push(group);
    }
  }
  puts.push(headPut(head));
  return { puts, groups, head };
}

/** Records that are checked in one piece: to look into a text that JSON was made of makes a copy of it. */
const CHECKED = 32;

/** What the journal amounts to with these records at its end; refuses them if they do not belong there. */
function* nextHead(before: Head, records: readonly NewRecord[]): Generator<undefined, Head> {
  let { lastSeq, watermark, events } = before;
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as NewRecord;
    if (i % CHECKED === 0) yield;
    lastSeq += 1;
    if (record.seq !== lastSeq) throw refused(`expected record ${lastSeq}, got ${record.seq}`, record.seq);
    if (!(record.now >= 0 && record.now <= MAX_TIME))
      throw refused(`expected the time of the clock, got ${record.now}`, record.seq);
    if (record.now > watermark) watermark = record.now;
    if (record.kind !== 'event') continue;
    checkEvent(record);
    events += 1;
  }
  return { lastSeq, watermark, events };
}

/** Refuses what could be written and not be read back. */
function checkEvent({ seq, at, agentNo, json }: NewEventRecord): void {
  if (!Number.isSafeInteger(at) || at < 0 || at > MAX_TIME) {
    throw refused(`expected the time of an event, got ${at}`, seq);
  }
  if (!Number.isSafeInteger(agentNo) || agentNo < 0 || agentNo > AGENT_NO_MAX) {
    throw refused(`expected the number of an agent, got ${agentNo}`, seq);
  }
  if (json.includes('\n')) throw refused('expected JSON on one line', seq);
}
