import type { Database, PutOperation } from '../../../src/store/database.js';

type BatchOptions = Parameters<Database['batch']>[1];

/** A database that fails, or waits, when it is told to. */
export class FaultyDatabase implements Database {
  /** What every batch asked for, in order. */
  readonly syncs: boolean[] = [];
  /** How many keys were looked up. */
  lookups = 0;
  readonly #db: Database;
  #failure: Error | undefined;
  #reading: Error | undefined;
  #gate: Promise<void> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  get status() {
    return this.#db.status;
  }

  /** The next batch fails, and nothing of it is written. */
  failNextWrite(error: Error): void {
    this.#failure = error;
  }

  /** The next look-up or iteration fails. */
  failNextRead(error: Error): void {
    this.#reading = error;
  }

  /** Batches wait until the answer is called. */
  holdWrites(): () => void {
    let release = () => {};
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  open() {
    return this.#db.open();
  }

  close() {
    return this.#db.close();
  }

  async batch<K, V>(operations: PutOperation<K, V>[], options: BatchOptions): Promise<void> {
    this.syncs.push(options.sync);
    await this.#gate;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    await this.#db.batch(operations, options);
  }

  async getMany<K, V>(keys: K[], options: Parameters<Database['getMany']>[1]): Promise<(V | undefined)[]> {
    this.lookups += keys.length;
    this.#maybeFailReading();
    return await this.#db.getMany<K, V>(keys, options);
  }

  iterator<K, V>(options: Parameters<Database['iterator']>[0]) {
    this.#maybeFailReading();
    return this.#db.iterator<K, V>(
      options as Parameters<typeof this.iterator<K, V>>[0] & { gte?: K; lte?: K },
    );
  }

  clear<K>(options: { keyEncoding: 'buffer' | 'utf8'; gte: K; lte: K }) {
    return this.#db.clear<K>(options);
  }

  #maybeFailReading(): void {
    const failure = this.#reading;
    this.#reading = undefined;
    if (failure !== undefined) throw failure;
  }
}
