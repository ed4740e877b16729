import { SimulatedClock } from 'xstate';
import { systemClock } from '../clock.js';
import { resolveOptions, type Strategies } from '../options.js';
import type { Database } from '../store/database.js';
import { stoppable } from '../store/stoppable-database.js';
import type { Tracker } from '../tracker.js';
import {
  interrupted,
  otherRules,
  requireDatabase,
  unlessInterrupted,
  withCopyOf,
  withTracker,
} from './database.js';
import { type Io, Output } from './io.js';
import type { ReadOptions } from './options.js';
import { givenPolicy } from './policy-option.js';
import { createProgress, type Progress } from './render/progress.js';
import { counted, printable } from './render/text.js';
import { differenceFrom, layoutsOf, type RuleDifference, windowsIn } from './rules.js';

/**
 * Opens a database that must be there, to look at it: whatever the tracker writes, such as the tick that brings it to
 * the real time, or agents that it rebuilds under other rules, is gone afterwards. A clock that stands at 0 leaves it at
 * the last moment that was recorded, so that looking a day later shows the same figures.
 *
 * @param ifOther what is done when the database was written under other rules: figures by others are worth a look, and
 * what failed under others is not what is asked for
 */
export async function look<Result>(
  options: ReadOptions,
  io: Io,
  use: (tracker: Tracker) => Promise<Result>,
  ifOther: 'note' | 'refuse' = 'note',
): Promise<Result> {
  const { db: path, clock } = options;
  const { signal } = io;
  requireDatabase(path);
  const opening = openingProgress(io);
  const lookInto = async (copy: Database): Promise<Result> => {
    const db = stoppable(copy, signal);
    const layouts = await layoutsOf(db);
    const rules = await givenPolicy(options.policy, theirWindows(layouts[0]));
    const difference = differenceFrom(layouts, resolveOptions(rules));
    if (difference && ifOther === 'refuse') throw otherRules(path, difference);
    if (difference) await tell(io, noteOf(difference));
    const present = clock === 'system' ? systemClock : new SimulatedClock();
    return await withTracker({ db, clock: present, ...rules }, (tracker) => {
      opening.end();
      return unlessInterrupted(signal, use(tracker));
    });
  };
  try {
    return await withCopyOf(path, lookInto, opening.onRead);
  } catch (error) {
    // Where nothing can be read any more, everything fails, down to the end.
    throw signal.aborted ? interrupted() : error;
  } finally {
    opening.end();
  }
}

/** How far the journal was read, while agents are rebuilt from it; what is read of it later is not of interest. */
function openingProgress(io: Io) {
  let progress: Progress | undefined = createProgress(io, undefined);
  return {
    onRead: (seq: number): void => progress?.update(0, `opening: ${counted(seq, 'record')} read`),
    end(): void {
      progress?.stop();
      progress = undefined;
    },
  };
}

/** Windows are no matter of taste: of what was dropped, there are no others. */
function theirWindows(layout: string | undefined): Strategies {
  const window = layout === undefined ? undefined : windowsIn(layout);
  return window === undefined ? {} : { window };
}

function noteOf({ theirs, ours, isOfPolicy }: RuleDifference): string {
  const way = isOfPolicy
    ? 'give its policy with --policy; where its levels or its trust differ, only the program that owns it shows its own'
    : 'its windows or strategies differ, only the program that owns it shows its own';
  return `note: the database was written under ${theirs}, what is shown is by ${ours}: ${way}`;
}

/** Not among the output, which may be for machines. */
async function tell({ stderr }: Io, line: string): Promise<void> {
  await new Output(stderr).line(printable(line)).catch(() => {});
}
