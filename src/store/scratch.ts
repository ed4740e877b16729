import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database.js';
import { databaseIn } from './directory.js';
import { storageFailure } from './failures.js';

/** Directories of this process that are to be gone when it ends. */
const directories = new Set<string>();

/**
 * Lends a database that is gone afterwards, also when the process is ended meanwhile by itself.
 *
 * @throws TenureError `TENURE_STORAGE` when there is no room for one among the temporary files
 */
export async function withScratch<Result>(use: (db: Database) => Promise<Result>): Promise<Result> {
  const directory = await newDirectory();
  try {
    const db = databaseIn(directory);
    try {
      await opened(db, directory);
      return await use(db);
    } finally {
      await db.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
    forget(directory);
  }
}

async function newDirectory(): Promise<string> {
  const where = tmpdir();
  try {
    const directory = await mkdtemp(join(where, 'tenure-scratch-'));
    if (directories.size === 0) process.on('exit', removeAll);
    directories.add(directory);
    return directory;
  } catch (error) {
    throw failure(where, error);
  }
}

async function opened(db: Database, directory: string): Promise<void> {
  try {
    await db.open();
  } catch (error) {
    throw failure(directory, error);
  }
}

function failure(where: string, error: unknown): Error {
  return storageFailure(`Making a scratch database in ${where} failed (TMPDIR says where)`, error);
}

function forget(directory: string): void {
  directories.delete(directory);
  if (directories.size === 0) process.off('exit', removeAll);
}

/** Nobody waits at the end of a process, not even for LevelDB's thread, which may be writing files. */
function removeAll(): void {
  for (const directory of directories) {
    try {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // There is nobody left to tell.
    }
  }
}
