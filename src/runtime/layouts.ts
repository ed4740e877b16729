import { isTenureError } from '../errors.js';
import type { DirectoryEntry, Store } from '../store/types.js';

/** What the foundations were made with, `undefined` when there are none, or that is not known any more. */
export async function foundationLayout(store: Pick<Store, 'foundations'>): Promise<string | undefined> {
  return await firstLayout(store.foundations.entries());
}

/**
 * What something in a store was made with that is not this layout; `undefined` when there is nothing such, or that is
 * not known. More than one thing has to be asked: there are no snapshots before the first ones, and an opening with
 * other options may have been broken off when the foundations were made good for them and the rest was not.
 */
export async function otherLayout(store: Store, layout: string): Promise<string | undefined> {
  if (store.lastSeq === 0) return undefined;
  if (store.layout !== undefined && store.layout !== layout) return store.layout;
  const found = [await foundationLayout(store), await firstLayout(store.directory())];
  return found.find((one) => one !== undefined && one !== layout);
}

async function firstLayout(entries: AsyncIterable<DirectoryEntry>): Promise<string | undefined> {
  try {
    for await (const { layout } of entries) return String(layout);
  } catch (error) {
    if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
  }
  return undefined;
}

/** The format of states that a layout is of; `undefined` for the first one, which did not say. */
export function formatIn(layout: string): string | undefined {
  return /^format \d+ /.exec(layout)?.[0];
}
