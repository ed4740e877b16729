import { isTenureError } from '../errors.js';
import type { Connection } from '../store/connection.js';
import { StoredFoundations } from '../store/foundations.js';
import { Floor } from '../store/journal.js';
import type { Meta } from '../store/meta.js';
import { directoryLayout } from '../store/snapshots.js';
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

/**
 * What the parts of a database were made with, as far as it is known, beginning with what is noted: where an opening
 * with other options was broken off, not all with the same.
 */
export async function layoutsIn(
  connection: Connection,
  { layout: noted, dropped, head }: Meta,
): Promise<string[]> {
  if (head.lastSeq === 0) return [];
  const foundations = new StoredFoundations(connection, new Floor(dropped.seq), dropped);
  const found = [noted, await directoryLayout(connection), await foundationLayout({ foundations })];
  return found.filter((one) => one !== undefined);
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
