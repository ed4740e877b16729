import { pause } from './breathe.js';
import { JournalBlock } from './codec/journal-block.js';
import { encodeGroup } from './codec/timeline-group.js';
import { type Connection, type Del, del, type Entry } from './connection.js';
import { idValue } from './ids.js';
import { recordsOf } from './journal.js';
import { firstSeqOf, idKey, journalKey } from './keys.js';
import type { Alone } from './queue.js';
import { groupsOf } from './timeline-counts.js';
import type { JournalRecord } from './types.js';

const SWEEPING = 'Removing dropped records';

/** Whether there are records up to one that were dropped and not removed yet. */
export async function areLeft(connection: Connection, floor: number): Promise<boolean> {
  if (floor === 0) return false;
  return (await connection.last(SWEEPING, { gte: journalKey(0), lte: journalKey(floor) })) !== undefined;
}

export interface Removal {
  /** The last record that was dropped. */
  readonly floor: number;
  readonly isStopped: () => boolean;
  /** Runs the removal of one block while nobody else writes what finds records. */
  readonly alone: Alone;
}

/**
 * Removes the records up to one, and what found them by id and by time: block by block, each in one atomic batch, so that
 * it can be broken off anywhere and gone on with.
 */
export async function removeRecords(
  connection: Connection,
  { floor, isStopped, alone }: Removal,
): Promise<void> {
  const range = { gte: journalKey(0), lte: journalKey(floor) };
  for await (const entries of connection.entries(SWEEPING, range)) {
    for (const entry of entries) {
      if (isStopped()) return;
      await alone(async () => {
        await connection.writeDerived(SWEEPING, [...(await findersOf(connection, entry)), del(entry[0])]);
      });
      await pause();
    }
  }
}

/** A damaged block has given up what found its records: `verify` removes those entries. */
async function findersOf(connection: Connection, [key, value]: Entry): Promise<Del[]> {
  const firstSeq = firstSeqOf(key);
  const block = firstSeq === undefined ? undefined : JournalBlock.open(firstSeq, key, value);
  if (block === undefined) return [];
  const records = await recordsOf(block);
  return [
    ...(await idsOf(connection, records)),
    ...groupsOf(records).map((group) => del(encodeGroup(group).key)),
  ];
}

/** Ids that lead to these records; not those that lead elsewhere. */
async function idsOf(connection: Connection, records: readonly JournalRecord[]): Promise<Del[]> {
  const events = records.flatMap((record) => (record.kind === 'event' ? [record] : []));
  const found = await connection.getTexts(
    SWEEPING,
    events.map(({ event }) => idKey(event.id)),
  );
  return events.flatMap(({ seq, event }, i) =>
    found[i] === idValue(event.id, seq) ? [del(idKey(event.id))] : [],
  );
}
