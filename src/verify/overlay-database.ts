import type { BatchOperation, Database, EntryIterator } from '../store/database.js';
import { tellingReads } from '../store/journal-reads.js';

/** The parts that everything else is made from, and what finds records in them. */
const SHARED = ['!journal!', '!ids!', '!timeline!', '!foundations!'];

/**
 * A database whose journal, with what stands in for its dropped records, is another one's, and of which everything else
 * lies in a scratch database: what is rebuilt in it leaves the other one as it is. Closing it closes the scratch
 * database alone.
 */
export class OverlayDatabase implements Database {
  constructor(
    private readonly base: Database,
    private readonly scratch: Database,
    /** Told how far the journal was read. */
    private readonly onRead: (seq: number) => void = () => {},
  ) {}

  get status(): Database['status'] {
    return this.scratch.status;
  }

  open(): Promise<void> {
    return this.scratch.open();
  }

  close(): Promise<void> {
    return this.scratch.close();
  }

  async batch<K, V>(
    operations: BatchOperation<K, V>[],
    options: Parameters<Database['batch']>[1],
  ): Promise<void> {
    // Whoever finds in passing that an event cannot be found puts that right: not here.
    const own = operations.filter(({ key }) => !isShared(key));
    await this.scratch.batch(own, { ...options, sync: false });
  }

  async getMany<K, V>(keys: K[], options: Parameters<Database['getMany']>[1]): Promise<(V | undefined)[]> {
    const isOfBase = keys.map(isShared);
    const [shared, own] = await Promise.all([
      this.base.getMany<K, V>(
        keys.filter((_, i) => isOfBase[i]),
        options,
      ),
      this.scratch.getMany<K, V>(
        keys.filter((_, i) => !isOfBase[i]),
        options,
      ),
    ]);
    let [s, o] = [0, 0];
    return isOfBase.map((isShared) => (isShared ? shared[s++] : own[o++]));
  }

  iterator<K, V>(options: Parameters<Database['iterator']>[0] & { gte?: K; lte?: K }): EntryIterator<K, V> {
    if (!isShared(options.gte)) return this.scratch.iterator<K, V>(options);
    return tellingReads(this.base.iterator<K, V>(options), this.onRead);
  }

  async clear<K>(options: { keyEncoding: 'buffer' | 'utf8'; gte: K; lte: K }): Promise<void> {
    if (!isShared(options.gte)) await this.scratch.clear(options);
  }
}

/** Whether a key, of whatever encoding, lies in a part that is the other database's. */
function isShared(key: unknown): boolean {
  const start =
    typeof key === 'string' ? key.slice(0, 13) : Buffer.isBuffer(key) ? key.toString('latin1', 0, 13) : '';
  return SHARED.some((part) => start.startsWith(part));
}

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/** Copies everything that is not shared, and of that only what is accepted. */
export async function copyOwn(
  from: Database,
  to: Database,
  accept: (key: Buffer) => boolean = () => true,
): Promise<void> {
  const iterator = from.iterator<Buffer, Buffer>({ ...BINARY, reverse: false, limit: -1 });
  try {
    for (let entries = await iterator.nextv(64); entries.length > 0; entries = await iterator.nextv(64)) {
      const own = entries.filter(([key]) => !isShared(key) && accept(key));
      const puts = own.map(([key, value]) => ({ type: 'put' as const, key, value, ...BINARY }));
      if (puts.length > 0) await to.batch(puts, { ...BINARY, sync: false });
    }
  } finally {
    await iterator.close();
  }
}
