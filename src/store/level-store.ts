import { isTenureError, TenureError } from '../errors.js';
import type { StoredEvent } from '../events/schema.js';
import { pause } from './breathe.js';
import { commitOf } from './commit.js';
import type { Connection, Put } from './connection.js';
import { areLeft, removeRecords } from './dropped-records.js';
import { corruptRecord, droppedMeanwhile, refused } from './failures.js';
import type { StoredFoundations } from './foundations.js';
import type { Journal } from './journal.js';
import { checkpointPut, type Dropped, type Head, headPut, type Meta } from './meta.js';
import type { Outputs } from './outputs.js';
import { Projections } from './projections.js';
import { type Alone, Queue } from './queue.js';
import type { RowChange } from './rollups/changes.js';
import type { CommitFold, Rollups } from './rollups/rollups.js';
import type { Scrubber } from './scrubber.js';
import type { Snapshots } from './snapshots.js';
import type { StoredIds } from './stored-ids.js';
import { eventsInTime } from './timeline.js';
import type { TimelineCounts } from './timeline-counts.js';
import type {
  AgentSnapshot,
  DirectoryEntry,
  DropPoint,
  JournalRecord,
  LoadResult,
  NewRecord,
  Output,
  OutputPosition,
  Projection,
  Store,
  TimeRange,
} from './types.js';

/** What a store is made of. */
export interface Parts {
  readonly connection: Connection;
  readonly journal: Journal;
  readonly ids: StoredIds;
  readonly outputs: Outputs;
  readonly snapshots: Snapshots;
  readonly timelineCounts: TimelineCounts;
  readonly scrubber: Scrubber;
  readonly rollups: Rollups;
  readonly foundations: StoredFoundations;
  readonly meta: Meta;
}

/** The store over a database that is open and known to be Tenure's. */
export class LevelStore implements Store {
  readonly rollups: Rollups;
  readonly foundations: StoredFoundations;
  readonly #connection: Connection;
  readonly #journal: Journal;
  readonly #ids: StoredIds;
  readonly #outputs: Outputs;
  readonly #snapshots: Snapshots;
  readonly #projections: Projections;
  // Writers of different parts do not wait for one another; within a part each builds on the one before.
  readonly #appends = new Queue();
  readonly #announcements = new Queue();
  readonly #saves = new Queue();
  readonly #counting = new Queue();
  readonly #timelineCounts: TimelineCounts;
  readonly #scrubber: Scrubber;
  #head: Head;
  #checkpoint: number;
  /** Why it is not known any more what the journal holds. */
  #failure: unknown;

  constructor(parts: Parts) {
    const { connection, journal, ids, outputs, snapshots, timelineCounts, scrubber, rollups, meta } = parts;
    this.rollups = rollups;
    this.foundations = parts.foundations;
    this.#timelineCounts = timelineCounts;
    this.#scrubber = scrubber;
    this.#connection = connection;
    this.#projections = new Projections(connection);
    this.#journal = journal;
    this.#ids = ids;
    this.#outputs = outputs;
    this.#snapshots = snapshots;
    this.#head = meta.head;
    this.#checkpoint = meta.checkpoint;
  }

  get lastSeq(): number {
    return this.#head.lastSeq;
  }

  get watermark(): number {
    return this.#head.watermark;
  }

  get checkpoint(): number {
    return this.#checkpoint;
  }

  get lastOutput(): OutputPosition | undefined {
    return this.#outputs.last;
  }

  get settled(): number {
    return this.#outputs.settled;
  }

  append(records: readonly NewRecord[]): Promise<void> {
    return this.#connection.operation(() => this.#appends.run(() => this.#append(records)));
  }

  seqsOf(ids: readonly string[]): Promise<(number | undefined)[]> {
    return this.#connection.operation(async () => {
      const seqs = await this.#ids.seqsOf(ids);
      // Entries of dropped records are removed bit by bit.
      return seqs.map((seq) => (seq === undefined || seq <= this.#journal.floor ? undefined : seq));
    });
  }

  read(seq: number): Promise<JournalRecord> {
    return this.#connection.operation(async () => (await this.#blockOf(seq)).record(seq));
  }

  canonical(seq: number): Promise<string> {
    return this.#connection.operation(async () => {
      const json = (await this.#blockOf(seq)).canonical(seq);
      if (json === undefined) throw corruptRecord(seq, 'expected an event, it is none');
      return json;
    });
  }

  replay(after: number): AsyncIterable<JournalRecord> {
    return this.#connection.stream(this.#journal.records(Math.max(after, 0) + 1, this.lastSeq));
  }

  eventsOf(agentNo: number, recent: readonly number[]): AsyncIterable<StoredEvent> {
    return this.#connection.stream(this.#eventsOf(agentNo, recent));
  }

  timeline(range: TimeRange): AsyncIterable<StoredEvent> {
    return this.#connection.stream(this.#timeline(range, this.#head));
  }

  appendOutputs(outputs: readonly Output[]): Promise<void> {
    return this.#connection.operation(() =>
      this.#announcements.run(() => this.#outputs.append(outputs, this.lastSeq)),
    );
  }

  settleOutputs(upTo = this.lastSeq): Promise<void> {
    return this.#connection.operation(() => this.#announcements.run(() => this.#outputs.settle(upTo)));
  }

  hasOutput(position: OutputPosition): Promise<boolean> {
    return this.#connection.operation(() => this.#outputs.has(position));
  }

  outputs(after: number): AsyncIterable<Output> {
    return this.#connection.stream(this.#outputs.after(Math.max(after, 0)));
  }

  saveAgents(snapshots: readonly AgentSnapshot[]): Promise<number> {
    return this.#connection.operation(() =>
      this.#saves.run(() => this.#snapshots.save(snapshots, this.lastSeq)),
    );
  }

  saveProjection(name: string, projection: Projection): Promise<void> {
    return this.#connection.operation(() =>
      this.#saves.run(() => this.#projections.save(name, projection, this.lastSeq)),
    );
  }

  loadProjection(name: string): Promise<Projection | undefined> {
    return this.#connection.operation(() => this.#projections.load(name, this.lastSeq));
  }

  foldFigures(changes: readonly RowChange[], upTo: number, commit: CommitFold): Promise<boolean> {
    return this.#connection.operation(() => this.#saves.run(() => this.rollups.fold(changes, upTo, commit)));
  }

  mendRollups(rows: AsyncIterable<readonly RowChange[]>, alone: Alone): Promise<void> {
    return this.#connection.operation(async () => {
      await this.#saves.run(() => alone(() => this.rollups.empty()));
      for await (const some of rows) await this.#saves.run(() => this.rollups.refill(some));
      await this.#saves.run(() => this.rollups.refilled());
    });
  }

  saveCheckpoint(seq: number): Promise<void> {
    return this.#connection.operation(() => this.#saves.run(() => this.#saveCheckpoint(seq)));
  }

  directory(): AsyncIterable<DirectoryEntry> {
    return this.#connection.stream(this.#snapshots.directory(this.lastSeq));
  }

  async loadAgent(agentNo: number): Promise<LoadResult> {
    const [result] = await this.loadAgents([agentNo]);
    return result!;
  }

  loadAgents(agentNos: readonly number[]): Promise<LoadResult[]> {
    return this.#connection.operation(() => this.#snapshots.load(agentNos, this.lastSeq));
  }

  resetSnapshots(): Promise<void> {
    return this.#connection.operation(() =>
      this.#saves.run(async () => {
        // What is there may be all that is left, should one of them be damaged.
        for await (const { entry } of this.foundations.all()) void entry;
        await this.rollups.reset();
        await this.#snapshots.reset(this.foundations);
        this.#checkpoint = this.foundations.dropped.seq;
      }),
    );
  }

  dropPoint(horizon: number): Promise<DropPoint> {
    return this.#connection.operation(async () => {
      const point = { seq: this.#journal.floor, events: 0, agents: 0 };
      for await (const block of this.#journal.records(point.seq + 1, this.#checkpoint)) {
        const last = block.at(-1)!.seq;
        if (!block.every((record) => isBefore(record, horizon))) break;
        if ((await this.#journal.blockOf(last)).lastSeq !== last) break;
        for (const record of block) {
          if (record.kind !== 'event') continue;
          point.events += 1;
          point.agents = Math.max(point.agents, record.agentNo);
        }
        point.seq = last;
        await pause();
      }
      return point;
    });
  }

  dropRecords(dropped: Omit<Dropped, 'generation'>): Promise<void> {
    return this.#connection.operation(() => this.#saves.run(() => this.#dropRecords(dropped)));
  }

  /**
   * Begins with what stands in for records that another database has dropped; nothing is in this one yet but that.
   *
   * @param watermark the greatest `now` of these records
   */
  foundOn(dropped: Omit<Dropped, 'generation'>, watermark: number): Promise<void> {
    return this.#connection.operation(() =>
      this.#saves.run(async () => {
        if (this.lastSeq > 0) throw refused('the database holds records already');
        const { seq, events, horizon } = dropped;
        const head = { lastSeq: seq, watermark, events };
        await this.foundations.commit(dropped, [headPut(head), checkpointPut(seq)]);
        this.#head = head;
        this.#checkpoint = seq;
        this.#timelineCounts.forgetBefore(horizon);
      }),
    );
  }

  async sweep(isStopped: () => boolean, alone: Alone = (remove) => remove()): Promise<void> {
    const { seq: floor, horizon } = this.foundations.dropped;
    if (!(await this.#connection.operation(() => areLeft(this.#connection, floor)))) return;
    // The records go last: as long as there are any, this is not done.
    await this.foundations.sweep();
    for await (const { no } of this.directory()) {
      if (isStopped()) return;
      await this.#connection.operation(() => this.#saves.run(() => this.#snapshots.trimIndex(no, floor)));
    }
    await this.#connection.operation(() =>
      this.rollups.dropBefore(horizon, {
        isStopped,
        alone: (remove) => this.#saves.run(() => alone(remove)),
      }),
    );
    if (isStopped()) return;
    // Nobody looks through a block, or records an id anew, while what finds its records is being removed.
    const unseen: Alone = (remove) => this.#saves.run(() => this.#appends.run(remove));
    await this.#connection.operation(() =>
      removeRecords(this.#connection, { floor, isStopped, alone: unseen }),
    );
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #dropRecords(dropped: Omit<Dropped, 'generation'>): Promise<void> {
    if (!(dropped.seq <= this.#checkpoint && dropped.seq > this.foundations.dropped.seq)) {
      const message = `expected records after ${this.foundations.dropped.seq} up to the checkpoint ${this.#checkpoint}`;
      throw refused(`${message}, got ${dropped.seq}`);
    }
    await this.foundations.commit(dropped);
    this.#timelineCounts.forgetBefore(dropped.horizon);
  }

  async #append(records: readonly NewRecord[]): Promise<void> {
    if (this.#failure !== undefined) throw unknownState(this.#failure);
    if (records.length === 0) return;
    const { puts, groups, head } = commitOf(this.#head, records);
    // Before they are written: an id that is stored must never be taken for a new one.
    for (const record of records) if (record.kind === 'event') this.#ids.add(record.id);
    try {
      await this.#connection.write('Writing to the journal', puts);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    this.#head = head;
    this.#timelineCounts.note(groups, records[0]!.seq, head.lastSeq);
  }

  async #saveCheckpoint(seq: number): Promise<void> {
    if (!Number.isSafeInteger(seq) || seq < 0 || seq > this.lastSeq) {
      throw refused(`expected a checkpoint up to ${this.lastSeq}, got ${seq}`);
    }
    await this.#scrubber.scrub(this.lastSeq);
    const puts = [checkpointPut(seq, this.#scrubber.scrubbed), ...(await this.#timelineCountPuts())];
    await this.#connection.writeDerived('Saving the checkpoint', puts);
    this.#checkpoint = seq;
  }

  async #blockOf(seq: number) {
    if (!Number.isSafeInteger(seq) || seq < 1 || seq > this.lastSeq) {
      throw corruptRecord(seq, `it is not there, the journal ends at ${this.lastSeq}`);
    }
    return await this.#journal.blockOf(seq);
  }

  async *#eventsOf(agentNo: number, recent: readonly number[]): AsyncGenerator<StoredEvent[], void> {
    const indexed = await this.#saves.run(() => this.#snapshots.indexed(agentNo));
    const kept = [...indexed, ...recent].filter((seq) => seq > this.#journal.floor);
    const seqs = [...new Set(kept)].sort((a, b) => a - b);
    yield* this.#journal.eventsAt(agentNo, seqs);
  }

  async *#timeline(range: TimeRange, { lastSeq }: Head): AsyncGenerator<StoredEvent[], void> {
    await this.#countTimeline();
    const { seq, counts } = this.#timelineCounts.snapshot();
    const { horizon } = this.foundations.dropped;
    const { from = horizon } = range;
    // Whoever asks knows from where on events are kept.
    if (horizon > 0 && from < horizon) throw droppedMeanwhile('from');
    const kept = { ...range, from, lastSeq: seq, counts, horizon };
    const events = eventsInTime(this.#connection, this.#journal, kept);
    // What came after it was asked for is counted, but not in it.
    for await (const chunk of events) yield chunk.filter((event) => event.seq <= lastSeq);
  }

  #countTimeline(): Promise<void> {
    return this.#counting.run(() => this.#timelineCounts.bringTo(this.#journal, this.lastSeq));
  }

  /** A damaged journal does not keep the checkpoint from being saved: whoever reads the timeline is told. */
  async #timelineCountPuts(): Promise<Put[]> {
    try {
      await this.#countTimeline();
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) return [];
      throw error;
    }
    return [this.#timelineCounts.put()];
  }
}

/** Whether a record was made before a moment, and is of a time before it. */
function isBefore(record: JournalRecord, moment: number): boolean {
  return record.now < moment && (record.kind !== 'event' || record.event.at < moment);
}

function unknownState(cause: unknown): TenureError {
  return new TenureError(
    'TENURE_STORAGE',
    'An earlier write to the journal failed, so it is not known what it holds: open the store anew',
    { cause },
  );
}
