import { isTenureError } from '../errors.js';
import type { TrackerOptions } from '../options.js';
import { Connection, del } from '../store/connection.js';
import type { Database } from '../store/database.js';
import type { Finding, Mend } from '../store/inspection/index.js';
import { Floor, Journal } from '../store/journal.js';
import { metaKey } from '../store/keys.js';
import { openMeta } from '../store/meta.js';
import { openStore } from '../store/store.js';
import { TimelineCounts } from '../store/timeline-counts.js';
import { mendOutputs } from './mend-outputs.js';
import { rebuildInPlace, replayedFrom, withRebuilt } from './replay.js';

const REPAIRING = 'Repairing the database';
const CHUNK = 500;

/** Parts that are repaired entry by entry; all others are made anew as a whole. */
const MENDED = ['ids', 'timeline', 'outputs', 'journal'];

/** What everything else is made from. */
const SOURCES = ['journal', 'foundations'];

export interface RepairParts {
  readonly db: Database;
  /** Aborted, nothing is read or written any more. */
  readonly signal: AbortSignal | undefined;
  readonly options: TrackerOptions;
  readonly findings: readonly (Finding | Mend)[];
}

/**
 * Makes again what was found damaged and can be made from the journal: first what finds its records, then the outputs,
 * then the snapshots and all that is kept with them. Every step leaves the database no worse than it was, so an
 * interrupted repair is to be run again.
 */
export async function repairFindings(parts: RepairParts): Promise<void> {
  const { db, options } = parts;
  const findings = parts.findings.filter(({ repairable }) => repairable);
  await mendEntries(db, findings);
  // Nothing can be made from a journal that cannot be read to its end, or from nothing in the place of its beginning.
  if (parts.findings.some(({ part, repairable }) => SOURCES.includes(part) && !repairable)) return;
  if (findings.some(({ part }) => part === 'outputs')) await mendAllOutputs(parts);
  if (findings.some(({ part }) => !MENDED.includes(part))) {
    const store = await openStore(db, { durability: 'process' });
    await store.resetSnapshots();
    await store.close();
  }
  await rebuildInPlace(db, options);
}

/** Whether a finding can be mended whatever windows, strategies and policy the states were made with. */
export function needsNoRules(finding: Finding | Mend): finding is Mend {
  return finding.repairable && 'repair' in finding;
}

/**
 * Makes again what finds the records of the journal, and nothing else: with other options than the states, outputs and
 * foundations were made with, all else would come out differently.
 */
export async function repairFinders({ db, findings }: Pick<RepairParts, 'db' | 'findings'>): Promise<void> {
  await mendEntries(db, findings.filter(needsNoRules));
  const connection = await Connection.open(db, { sync: true });
  const { timeline, head, dropped } = await openMeta(connection);
  const counts = new TimelineCounts(timeline, head.lastSeq);
  try {
    await counts.bringTo(new Journal(connection, new Floor(dropped.seq)), head.lastSeq);
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return;
    throw error;
  }
  counts.forgetBefore(dropped.horizon);
  await connection.writeDerived(REPAIRING, [counts.put()]);
}

async function mendAllOutputs({ db, signal, options }: RepairParts): Promise<void> {
  const connection = await Connection.open(db, { sync: false });
  const meta = await openMeta(connection);
  const settled = replayedFrom(meta);
  await withRebuilt({ db, signal, meta, options, onReplayed: () => {} }, (rebuilt) =>
    mendOutputs(connection, settled, rebuilt),
  );
}

async function mendEntries(db: Database, findings: readonly (Finding | Mend)[]): Promise<void> {
  const connection = await Connection.open(db, { sync: true });
  const operations = findings.flatMap((finding) => ('repair' in finding ? [finding.repair] : []));
  // It is counted anew by the next one who needs it.
  if (findings.some(({ part }) => part === 'meta' || part === 'timeline'))
    operations.push(del(metaKey('timeline')));
  for (let start = 0; start < operations.length; start += CHUNK) {
    await connection.write(REPAIRING, operations.slice(start, start + CHUNK));
  }
}
