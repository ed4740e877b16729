import { pause } from '../store/breathe.js';
import { claim } from '../store/claims.js';
import type { Database } from '../store/database.js';
import { existingDatabaseIn } from '../store/existing-directory.js';
import { openStore } from '../store/store.js';
import type { Store } from '../store/types.js';
import { checkedExport } from './arguments.js';
import { foundationLines, type OutputLine, sealed } from './foundation-lines.js';
import { type ExportLine, exported, type WholeHeader } from './lines.js';

export interface TransferOptions {
  /** LevelDB directory. */
  readonly path?: string;
  /** Any abstract-level database, in place of `path`; it is opened, and closed at the end. */
  readonly db?: Database;
}

/**
 * The journal of a database that nobody else holds open, record by record after a header: what a replay needs, and
 * nothing that can be made from it. Where records were dropped that is also what stands in for them, and the log of
 * before. JSON, one line each, read by `importJournal`.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`, `TENURE_LOCKED`, `TENURE_CORRUPT` with the record that cannot be trusted, `TENURE_STORAGE`
 */
export async function* exportJournal(options: TransferOptions): AsyncGenerator<ExportLine, void> {
  const { path, db } = checkedExport(options);
  const { db: database, release } = claim({ db, path }, existingDatabaseIn);
  try {
    yield* exportedFrom(database);
  } finally {
    release();
  }
}

/** The same of a store that goes on: all that is in its journal at this moment, whatever comes meanwhile. */
export function exportedAsOfNow(store: Store): AsyncGenerator<ExportLine, void> {
  return exportedFrom(store.frozen());
}

async function* exportedFrom(database: Database): AsyncGenerator<ExportLine, void> {
  const store = await openStore(database, { durability: 'process' });
  try {
    const { seq: floor } = store.foundations.dropped;
    // A replay makes the outputs after this again.
    const said = Math.max(floor, store.settled);
    yield said === 0 ? { tenure: 'journal', format: 1, records: store.lastSeq } : wholeHeader(store);
    yield* foundationLines(store.foundations);
    for await (const record of store.replay(0)) {
      yield exported(record, record.kind === 'event' ? await store.canonical(record.seq) : undefined);
      const due = pause();
      if (due) await due;
    }
    if (said > 0) yield* outputLines(store, said);
  } finally {
    await store.close();
  }
}

function wholeHeader({ foundations, lastSeq, watermark, settled }: Store): WholeHeader {
  const { generation: _generation, ...dropped } = foundations.dropped;
  const records = lastSeq - dropped.seq;
  return sealed({ tenure: 'journal', format: 2, records, watermark, settled, dropped } as const);
}

async function* outputLines(store: Store, upTo: number): AsyncGenerator<OutputLine, void> {
  let outputs = 0;
  for await (const output of store.outputs(0)) {
    if (output.seq > upTo) break;
    outputs++;
    yield sealed({ kind: 'output', output: { ...output } } as const);
  }
  yield sealed({ kind: 'end', outputs } as const);
}
