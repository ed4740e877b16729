/** How a key or a value crosses into the database. */
export type Encoding = 'buffer' | 'utf8';

/** One entry to be written, as abstract-level takes it. */
export interface PutOperation<K, V> {
  readonly type: 'put';
  readonly key: K;
  readonly value: V;
  readonly keyEncoding: Encoding;
  readonly valueEncoding: Encoding;
}

/** One entry to be removed. */
export interface DelOperation<K> {
  readonly type: 'del';
  readonly key: K;
  readonly keyEncoding: Encoding;
}

export type BatchOperation<K, V> = PutOperation<K, V> | DelOperation<K>;

/** An open iterator, as abstract-level gives it. */
export interface EntryIterator<K, V> {
  nextv(size: number): Promise<[K, V][]>;
  close(): Promise<void>;
}

/** A moment of the database that can still be read, as abstract-level gives it. */
export interface DatabaseSnapshot {
  close(): Promise<void>;
}

/**
 * Any abstract-level database: classic-level, memory-level, browser-level. Only what the store uses of it, because
 * the class type is invariant: no concrete database could be assigned to `AbstractLevel`. The default encodings of
 * the database do not matter, every operation names its own.
 */
export interface Database {
  readonly status: 'opening' | 'open' | 'closing' | 'closed';
  open(): Promise<void>;
  close(): Promise<void>;
  batch<K, V>(
    operations: BatchOperation<K, V>[],
    options: { keyEncoding: Encoding; valueEncoding: Encoding; sync: boolean },
  ): Promise<void>;
  getMany<K, V>(
    keys: K[],
    options: { keyEncoding: Encoding; valueEncoding: Encoding; snapshot?: DatabaseSnapshot },
  ): Promise<(V | undefined)[]>;
  iterator<K, V>(options: {
    keyEncoding: Encoding;
    valueEncoding: Encoding;
    gte?: K;
    lte?: K;
    reverse: boolean;
    limit: number;
    highWaterMarkBytes?: number;
    snapshot?: DatabaseSnapshot;
  }): EntryIterator<K, V>;
  clear<K>(options: { keyEncoding: Encoding; gte: K; lte: K }): Promise<void>;
  /** Absent in databases that cannot be read as of a moment. */
  snapshot?(): DatabaseSnapshot;
}
