import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from 'xstate';
import { type Clock, systemClock } from '../clock.js';
import type { TrackerOptions } from '../options.js';
import { openTracker, type Tracker } from '../tracker.js';
import { CliError } from './errors.js';
import type { ReadOptions } from './options.js';

/** Opens a database, new or not, and closes it cleanly whatever happens. */
export async function withDatabase<Result>(
  path: string,
  clock: Clock,
  use: (tracker: Tracker) => Promise<Result>,
  options: Pick<TrackerOptions, 'policy'> = {},
): Promise<Result> {
  const tracker = await openTracker({ path, clock, ...options });
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
): Promise<Result> {
  requireDatabase(db);
  return withDatabase(db, clock === 'system' ? systemClock : new SimulatedClock(), (tracker) =>
    // Looking leaves nothing half done: it can stop at any point.
    Promise.race([use(tracker), interruption(signal)]),
  );
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

/** LevelDB keeps the name of its manifest in a file called CURRENT. */
export function isDatabase(path: string): boolean {
  return existsSync(join(path, 'CURRENT'));
}
