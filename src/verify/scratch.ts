import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../store/database.js';
import { databaseIn } from '../store/directory.js';

/** Lends a database that is gone afterwards. */
export async function withScratch<Result>(use: (db: Database) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'tenure-verify-'));
  const db = databaseIn(directory);
  try {
    await db.open();
    return await use(db);
  } finally {
    await db.close();
    await rm(directory, { recursive: true, force: true });
  }
}
