import type { BatchOperation, Database, Encoding, EntryIterator } from './database.js';
import { tellingReads } from './journal-reads.js';
import { entriesCursor, type MergedEntry, merged } from './merged-entries.js';

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/** Entries of a range that are hidden in one batch. */
const CHUNK = 256;

/** What the scratch database says of a key comes first in its value. */
const REMOVED = 0;
const WRITTEN = 1;

/**
 * A database that is another one's until something is written: whatever is, lies in a scratch database, and so does the
 * word that something was removed. The other one is only ever read, so that a whole tracker can be opened over a database
 * that is nobody's to change. Opening and closing it opens and closes both.
 *
 * A batch is seen as a whole or not at all, as in any database; nothing of it is there to stay, so nothing is flushed.
 */
export class CopyOnWriteDatabase implements Database {
  constructor(
    private readonly base: Database,
    private readonly scratch: Database,
    /** Told how far the journal was read. */
    private readonly onRead: (seq: number) => void = () => {},
  ) {}

  get status(): Database['status'] {
    return this.base.status;
  }

  /** Where the database lies that is looked at, as classic-level says it: failures name it. */
  get location(): unknown {
    return 'location' in this.base ? this.base.location : undefined;
  }

  /** The base first: whether it can be had at all decides. */
  async open(): Promise<void> {
    await this.base.open();
    await this.scratch.open();
  }

  async close(): Promise<void> {
    try {
      await this.scratch.close();
    } finally {
      await this.base.close();
    }
  }

  async batch<K, V>(operations: BatchOperation<K, V>[]): Promise<void> {
    const puts = operations.map((operation) => ({
      type: 'put' as const,
      key: bytesOf(operation.key),
      value: operation.type === 'put' ? written(bytesOf(operation.value)) : Buffer.of(REMOVED),
      ...BINARY,
    }));
    await this.scratch.batch(puts, { ...BINARY, sync: false });
  }

  async getMany<K, V>(keys: K[], options: Parameters<Database['getMany']>[1]): Promise<(V | undefined)[]> {
    const own = await this.scratch.getMany<Buffer, Buffer>(keys.map(bytesOf), BINARY);
    const left = keys.filter((_, i) => own[i] === undefined);
    const others = left.length === 0 ? [] : await this.base.getMany<K, V>(left, options);
    let next = 0;
    return own.map((value) => {
      if (value === undefined) return others[next++];
      const content = contentOf(value);
      return content && decoded<V>(content, options.valueEncoding);
    });
  }

  iterator<K, V>(options: Parameters<Database['iterator']>[0] & { gte?: K; lte?: K }): EntryIterator<K, V> {
    const { keyEncoding, valueEncoding, limit } = options;
    let left = limit < 0 ? Number.POSITIVE_INFINITY : limit;
    const entries = this.#entries(options);
    const iterator: EntryIterator<K, V> = {
      nextv: async (size) => {
        const found = await entries.nextv(Math.min(size, left));
        left -= found.length;
        return found.map(([key, value]) => [decoded<K>(key, keyEncoding), decoded<V>(value, valueEncoding)]);
      },
      close: () => entries.close(),
    };
    return tellingReads(iterator, this.onRead);
  }

  async clear<K>({ gte, lte }: { keyEncoding: Encoding; gte: K; lte: K }): Promise<void> {
    const entries = this.#entries({ gte, lte, reverse: false });
    try {
      for (;;) {
        const found = await entries.nextv(CHUNK);
        if (found.length === 0) return;
        await this.batch(found.map(([key]) => ({ type: 'del', key, keyEncoding: 'buffer' })));
      }
    } finally {
      await entries.close();
    }
  }

  /** What there is in a range, as it is now: later writes are not seen, as in any database. */
  #entries(options: {
    readonly gte?: unknown;
    readonly lte?: unknown;
    readonly reverse: boolean;
    readonly highWaterMarkBytes?: number;
  }): EntryIterator<Buffer, Buffer> {
    const { gte, lte, reverse, highWaterMarkBytes } = options;
    const range = {
      ...(gte !== undefined && { gte: bytesOf(gte) }),
      ...(lte !== undefined && { lte: bytesOf(lte) }),
      ...(highWaterMarkBytes !== undefined && { highWaterMarkBytes }),
      ...BINARY,
      reverse,
      // What was removed hides entries of the base: how many are needed is not known ahead.
      limit: -1,
    };
    const base = entriesCursor(this.base.iterator<Buffer, Buffer>(range));
    const own = entriesCursor(this.scratch.iterator<Buffer, Buffer>(range), contentOf);
    return merged(own, base, reverse);
  }
}

/** Nothing for what was removed. */
function contentOf(value: Buffer): MergedEntry[1] {
  return value[0] === WRITTEN ? value.subarray(1) : undefined;
}

function written(value: Buffer): Buffer {
  return Buffer.concat([Buffer.of(WRITTEN), value]);
}

/** Keys and values are buffers or texts, as their encoding says; texts are UTF-8 in every database. */
function bytesOf(data: unknown): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : (data as Buffer);
}

function decoded<T>(bytes: Buffer, encoding: Encoding): T {
  return (encoding === 'utf8' ? bytes.toString() : bytes) as T;
}
