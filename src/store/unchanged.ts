import { Connection } from './connection.js';
import { CopyOnWriteDatabase } from './copy-on-write-database.js';
import type { Database } from './database.js';
import { isOfPresentFormat } from './meta.js';
import { withScratch } from './scratch.js';

/**
 * Lends a database to be read in the present format, and leaves it as it is: one that would have to be upgraded, or made
 * Tenure's, is so in a copy that takes every write. The copy costs time at every entry, so it is made for those alone.
 *
 * @throws TenureError `TENURE_LOCKED`, `TENURE_STORAGE`
 */
export async function unchanged<Result>(
  db: Database,
  use: (db: Database) => Promise<Result>,
): Promise<Result> {
  const connection = await Connection.open(db, { sync: false });
  if (await isOfPresentFormat(connection)) return await use(db);
  return await withScratch((scratch) => use(new CopyOnWriteDatabase(db, scratch)));
}
