import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Level } from 'level';
import type { Database } from './database.js';
import { locked } from './failures.js';

const directories = new Set<string>();
const databases = new WeakSet<Database>();

/** A database that nobody else in this process holds. */
export interface Claim {
  readonly db: Database;
  /** Gives it up. */
  readonly release: () => void;
}

/** A database, or the directory of one. */
export interface Place {
  readonly db?: Database | undefined;
  readonly path: string;
}

/**
 * Takes hold of a database, so that nobody else in this process does. LevelDB's own lock is the process's: within one it
 * goes by how a path is spelt, and a second owner would write over what the first one has acknowledged.
 *
 * @param inDirectory makes the database object: not before it is known to be free, for that opens it
 * @throws TenureError `TENURE_LOCKED` when somebody holds it
 */
export function claim({ db: given, path }: Place, inDirectory: (path: string) => Database): Claim {
  const location = given === undefined ? path : locationOf(given);
  const directory =
    given === undefined || given instanceof Level ? canonicalPath(location ?? path) : undefined;
  if (directory !== undefined && directories.has(directory)) throw locked(location);
  if (given && databases.has(given)) throw locked(location);
  const db = given ?? inDirectory(directory ?? path);
  databases.add(db);
  if (directory !== undefined) directories.add(directory);
  let isHeld = true;
  const release = (): void => {
    // Somebody else may hold it by now.
    if (!isHeld) return;
    isHeld = false;
    databases.delete(db);
    if (directory !== undefined) directories.delete(directory);
  };
  return { db, release };
}

/** Has some work done on a database that nobody else in this process holds meanwhile. */
export async function holding<Result>(
  place: Place,
  inDirectory: (path: string) => Database,
  work: (db: Database) => Promise<Result>,
): Promise<Result> {
  const { db, release } = claim(place, inDirectory);
  try {
    return await work(db);
  } finally {
    release();
  }
}

/** classic-level knows where it lies; other databases may not lie anywhere. */
export function locationOf(db: Database): string | undefined {
  return 'location' in db && typeof db.location === 'string' ? db.location : undefined;
}

/** The one way to spell a path, whatever of it is there already: absolute, without links. */
export function canonicalPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync.native(absolute);
  } catch {
    const parent = dirname(absolute);
    // What is not there yet, or may not be looked at, is what its directory makes it.
    return parent === absolute ? absolute : join(canonicalPath(parent), basename(absolute));
  }
}
