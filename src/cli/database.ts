import { SimulatedClock } from 'xstate';
import { type Clock, systemClock } from '../clock.js';
import { hiringLayout } from '../department/options.js';
import { reasonOf } from '../errors.js';
import { KEEP_ALL, resolveOptions, type TrackerOptions } from '../options.js';
import { holding } from '../store/claims.js';
import { CopyOnWriteDatabase } from '../store/copy-on-write-database.js';
import type { Database } from '../store/database.js';
import { existingDatabaseIn, hasDatabase } from '../store/existing-directory.js';
import { withScratch } from '../store/scratch.js';
import { openTracker, type Tracker } from '../tracker.js';
import { CliError } from './errors.js';
import type { ReadOptions } from './options.js';
import { differenceFrom, hiringOf, layoutsOf, type RuleDifference } from './rules.js';
import { systemReason } from './system-error.js';

/** Options of the tracker that a command line can set, or that a database tells. */
export type DatabaseOptions = Pick<TrackerOptions, 'policy' | 'strategies'>;

/** Opens a database, new or not, and closes it cleanly whatever happens. */
export async function withDatabase<Result>(
  path: string,
  clock: Clock,
  use: (tracker: Tracker) => Promise<Result>,
  options: DatabaseOptions = {},
): Promise<Result> {
  return await withTracker({ path, clock, ...options }, use);
}

/** Lends a tracker, and closes it cleanly whatever happens. */
export async function withTracker<Result>(
  options: TrackerOptions,
  use: (tracker: Tracker) => Promise<Result>,
): Promise<Result> {
  // Dropping is for the program that the database belongs to, which knows how long it keeps.
  const tracker = await openTracker({ retention: KEEP_ALL, ...options });
  try {
    return await use(tracker);
  } finally {
    await tracker.close();
  }
}

/** Opens a database that must be there, to write to it. With the clock at 0 it stays at the last moment recorded. */
export async function withExistingDatabase<Result>(
  { db, clock }: ReadOptions,
  signal: AbortSignal,
  use: (tracker: Tracker) => Promise<Result>,
  options: DatabaseOptions = {},
): Promise<Result> {
  requireDatabase(db);
  const work = (tracker: Tracker) => unlessInterrupted(signal, use(tracker));
  return withDatabase(db, clock === 'system' ? systemClock : new SimulatedClock(), work, options);
}

/**
 * Lends a database that is as the one in a directory, which is nobody else's meanwhile, and stays as it is.
 *
 * @param onRead told how far the journal was read
 * @throws TenureError `TENURE_LOCKED`, `TENURE_STORAGE`, as soon as it is opened
 */
export async function withCopyOf<Result>(
  path: string,
  use: (db: Database) => Promise<Result>,
  onRead?: (seq: number) => void,
): Promise<Result> {
  return await withScratch((scratch) =>
    holding({ path }, existingDatabaseIn, async (base) => {
      const db = new CopyOnWriteDatabase(base, scratch, onRead);
      try {
        return await use(db);
      } finally {
        await db.close();
      }
    }),
  );
}

/** Work that leaves nothing half done: it can stop at any point. */
export function unlessInterrupted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return Promise.race([work, interruption(signal)]);
}

function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const interrupt = (): void => reject(interrupted());
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
  });
}

export function interrupted(): CliError {
  return new CliError('INTERRUPTED', 'stopped');
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
 * what that program never would. A database without agents is anybody's.
 *
 * @throws CliError `OTHER_RULES`
 */
export async function requireSameRules(path: string, options: DatabaseOptions): Promise<void> {
  requireDatabase(path);
  const resolved = resolveOptions(options);
  const [difference, hiring] = await withCopyOf(path, async (db) => [
    differenceFrom(await layoutsOf(db), resolved),
    await hiringOf(db),
  ]);
  if (difference) throw otherRules(path, difference);
  if (hiring === undefined || hiring === hiringLayout(resolved.hiring)) return;
  throw new CliError(
    'OTHER_RULES',
    `${path} has hiring signalled by other rules (option hiring): use the program that owns it`,
  );
}

export function otherRules(path: string, { theirs, ours, isOfPolicy }: RuleDifference): CliError {
  const way = isOfPolicy
    ? 'give its policy with --policy; where its levels or its trust differ, use the program that owns it'
    : 'its windows or strategies differ, use the program that owns it';
  return new CliError(
    'OTHER_RULES',
    `${path} was written under ${theirs}, and this would be ${ours}: ${way}`,
  );
}

/** @throws CliError `NO_DATABASE` when the system does not let us look */
export function isDatabase(path: string): boolean {
  try {
    return hasDatabase(path);
  } catch (error) {
    throw new CliError('NO_DATABASE', `${path} cannot be read: ${systemReason(error) ?? reasonOf(error)}`);
  }
}
