import type { TenureError } from '../errors.js';
import { locationOf } from './claims.js';
import type { Database, DelOperation, Encoding, PutOperation } from './database.js';
import { closed, openFailure, storageFailure, withHint, writtenNothing } from './failures.js';
import { FrozenDatabase } from './frozen-database.js';
import type { KeyRange } from './keys.js';
import { writeOneBatch } from './one-batch.js';

/** One entry to be written: under a buffer, or for ids under a string. */
export type Put = PutOperation<Buffer | string, Buffer | string>;

/** One entry to be removed. */
export type Del = DelOperation<Buffer | string>;

export type Entry = [key: Buffer, value: Buffer];

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/** Entries fetched at once by an iterator. */
const CHUNK = 64;
/** Bytes that classic-level may fetch at once; its own default holds less than one block of the journal. */
const CHUNK_BYTES = 1024 * 1024;

export function put(key: Buffer, value: Buffer): Put {
  return { type: 'put', key, value, ...BINARY };
}

export function putText(key: Buffer | string, value: string): Put {
  const keyEncoding: Encoding = typeof key === 'string' ? 'utf8' : 'buffer';
  return { type: 'put', key, value, keyEncoding, valueEncoding: 'utf8' };
}

export function del(key: Buffer | string): Del {
  return { type: 'del', key, keyEncoding: typeof key === 'string' ? 'utf8' : 'buffer' };
}

export interface ConnectionOptions {
  /** Whether a durable write is flushed to the disk, not only to the operating system. */
  readonly sync: boolean;
  /** Told the first time that a write fails. */
  readonly onWriteFailed?: ((error: TenureError) => void) | undefined;
}

/**
 * The database with three promises added: whatever it throws comes out as a `TenureError` that names what was being
 * done; after a write that failed nothing is written any more; and closing waits for running operations and refuses
 * later ones.
 *
 * A write that failed may be there all the same, or half of it may be in LevelDB's log. What is written later would
 * build on something that nobody knows: whoever opens the database again reads what there is.
 */
export class Connection {
  readonly #db: Database;
  readonly #options: ConnectionOptions;
  /** What the first write that failed said. */
  #failure: TenureError | undefined;
  #running = 0;
  #idle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  private constructor(db: Database, options: ConnectionOptions) {
    this.#db = db;
    this.#options = options;
  }

  static async open(db: Database, options: ConnectionOptions): Promise<Connection> {
    try {
      // Explicitly, even if it opens itself: the error of a deferred opening does not say why.
      await db.open();
    } catch (error) {
      throw openFailure(error, locationOf(db));
    }
    return new Connection(db, options);
  }

  /** Where the database lies, if it lies in a directory. */
  get location(): string | undefined {
    return locationOf(this.#db);
  }

  /** The database as it is now, to be read while this one goes on. */
  frozen(): Database {
    if (this.isClosing) throw closed();
    return new FrozenDatabase(this.#db);
  }

  /** Whether it is about to be closed: long work is to be broken off. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Writes in one atomic batch, as durably as the store was opened to be. */
  async write(action: string, operations: (Put | Del)[]): Promise<void> {
    await this.#batch(action, operations, this.#options.sync);
  }

  /**
   * Writes in one atomic batch that a power cut may undo, because it can be made again from the journal. It is
   * never there without what was written before it.
   */
  async writeDerived(action: string, operations: (Put | Del)[]): Promise<void> {
    await this.#batch(action, operations, false);
  }

  async get(action: string, key: Buffer): Promise<Buffer | undefined> {
    const [value] = await this.getMany(action, [key]);
    return value;
  }

  async getMany(action: string, keys: Buffer[]): Promise<(Buffer | undefined)[]> {
    return await this.#attempt(action, () => this.#db.getMany<Buffer, Buffer>(keys, BINARY));
  }

  async getTexts(action: string, keys: string[]): Promise<(string | undefined)[]> {
    const encodings = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;
    return await this.#attempt(action, () => this.#db.getMany<string, string>(keys, encodings));
  }

  /** The entry with the greatest key of a range. */
  async last(action: string, range: KeyRange): Promise<Entry | undefined> {
    return await this.#one(action, { ...range, reverse: true });
  }

  /** Whether there is anything at all in the database. */
  async isEmpty(action: string): Promise<boolean> {
    return (await this.#one(action, { reverse: false })) === undefined;
  }

  /**
   * The entries of a range in key order, as of now, a chunk at a time; the next chunk is under way while this one
   * is used.
   */
  async *entries(action: string, range: KeyRange, reverse = false): AsyncGenerator<Entry[], void> {
    const iterator = await this.#attempt(action, async () =>
      this.#db.iterator<Buffer, Buffer>({
        ...range,
        ...BINARY,
        reverse,
        limit: -1,
        highWaterMarkBytes: CHUNK_BYTES,
      }),
    );
    const fetch = () => {
      const chunk = this.#attempt(action, () => iterator.nextv(CHUNK));
      // If the consumer leaves, nobody will look at this one's failure.
      chunk.catch(() => undefined);
      return chunk;
    };
    try {
      let next = fetch();
      while (true) {
        const chunk = await next;
        if (chunk.length === 0) return;
        next = fetch();
        yield chunk;
      }
    } finally {
      await iterator.close();
    }
  }

  async clear(action: string, range: KeyRange): Promise<void> {
    await this.#change(action, () => this.#db.clear<Buffer>({ ...range, keyEncoding: 'buffer' }));
  }

  /**
   * Admits one operation of the store, of as many steps as it takes: it is refused once the store is closing, and
   * closing waits for it.
   */
  async operation<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#closing !== undefined) throw closed();
    this.#running += 1;
    try {
      return await run();
    } catch (error) {
      throw withHint(error, this.location);
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#idle?.();
    }
  }

  /**
   * Admits a stream. Only its steps are operations: a consumer that never comes back does not keep the store from
   * closing, and one that comes back after that is refused.
   */
  async *stream<Item>(chunks: AsyncGenerator<readonly Item[], void>): AsyncGenerator<Item, void> {
    try {
      while (true) {
        const step = await this.operation(() => chunks.next());
        if (step.done) return;
        for (const item of step.value) yield item;
      }
    } finally {
      await chunks.return();
    }
  }

  /** Waits for running operations, then closes the database. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Says in a failure what failed. */
  async #attempt<Result>(action: string, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      throw storageFailure(`${action} failed`, error);
    }
  }

  async #batch(action: string, operations: (Put | Del)[], sync: boolean): Promise<void> {
    await this.#change(action, () => writeOneBatch(this.#db, operations, sync));
  }

  async #change(action: string, write: () => Promise<void>): Promise<void> {
    if (this.#failure) throw writtenNothing(action, this.#failure);
    try {
      await write();
    } catch (error) {
      const failure = storageFailure(`${action} failed`, error);
      if (!this.#failure) {
        this.#failure = failure;
        this.#options.onWriteFailed?.(failure);
      }
      throw failure;
    }
  }

  async #one(action: string, range: Partial<KeyRange> & { reverse: boolean }): Promise<Entry | undefined> {
    return await this.#attempt(action, async () => {
      const iterator = this.#db.iterator<Buffer, Buffer>({ ...range, ...BINARY, limit: 1 });
      try {
        const [entry] = await iterator.nextv(1);
        return entry;
      } finally {
        await iterator.close();
      }
    });
  }

  async #close(): Promise<void> {
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    try {
      await this.#db.close();
    } catch (error) {
      throw storageFailure('Closing the database failed', error);
    }
  }
}
