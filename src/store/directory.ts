import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Level } from 'level';
import { openFailure } from './failures.js';

/**
 * What LevelDB gathers in memory before it sorts it into a file, bytes. Four times its default: entries come in no
 * order, and the fewer files there are the less of them is merged again and again. At most twice as much is in memory,
 * and so much is read again at an opening.
 */
const WRITE_BUFFER_BYTES = 16 * 1024 * 1024;

/**
 * The database in a directory, for much to be written. The directory is made if it is not there.
 *
 * @throws TenureError `TENURE_STORAGE` when it cannot be made
 */
export function databaseIn(path: string): Level {
  try {
    make(path);
  } catch (error) {
    throw openFailure(error, path);
  }
  return new Level(path, { writeBufferSize: WRITE_BUFFER_BYTES });
}

/**
 * Makes a directory, and those that it lies in. Node's own way, which LevelDB goes too, never ends where a directory that
 * is there does not let any be made in it, such as /proc, or a link that leads nowhere.
 */
function make(directory: string): void {
  const parent = dirname(directory);
  try {
    makeOne(directory);
  } catch (error) {
    if (!isCode(error, 'ENOENT') || parent === directory) throw error;
    make(parent);
    makeOne(directory);
  }
}

function makeOne(directory: string): void {
  try {
    mkdirSync(directory);
  } catch (error) {
    // Systems say different things of one that is there.
    if (!isThere(directory)) throw error;
  }
}

function isThere(directory: string): boolean {
  try {
    return statSync(directory).isDirectory();
  } catch {
    return false;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
