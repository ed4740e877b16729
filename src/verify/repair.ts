import type { TrackerOptions } from '../options.js';
import { Connection, del } from '../store/connection.js';
import type { Database } from '../store/database.js';
import type { Finding, Mend } from '../store/inspection/index.js';
import { metaKey } from '../store/keys.js';
import { openMeta } from '../store/meta.js';
import { openStore } from '../store/store.js';
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
