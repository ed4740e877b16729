import { pause } from './breathe.js';
import type { Connection } from './connection.js';
import { areLeft, removeRecords } from './dropped-records.js';
import type { StoredFoundations } from './foundations.js';
import type { Journal } from './journal.js';
import type { Alone } from './queue.js';
import type { Rollups } from './rollups/rollups.js';
import type { Snapshots } from './snapshots.js';
import type { DropPoint, JournalRecord } from './types.js';

/** The last record up to which all is of times before a horizon (epoch milliseconds), at the end of a block. */
export async function dropPointOf(journal: Journal, checkpoint: number, horizon: number): Promise<DropPoint> {
  const point = { seq: journal.floor, events: 0, agents: 0 };
  for await (const block of journal.records(point.seq + 1, checkpoint)) {
    const last = block.at(-1)!.seq;
    if (!block.every((record) => isBefore(record, horizon))) break;
    if ((await journal.blockOf(last)).lastSeq !== last) break;
    for (const record of block) {
      if (record.kind !== 'event') continue;
      point.events += 1;
      point.agents = Math.max(point.agents, record.agentNo);
    }
    point.seq = last;
    await pause();
  }
  return point;
}

interface SweepParts {
  readonly connection: Connection;
  readonly foundations: StoredFoundations;
  readonly snapshots: Snapshots;
  readonly rollups: Rollups;
}

interface SweepRules {
  readonly isStopped: () => boolean;
  /** Runs what changes snapshots. */
  readonly saving: Alone;
  /** Runs what removes roll-ups, while nobody reads them. */
  readonly unread: Alone;
  /** Runs what removes records, while nobody writes what finds them. */
  readonly unseen: Alone;
}

/** Removes what was dropped, bit by bit: it can be broken off, and gone on with. */
export async function sweepDropped(
  { connection, foundations, snapshots, rollups }: SweepParts,
  { isStopped, saving, unread, unseen }: SweepRules,
): Promise<void> {
  const { seq: floor, horizon } = foundations.dropped;
  if (!(await connection.operation(() => areLeft(connection, floor)))) return;
  // The records go last: as long as there are any, this is not done.
  await foundations.sweep();
  for await (const no of connection.stream(snapshots.numbers())) {
    if (isStopped()) return;
    await connection.operation(() => saving(() => snapshots.trimIndex(no, floor)));
  }
  await connection.operation(() => rollups.dropBefore(horizon, { isStopped, alone: unread }));
  if (isStopped()) return;
  await connection.operation(() => removeRecords(connection, { floor, isStopped, alone: unseen }));
}

/** Whether a record was made before a moment, and is of a time before it. */
function isBefore(record: JournalRecord, moment: number): boolean {
  return record.now < moment && (record.kind !== 'event' || record.event.at < moment);
}
