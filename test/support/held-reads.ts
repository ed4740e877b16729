import type { Database, EntryIterator } from '../../src/store/database.js';
import { FaultyDatabase } from '../../src/testing/faulty-database.js';
import type { DatabasePart } from '../../src/testing/index.js';

/** A read that has its values and does not hand them out yet. */
export interface HeldRead {
  /** Resolves once somebody waits for it. */
  readonly reached: Promise<void>;
  release(): void;
}

interface Hold {
  readonly part: DatabasePart;
  /** How many reads of the part go through before. */
  after: number;
  readonly wait: () => Promise<void>;
}

/** A database that keeps somebody waiting for what was read, so that a test can have things happen meanwhile. */
export class HeldReads extends FaultyDatabase {
  private hold: Hold | undefined;

  /** The next read of a part is held, or one after so many others; those that come later are not. */
  holdRead(part: DatabasePart, after = 0): HeldRead {
    const reached = settable();
    const released = settable();
    const wait = () => {
      reached.resolve();
      return released.promise;
    };
    this.hold = { part, after, wait };
    return { reached: reached.promise, release: released.resolve };
  }

  override async getMany<K, V>(
    keys: K[],
    options: Parameters<Database['getMany']>[1],
  ): Promise<(V | undefined)[]> {
    const values = await super.getMany<K, V>(keys, options);
    await this.pass(keys);
    return values;
  }

  override iterator<K, V>(options: Parameters<FaultyDatabase['iterator']>[0]): EntryIterator<K, V> {
    const iterator = super.iterator<K, V>(options as never);
    const nextv = async (size: number): Promise<[K, V][]> => {
      const entries = await iterator.nextv(size);
      await this.pass(entries.map(([key]) => key));
      return entries;
    };
    return { nextv, close: () => iterator.close() };
  }

  private async pass(keys: readonly unknown[]): Promise<void> {
    const { hold } = this;
    if (!hold || !keys.some((key) => String(key).startsWith(`!${hold.part}!`)) || hold.after-- > 0) return;
    this.hold = undefined;
    await hold.wait();
  }
}

function settable(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
