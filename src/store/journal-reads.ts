import type { EntryIterator } from './database.js';
import { firstSeqOf, partOf } from './keys.js';

/**
 * An iterator that tells how far the journal was read through it.
 *
 * @param onRead is told the first record of the last block that was read
 */
export function tellingReads<K, V>(
  iterator: EntryIterator<K, V>,
  onRead: (seq: number) => void,
): EntryIterator<K, V> {
  return {
    nextv: async (size) => {
      const entries = await iterator.nextv(size);
      const last: unknown = entries.at(-1)?.[0];
      if (Buffer.isBuffer(last) && partOf(last) === 'journal') onRead(firstSeqOf(last) ?? 0);
      return entries;
    },
    close: () => iterator.close(),
  };
}
