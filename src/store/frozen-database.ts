import { TenureError } from '../errors.js';
import type { Database, DatabaseSnapshot, EntryIterator } from './database.js';
import { closed, refused } from './failures.js';

/**
 * A database as it is at this moment, whatever is written to it later: every commit is in it as a whole or not at all.
 * Closing it gives up the moment, and leaves the database open; when that closes, nothing more can be read.
 */
export class FrozenDatabase implements Database {
  readonly #base: Database;
  readonly #snapshot: DatabaseSnapshot;

  /** @throws TenureError `TENURE_STORAGE` for a database that cannot be read as of a moment */
  constructor(base: Database) {
    if (!base.snapshot) {
      const message =
        'Reading the database as of a moment failed: it has no snapshots, as abstract-level 3 does';
      throw new TenureError('TENURE_STORAGE', message);
    }
    this.#base = base;
    this.#snapshot = base.snapshot();
  }

  get status(): Database['status'] {
    return this.#base.status;
  }

  /** Where the database lies, as classic-level says it. */
  get location(): unknown {
    return 'location' in this.#base ? this.#base.location : undefined;
  }

  async open(): Promise<void> {
    this.#checkOpen();
  }

  async close(): Promise<void> {
    await this.#snapshot.close();
  }

  async batch(): Promise<void> {
    throw refused('the past is only to be read');
  }

  async clear(): Promise<void> {
    throw refused('the past is only to be read');
  }

  async getMany<K, V>(keys: K[], options: Parameters<Database['getMany']>[1]): Promise<(V | undefined)[]> {
    this.#checkOpen();
    return await this.#base.getMany<K, V>(keys, { ...options, snapshot: this.#snapshot });
  }

  iterator<K, V>(options: Parameters<Database['iterator']>[0] & { gte?: K; lte?: K }): EntryIterator<K, V> {
    this.#checkOpen();
    const iterator = this.#base.iterator<K, V>({ ...options, snapshot: this.#snapshot });
    return {
      nextv: async (size) => {
        this.#checkOpen();
        return await iterator.nextv(size);
      },
      close: () => iterator.close(),
    };
  }

  #checkOpen(): void {
    if (this.#base.status !== 'open') throw closed();
  }
}
