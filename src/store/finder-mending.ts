import { isTenureError, type TenureError } from '../errors.js';
import { pause } from './breathe.js';
import type { JournalBlock } from './codec/journal-block.js';
import { encodeGroup } from './codec/timeline-group.js';
import { type Connection, type Del, del, type Put, put } from './connection.js';
import { closed, corruptRecord } from './failures.js';
import { damagedIds, idPut, seqIn } from './ids.js';
import { type Mend, mendsOfBlock, strayGroups } from './inspection/finders.js';
import { soundBlocks } from './inspection/journal.js';
import { type Journal, recordsOf } from './journal.js';
import { idKey, timelinePartsOf } from './keys.js';
import type { Queue } from './queue.js';
import type { StoredIds } from './stored-ids.js';
import { groupsOf } from './timeline-counts.js';
import type { JournalRecord, Repair } from './types.js';

const MENDING = 'Putting back what finds an event';

export interface FinderMendingParts {
  readonly connection: Connection;
  readonly journal: Journal;
  readonly ids: StoredIds;
  /** Entries that find records are written and removed in here alone, beside commits. */
  readonly finders: Queue;
  /** The last record of the journal. */
  readonly lastSeq: () => number;
  readonly onRepaired: (repair: Repair) => void;
}

/** An entry to be written or removed, and the first record that it is of. */
interface Operation {
  readonly seq: number;
  readonly operation: Put | Del;
}

/**
 * Makes the entries that find events by their id and by their time again, from the journal: those that somebody came
 * upon, or all that are damaged or gone.
 */
export class FinderMending {
  private running: Promise<TenureError | undefined> | undefined;

  constructor(private readonly parts: FinderMendingParts) {}

  /** Looks at all that finds the events of one block of the journal, and puts back what is damaged or gone. */
  async block(seq: number): Promise<JournalBlock> {
    const block = await this.parts.journal.blockOf(seq);
    const records = await recordsOf(block);
    for (const mend of await this.putBack(records)) this.tell(mend, records);
    return block;
  }

  /**
   * Makes damaged entries of the timeline again; one that leads to no events is nobody's, and is removed.
   *
   * @throws TenureError `TENURE_CORRUPT` with the record of the journal that it is to be made of
   */
  async entriesByTime(keys: readonly Buffer[]): Promise<void> {
    const operations: Operation[] = [];
    for (const key of keys) operations.push(await this.entryByTime(key));
    await this.write(operations);
    const [first] = operations.filter(({ seq }) => seq > 0);
    const place = first ? ` for record ${first.seq} and those after it` : '';
    this.tellOfAll(`An entry of the timeline${place} is damaged`, keys.length);
  }

  /**
   * Makes damaged entries of ids again; one of an id that no event has is removed.
   *
   * @throws TenureError `TENURE_CORRUPT` with a record of the journal that may be the one
   */
  async entriesById(ids: readonly string[]): Promise<void> {
    const { connection, onRepaired } = this.parts;
    for (const [id, value] of await damagedIds(connection, ids)) {
      const seq = seqIn(value);
      if (seq === undefined || !(await this.isEventOf(id, seq))) continue;
      await this.write([{ seq, operation: idPut(id, seq) }]);
      onRepaired({ reason: `The entry of event id ${JSON.stringify(id)} is damaged` });
    }
    if ((await damagedIds(connection, ids)).size === 0) return;
    const damage = await this.all();
    const left = await damagedIds(connection, ids);
    if (left.size > 0 && damage) throw damage;
    await this.write([...left.keys()].map((id) => ({ seq: 0, operation: del(idKey(id)) })));
  }

  /**
   * Looks at all that finds the events of the whole journal, while everything else goes on. Who asks meanwhile waits for
   * the same.
   *
   * @returns the first record that cannot be read, `undefined` when all of them can
   */
  all(): Promise<TenureError | undefined> {
    this.running ??= this.mendAll().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async mendAll(): Promise<TenureError | undefined> {
    const { connection, journal, lastSeq } = this.parts;
    const { floor } = journal;
    const lost: number[] = [];
    const mended: Mend[] = [];
    const note = ({ seq }: { readonly seq: number }) => lost.push(seq);
    for await (const block of soundBlocks(connection, { floor, lastSeq: lastSeq() }, note)) {
      if (connection.isClosing) throw closed();
      if (block[0].seq > journal.floor) mended.push(...(await this.putBack(block)));
      await pause();
    }
    if (lost.length === 0) mended.push(...(await this.removeStrays()));
    if (mended[0]) this.tellOfAll(mended[0].message, mended.length);
    return lost[0] === undefined
      ? undefined
      : corruptRecord(lost[0], 'it is missing, or its block is damaged');
  }

  private async removeStrays(): Promise<Mend[]> {
    const { connection, journal } = this.parts;
    const { floor } = journal;
    const found = await strayGroups(connection, (seq) => this.recordsAt(seq));
    // Those of dropped records are removed along with them.
    const strays = found.filter(({ repair: { key } }) => !(blockOf(key) <= floor));
    await this.write(strays.map(({ repair: operation }) => ({ seq: 0, operation })));
    return strays;
  }

  /** What makes good the entry of the timeline that lies under a key. */
  private async entryByTime(key: Buffer): Promise<Operation> {
    const seq = blockOf(key);
    const groups = groupsOf(await this.recordsAt(seq)).map(encodeGroup);
    const group = groups.find((one) => one.key.equals(key));
    return group ? { seq, operation: put(key, group.value) } : { seq: 0, operation: del(key) };
  }

  /** The records of the block that begins with one; none when no block does. */
  private async recordsAt(seq: number): Promise<readonly JournalRecord[]> {
    const { journal } = this.parts;
    if (seq <= journal.floor) return [];
    const last = await journal.lastBlock();
    if (last === undefined || seq > last.lastSeq) return [];
    const block = await journal.blockOf(seq);
    return block.firstSeq === seq ? await recordsOf(block) : [];
  }

  private async isEventOf(id: string, seq: number): Promise<boolean> {
    try {
      const record = (await this.parts.journal.blockOf(seq)).record(seq);
      return record.kind === 'event' && record.event.id === id;
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) return false;
      throw error;
    }
  }

  private async putBack(records: readonly JournalRecord[]): Promise<Mend[]> {
    const { mends: found } = await mendsOfBlock(this.parts.connection, records);
    const mends = found.filter((mend): mend is Mend => 'repair' in mend);
    for (const mend of mends) {
      const record = recordOf(mend, records);
      // Before it is written: an id that is stored must never be taken for a new one.
      if (record?.kind === 'event') this.parts.ids.add(record.event.id);
    }
    const seq = records[0]?.seq ?? 0;
    await this.write(mends.map(({ repair: operation }) => ({ seq, operation })));
    return mends;
  }

  /** Nothing is put back of what was dropped meanwhile. */
  private async write(operations: readonly Operation[]): Promise<void> {
    const { connection, journal, finders } = this.parts;
    if (operations.length === 0) return;
    await finders.run(async () => {
      const kept = operations.filter(({ seq }) => seq === 0 || seq > journal.floor);
      await connection.writeDerived(
        MENDING,
        kept.map(({ operation }) => operation),
      );
    });
  }

  private tellOfAll(first: string, count: number): void {
    const more = count > 1 ? `, and ${count - 1} more of what finds events` : '';
    this.parts.onRepaired({ reason: `${first}${more}` });
  }

  private tell(mend: Mend, records: readonly JournalRecord[]): void {
    const record = recordOf(mend, records);
    const agent = record?.kind === 'event' ? { agentNo: record.agentNo } : {};
    this.parts.onRepaired({ reason: mend.message, ...agent });
  }
}

/** The first record of the block that an entry of the timeline leads to; 0 for none. */
function blockOf(key: Buffer | string): number {
  return typeof key === 'string' ? 0 : (timelinePartsOf(key)?.blockSeq ?? 0);
}

/** The record that an entry by id is of. */
function recordOf({ part, seq }: Mend, records: readonly JournalRecord[]): JournalRecord | undefined {
  return part === 'ids' ? records.find((record) => record.seq === seq) : undefined;
}
