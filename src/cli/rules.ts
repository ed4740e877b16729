import { scoringOf } from '../layout.js';
import type { ResolvedOptions } from '../options.js';
import { layoutsIn } from '../runtime/layouts.js';
import { Connection } from '../store/connection.js';
import type { Database } from '../store/database.js';
import { openMeta } from '../store/meta.js';
import { multiWindow } from '../windows/multi-window.js';
import { singleWindow } from '../windows/single-window.js';
import type { MetricsWindowStrategy } from '../windows/types.js';

/**
 * What a database was made with, as far as it says so; nothing of one without records. More than one where a program
 * that was to change its rules was stopped. Every format says it in the same way, so it need not be upgraded. An empty
 * one is made Tenure's: hand in a copy.
 *
 * @throws TenureError `TENURE_LOCKED`, `TENURE_CORRUPT`, `TENURE_STORAGE`
 */
export async function layoutsOf(db: Database): Promise<string[]> {
  const connection = await Connection.open(db, { sync: false });
  return await connection.operation(async () => layoutsIn(connection, await openMeta(connection)));
}

/** By which rules a database has hiring signalled, as far as it says so. */
export async function hiringOf(db: Database): Promise<string | undefined> {
  const connection = await Connection.open(db, { sync: false });
  const { head, hiring } = await connection.operation(() => openMeta(connection));
  return head.lastSeq === 0 ? undefined : hiring;
}

/** The windows of a layout, where they are known from it: a host's own strategy is known by its name alone. */
export function windowsIn(layout: string): MetricsWindowStrategy | undefined {
  const [, name, list = '', least] = BUILT_IN_WINDOWS.exec(layout) ?? [];
  const [windows, minDataPoints] = [list.split(','), Number(least)];
  try {
    if (name === 'multiWindow') return multiWindow({ windows, minDataPoints });
    if (name === 'singleWindow') return singleWindow({ window: list, minDataPoints });
  } catch {
    // A host's own, under the name of one of ours.
  }
  return undefined;
}

const BUILT_IN_WINDOWS = /^(?:format \d+ )?(multiWindow|singleWindow)\(([\dmhd,]+);(\d+)\) /;

/** How the rules of the program that owns a database differ from those of this one. */
export interface RuleDifference {
  readonly theirs: string;
  readonly ours: string;
  /** Whether the policy is all that differs, with the levels and the trust that it goes by. */
  readonly isOfPolicy: boolean;
}

/** The format of the states is no rule: of another one, they are made again and say the same. */
export function differenceFrom(
  layouts: readonly string[],
  options: ResolvedOptions,
): RuleDifference | undefined {
  const [ours, scoring] = [rulesOf(options.layout), scoringOf(options)];
  // The first format said neither how many sums are kept nor which policy there is.
  const first = scoring.replace(/\/\d+ /, ' ');
  const other = layouts.find((layout) => rulesOf(layout) !== ours && layout !== first);
  if (other === undefined) return undefined;
  const theirs = rulesOf(other);
  return { theirs, ours, isOfPolicy: theirs.startsWith(`${scoring} `) };
}

function rulesOf(layout: string): string {
  return layout.replace(/^format \d+ /, '');
}
