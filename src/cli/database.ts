import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from 'xstate';
import { type Clock, systemClock } from '../clock.js';
import { reasonOf } from '../errors.js';
import { KEEP_ALL, resolveOptions, type TrackerOptions } from '../options.js';
import { otherLayout } from '../runtime/layouts.js';
import { existingDatabaseIn } from '../store/existing-directory.js';
import { openStore } from '../store/store.js';
import { openTracker, type Tracker } from '../tracker.js';
import { CliError } from './errors.js';
import type { ReadOptions } from './options.js';
import { systemReason } from './system-error.js';

/** Options of the tracker that a command line can set. */
export type DatabaseOptions = Pick<TrackerOptions, 'policy'>;

/** Opens a database, new or not, and closes it cleanly whatever happens. */
export async function withDatabase<Result>(
  path: string,
  clock: Clock,
  use: (tracker: Tracker) => Promise<Result>,
  options: DatabaseOptions = {},
): Promise<Result> {
  // Dropping is for the program that the database belongs to, which knows how long it keeps.
  const tracker = await openTracker({ path, clock, retention: KEEP_ALL, ...options });
  try {
    return await use(tracker);
  } finally {
    await tracker.close();
  }
}

/**
 * Opens a database that must be there. A clock that stands at 0 leaves the tracker at the last moment that it
 * recorded, so that looking a day later shows the same figures.
 */
export async function withExistingDatabase<Result>(
  { db, clock }: ReadOptions,
  signal: AbortSignal,
  use: (tracker: Tracker) => Promise<Result>,
  options: DatabaseOptions = {},
): Promise<Result> {
  requireDatabase(db);
  // Looking leaves nothing half done: it can stop at any point.
  const work = (tracker: Tracker) => Promise.race([use(tracker), interruption(signal)]);
  return withDatabase(db, clock === 'system' ? systemClock : new SimulatedClock(), work, options);
}

function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const interrupt = (): void => reject(new CliError('INTERRUPTED', 'stopped'));
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
  });
}

/** @throws CliError `NO_DATABASE` when there is none */
export function requireDatabase(path: string): void {
  if (isDatabase(path)) return;
  throw new CliError(
    'NO_DATABASE',
    `there is no database in ${path}; --db says where, replay or simulate makes one`,
  );
}

/**
 * Refuses to write into a database under other rules than those of the program that it belongs to: its log would say
 * what that program never would.
 *
 * @throws CliError `OTHER_RULES`
 */
export async function requireSameRules(path: string, options: DatabaseOptions): Promise<void> {
  requireDatabase(path);
  const expected = resolveOptions(options).layout;
  const store = await openStore(existingDatabaseIn(path), { durability: 'process' });
  try {
    const other = await otherLayout(store, expected);
    if (other === undefined) return;
    throw new CliError(
      'OTHER_RULES',
      `${path} was written under ${other}, and this would be ${expected}: give its policy with --policy, or decide in the program that owns it`,
    );
  } finally {
    await store.close();
  }
}

/**
 * LevelDB keeps the name of its manifest in a file called CURRENT.
 *
 * @throws CliError `NO_DATABASE` when the system does not let us look
 */
export function isDatabase(path: string): boolean {
  try {
    return statSync(join(path, 'CURRENT'), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw new CliError('NO_DATABASE', `${path} cannot be read: ${systemReason(error) ?? reasonOf(error)}`);
  }
}
