import type { EntryIterator } from './database.js';

/** A key, and what there is under it: `undefined` for nothing any more. */
export type MergedEntry = [key: Buffer, value: Buffer | undefined];

/** Entries one by one, fetched many at once. */
export interface EntriesCursor {
  /** The next one, which stays the next until it is taken; `undefined` at the end. `size` is what is fetched at first. */
  peek(size: number): Promise<MergedEntry | undefined>;
  take(): void;
  close(): Promise<void>;
}

/** Fetched at once when the first were not enough: a long row of entries may be hidden. */
const MORE = 64;

/** @param contentOf what a stored value stands for, `undefined` for nothing */
export function entriesCursor(
  iterator: EntryIterator<Buffer, Buffer>,
  contentOf: (value: Buffer) => Buffer | undefined = (value) => value,
): EntriesCursor {
  let entries: [Buffer, Buffer][] = [];
  let next = 0;
  let isAtEnd = false;
  return {
    peek: async (size) => {
      if (next >= entries.length && !isAtEnd) {
        const isFirst = next === 0;
        entries = await iterator.nextv(isFirst ? size : Math.max(size, MORE));
        next = 0;
        isAtEnd = entries.length === 0;
      }
      const entry = entries[next];
      return entry && [entry[0], contentOf(entry[1])];
    },
    take: () => {
      next++;
    },
    close: () => iterator.close(),
  };
}

/** Two ranges in the order of their keys. Where both have a key, the upper one counts. */
export function merged(
  upper: EntriesCursor,
  lower: EntriesCursor,
  reverse: boolean,
): EntryIterator<Buffer, Buffer> {
  const sign = reverse ? -1 : 1;
  return {
    nextv: async (size) => {
      const found: [Buffer, Buffer][] = [];
      while (found.length < size) {
        const above = await upper.peek(size);
        const below = await lower.peek(size);
        if (!above && !below) break;
        const order = !above ? 1 : !below ? -1 : sign * Buffer.compare(above[0], below[0]);
        if (order <= 0) upper.take();
        if (order >= 0) lower.take();
        const [key, value] = (order <= 0 ? above : below) as MergedEntry;
        if (value !== undefined) found.push([key, value]);
      }
      return found;
    },
    close: async () => {
      await Promise.all([upper.close(), lower.close()]);
    },
  };
}
