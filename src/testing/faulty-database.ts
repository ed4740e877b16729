import type { Clock } from '../clock.js';
import type { BatchOperation, Database, DatabaseSnapshot, EntryIterator } from '../store/database.js';
import { type Damage, DamageReport, flipBit, type Where } from './damage.js';
import { type Fault, Schedule, systemError } from './schedule.js';

/** A write that fails. */
export interface WriteFault extends Fault {
  /**
   * Whether it is stored and fails all the same, as when its confirmation is lost. Default false: nothing of it is
   * stored. A host has to live with both, for it cannot tell them apart.
   */
  readonly stored?: boolean;
}

export interface FaultyDatabaseOptions {
  /** What {@link FaultyDatabase.slowDown} waits on. Without one it cannot be slowed down. */
  readonly clock?: Clock;
}

/** A batch or a clearing that reached the database, in order. */
export interface ObservedWrite {
  readonly kind: 'batch' | 'clear';
  /** Entries in the batch. */
  readonly operations: number;
  /** Whether it was to be flushed to the disk before it is confirmed. */
  readonly sync: boolean;
}

/** How many faults have happened. */
export interface FaultCounts {
  /** Writes that failed, with nothing of them stored. */
  lostWrites: number;
  /** Writes that were stored and failed all the same. */
  storedWrites: number;
  /** Writes that there was no room for. */
  fullWrites: number;
  reads: number;
  openings: number;
  closings: number;
  /** Values that came back damaged, or not at all. */
  damagedValues: number;
}

type BatchOptions = Parameters<Database['batch']>[1];
type ReadOptions = Parameters<Database['getMany']>[1];
type IteratorOptions<K> = Parameters<Database['iterator']>[0] & { gte?: K; lte?: K };
type ClearOptions<K> = { keyEncoding: 'buffer' | 'utf8'; gte: K; lte: K };

/**
 * Any abstract-level database with faults that are planned ahead: writes and reads that fail, values that come back
 * damaged, a disk that is slow, full or gone. Until something is planned it is the database that it was made of. It
 * counts what is done to it, so that a test can fail each write in turn, and the faults that have happened.
 */
export class FaultyDatabase implements Database {
  /** What was written so far, the failed ones too. */
  readonly written: ObservedWrite[] = [];
  /** Keys that were looked up so far. */
  lookups = 0;
  private readonly writes = new Schedule<WriteFault>();
  private readonly reads = new Schedule<Fault>();
  private readonly openings = new Schedule<Fault>();
  private readonly closings = new Schedule<Fault>();
  private readonly counts: FaultCounts = {
    lostWrites: 0,
    storedWrites: 0,
    fullWrites: 0,
    reads: 0,
    openings: 0,
    closings: 0,
    damagedValues: 0,
  };
  /** What of all that was planned has happened so far; {@link heal} does not forget it. */
  readonly faults: Readonly<FaultCounts> = this.counts;
  private readonly damage = new DamageReport(() => {
    this.counts.damagedValues++;
  });
  private room = Number.POSITIVE_INFINITY;
  private delay = 0;
  private gate: Promise<void> | undefined;

  constructor(
    private readonly db: Database,
    private readonly options: FaultyDatabaseOptions = {},
  ) {}

  get status(): Database['status'] {
    return this.db.status;
  }

  /** The next writes fail (by default one). */
  failWrites(fault: WriteFault = {}): void {
    this.writes.plan(fault);
  }

  /** The next look-ups and steps of iterators fail (by default one). */
  failReads(fault: Fault = {}): void {
    this.reads.plan(fault);
  }

  /** The next attempts to open it fail (by default one). */
  failOpening(fault: Fault = {}): void {
    this.openings.plan(fault);
  }

  /** The next attempts to close it fail (by default one); it is closed all the same. */
  failClosing(fault: Fault = {}): void {
    this.closings.plan(fault);
  }

  /** What is read there comes back damaged, by default with one bit flipped, until {@link heal}. */
  corrupt(where: Where, how: Damage = flipBit): void {
    this.damage.add(where, how);
  }

  /** There is room for so many more bytes of keys and values; then every write fails with `ENOSPC`. */
  fillUp(bytes = 0): void {
    this.room = bytes;
  }

  /** Every read and write takes so many milliseconds of the clock. */
  slowDown(ms: number): void {
    if (!this.options.clock) throw new TypeError('Expected `options.clock`, which slowing down waits on');
    this.delay = ms;
  }

  /** Writes wait until the answer is called. */
  holdWrites(): () => void {
    let release = () => {};
    this.gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /** Takes every fault away. What was damaged on being read is sound again. */
  heal(): void {
    for (const schedule of [this.writes, this.reads, this.openings, this.closings]) schedule.clear();
    this.damage.clear();
    this.room = Number.POSITIVE_INFINITY;
    this.delay = 0;
  }

  async open(): Promise<void> {
    this.failIf(this.openings.next(), 'openings');
    await this.db.open();
  }

  async close(): Promise<void> {
    await this.db.close();
    this.failIf(this.closings.next(), 'closings');
  }

  async batch<K, V>(operations: BatchOperation<K, V>[], options: BatchOptions): Promise<void> {
    const size = operations.reduce((sum, operation) => sum + sizeOf(operation), 0);
    await this.write({ kind: 'batch', operations: operations.length, sync: options.sync }, size, () =>
      this.db.batch(operations, options),
    );
  }

  async clear<K>(options: ClearOptions<K>): Promise<void> {
    await this.write({ kind: 'clear', operations: 0, sync: false }, 0, () => this.db.clear(options));
  }

  async getMany<K, V>(keys: K[], options: ReadOptions): Promise<(V | undefined)[]> {
    this.lookups += keys.length;
    await this.wait();
    this.failIf(this.reads.next(), 'reads');
    const values = await this.db.getMany<K, V>(keys, options);
    return values.map((value, index) => this.damage.apply(keys[index], value));
  }

  iterator<K, V>(options: IteratorOptions<K>): EntryIterator<K, V> {
    const iterator = this.db.iterator<K, V>(options);
    return { nextv: (size) => this.nextv(iterator, size), close: () => iterator.close() };
  }

  /** What is read as of a moment has the faults of the time that it is read at. */
  snapshot(): DatabaseSnapshot {
    if (!this.db.snapshot) throw new TypeError('The database has no snapshots');
    return this.db.snapshot();
  }

  /** Vanished entries are passed over, however many: an empty answer would mean the end. */
  private async nextv<K, V>(iterator: EntryIterator<K, V>, size: number): Promise<[K, V][]> {
    await this.wait();
    this.failIf(this.reads.next(), 'reads');
    while (true) {
      const chunk = await iterator.nextv(size);
      const read = chunk.flatMap(([key, value]): [K, V][] => {
        const found = this.damage.apply(key, value);
        return found === undefined ? [] : [[key, found]];
      });
      if (read.length > 0 || chunk.length === 0) return read;
    }
  }

  private async write(write: ObservedWrite, size: number, run: () => Promise<void>): Promise<void> {
    this.written.push(write);
    await this.gate;
    await this.wait();
    const fault = this.writes.next();
    if (fault && !fault.stored) this.failIf(fault, 'lostWrites');
    if (size > this.room) {
      this.failIf({ error: systemError('ENOSPC', 'no space left on device, write') }, 'fullWrites');
    }
    this.room -= size;
    await run();
    this.failIf(fault, 'storedWrites');
  }

  private failIf(fault: Fault | undefined, kind: keyof FaultCounts): void {
    if (!fault) return;
    this.counts[kind]++;
    throw fault.error ?? systemError('EIO', 'input/output error');
  }

  private async wait(): Promise<void> {
    const { clock } = this.options;
    if (this.delay === 0 || !clock) return;
    await new Promise<void>((resolve) => {
      clock.setTimeout(resolve, this.delay);
    });
  }
}

function sizeOf<K, V>(operation: BatchOperation<K, V>): number {
  const key = lengthOf(operation.key);
  return operation.type === 'put' ? key + lengthOf(operation.value) : key;
}

function lengthOf(encoded: unknown): number {
  return typeof encoded === 'string' ? Buffer.byteLength(encoded) : (encoded as Uint8Array).length;
}
