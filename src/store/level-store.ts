import type { StoredEvent } from '../events/schema.js';
import type { Connection } from './connection.js';
import type { Database } from './database.js';
import { dropPointOf, sweepDropped } from './dropping.js';
import { corruptRecord, refused } from './failures.js';
import type { FinderMending } from './finder-mending.js';
import type { StoredFoundations } from './foundations.js';
import type { Journal } from './journal.js';
import { JournalWriter } from './journal-writer.js';
import { checkpointPut, type Dropped, headPut, layoutPut, type Meta } from './meta.js';
import type { Outputs } from './outputs.js';
import { Projections } from './projections.js';
import { type Alone, Queue } from './queue.js';
import type { RowChange } from './rollups/changes.js';
import type { CommitFold, Rollups } from './rollups/rollups.js';
import type { Scrubber } from './scrubber.js';
import type { Snapshots } from './snapshots.js';
import type { StoredIds } from './stored-ids.js';
import type { StoredTimeline } from './stored-timeline.js';
import type {
  AgentSnapshot,
  DirectoryEntry,
  DropPoint,
  Gap,
  JournalRecord,
  LoadResult,
  MendRules,
  NewRecord,
  Output,
  OutputGap,
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
  readonly mending: FinderMending;
  /** Entries that find records are written and removed in here alone, beside commits. */
  readonly finders: Queue;
  readonly timeline: StoredTimeline;
  readonly scrubber: Scrubber;
  readonly rollups: Rollups;
  readonly foundations: StoredFoundations;
  readonly meta: Meta;
  /** What the states are made with, as far as that is known. */
  readonly layout: string | undefined;
}

/** The store over a database that is open and known to be Tenure's. */
export class LevelStore implements Store {
  readonly rollups: Rollups;
  readonly foundations: StoredFoundations;
  readonly #connection: Connection;
  readonly #journal: Journal;
  readonly #writer: JournalWriter;
  readonly #outputs: Outputs;
  readonly #snapshots: Snapshots;
  readonly #projections: Projections;
  // Writers of different parts do not wait for one another; within a part each builds on the one before.
  readonly #appends = new Queue();
  readonly #announcements = new Queue();
  readonly #saves = new Queue();
  readonly #finders: Queue;
  readonly #timeline: StoredTimeline;
  readonly #scrubber: Scrubber;
  #checkpoint: number;
  #layout: string | undefined;
  #hiring: string | undefined;
  /** Whether that is in an entry of its own, and not read off the snapshots. */
  #isLayoutNoted: boolean;

  constructor(parts: Parts) {
    const { connection, journal, ids, outputs, snapshots, mending, timeline, rollups, meta } = parts;
    this.rollups = rollups;
    this.foundations = parts.foundations;
    this.#finders = parts.finders;
    this.#timeline = timeline;
    this.#scrubber = parts.scrubber;
    this.#connection = connection;
    this.#projections = new Projections(connection);
    this.#journal = journal;
    const horizon = (): number => this.foundations.dropped.horizon;
    this.#writer = new JournalWriter({ connection, ids, timeline, mending, horizon }, meta.head);
    this.#outputs = outputs;
    this.#snapshots = snapshots;
    this.#checkpoint = meta.checkpoint;
    this.#layout = parts.layout;
    this.#hiring = meta.hiring;
    this.#isLayoutNoted = meta.layout !== undefined;
  }

  get lastSeq(): number {
    return this.#writer.head.lastSeq;
  }

  get watermark(): number {
    return this.#writer.head.watermark;
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

  get layout(): string | undefined {
    return this.#layout;
  }

  get hiring(): string | undefined {
    return this.#hiring;
  }

  append(records: readonly NewRecord[]): Promise<void> {
    return this.#connection.operation(() => this.#appends.run(() => this.#writer.append(records)));
  }

  seqsOf(ids: readonly string[], ats: readonly number[] = []): Promise<(number | undefined)[]> {
    return this.#connection.operation(async () => {
      const seqs = await this.#writer.seqsOf(ids, ats);
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
    return this.#connection.stream(this.#timeline.read(range, this.lastSeq));
  }

  appendOutputs(outputs: readonly Output[]): Promise<void> {
    return this.#connection.operation(() =>
      this.#announcements.run(() => this.#outputs.append(outputs, this.lastSeq)),
    );
  }

  settleOutputs(upTo = this.lastSeq): Promise<void> {
    return this.#connection.operation(() => this.#announcements.run(() => this.#outputs.settle(upTo)));
  }

  saveLayout(layout: string, hiring?: string): Promise<void> {
    return this.#connection.operation(() => this.#saves.run(() => this.#saveLayout(layout, hiring)));
  }

  hasOutput(position: OutputPosition): Promise<boolean> {
    return this.#connection.operation(() => this.#outputs.has(position));
  }

  outputs(after: number): AsyncIterable<Output> {
    return this.#connection.stream(this.#outputs.after(Math.max(after, 0)));
  }

  soundOutputs(after: number): AsyncIterable<Output | OutputGap> {
    return this.#connection.stream(this.#outputs.sound(Math.max(after, 0)));
  }

  mendOutputs(remade: readonly Output[], gaps: readonly Gap[]): Promise<readonly Gap[]> {
    return this.#connection.operation(() => this.#announcements.run(() => this.#outputs.mend(remade, gaps)));
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

  mendRollups(rows: AsyncIterable<readonly RowChange[]>, { alone, isStopped }: MendRules): Promise<void> {
    return this.#connection.operation(async () => {
      // Once what is under way is done, nothing is folded or removed until it is mended.
      await this.#saves.run(async () => {});
      const commit: Alone = (write) => this.#saves.run(() => alone(write));
      if ((await this.rollups.mendEntries({ isStopped, commit })) || isStopped()) return;
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
        if (this.#layout !== undefined) await this.#saveLayout(this.#layout, this.#hiring);
        await this.#snapshots.reset(this.foundations);
        this.#checkpoint = this.foundations.dropped.seq;
      }),
    );
  }

  dropPoint(horizon: number): Promise<DropPoint> {
    return this.#connection.operation(() => dropPointOf(this.#journal, this.#checkpoint, horizon));
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
        this.#writer.beginAfter(head);
        this.#checkpoint = seq;
        this.#timeline.counts.forgetBefore(horizon);
      }),
    );
  }

  sweep(isStopped: () => boolean, alone: Alone = (remove) => remove()): Promise<void> {
    const { foundations, rollups } = this;
    const parts = { connection: this.#connection, foundations, rollups, snapshots: this.#snapshots };
    const saving: Alone = (remove) => this.#saves.run(remove);
    return sweepDropped(parts, {
      isStopped,
      saving,
      unread: (remove) => saving(() => alone(remove)),
      // Nobody looks through a block, or records an id anew, while what finds its records is being removed.
      unseen: (remove) => saving(() => this.#appends.run(() => this.#finders.run(remove))),
    });
  }

  frozen(): Database {
    return this.#connection.frozen();
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
    this.#timeline.counts.forgetBefore(dropped.horizon);
  }

  async #saveLayout(layout: string, hiring: string | undefined): Promise<void> {
    if (this.#isLayoutNoted && layout === this.#layout && hiring === this.#hiring) return;
    await this.#connection.writeDerived('Noting what the states are made with', [layoutPut(layout, hiring)]);
    this.#layout = layout;
    this.#hiring = hiring;
    this.#isLayoutNoted = true;
  }

  async #saveCheckpoint(seq: number): Promise<void> {
    if (!Number.isSafeInteger(seq) || seq < 0 || seq > this.lastSeq) {
      throw refused(`expected a checkpoint up to ${this.lastSeq}, got ${seq}`);
    }
    await this.#scrubber.scrub(this.lastSeq);
    const puts = [
      checkpointPut(seq, this.#scrubber.scrubbed),
      ...(await this.#timeline.countPuts(this.lastSeq)),
    ];
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
}
