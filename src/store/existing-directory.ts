import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { openFailure } from './failures.js';

/**
 * The database in a directory, which must be there already. LevelDB itself makes the directory, and a lock in it, before
 * it notices that there is no database: whoever only wants to read leaves nothing behind.
 *
 * @throws TenureError `TENURE_STORAGE` when there is none
 */
export function existingDatabaseIn(path: string): Level {
  if (!isThere(path)) throw openFailure(new Error('there is no database'), path);
  return new Level(path, { createIfMissing: false });
}

/**
 * Whether a directory holds a database: LevelDB keeps the name of its manifest in a file called CURRENT.
 *
 * @throws what the system says when it does not let us look
 */
export function hasDatabase(path: string): boolean {
  return statSync(join(path, 'CURRENT'), { throwIfNoEntry: false }) !== undefined;
}

function isThere(path: string): boolean {
  try {
    return hasDatabase(path);
  } catch (error) {
    throw openFailure(error, path);
  }
}
