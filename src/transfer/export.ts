import { Level } from 'level';
import { TenureError } from '../errors.js';
import type { Database } from '../store/database.js';
import { openStore } from '../store/store.js';
import type { Store } from '../store/types.js';
import { type ExportLine, exported } from './lines.js';

export interface TransferOptions {
  /** LevelDB directory. */
  readonly path?: string;
  /** Any abstract-level database, in place of `path`; it is opened, and closed at the end. */
  readonly db?: Database;
}

/**
 * The journal of a database that nobody else holds open, record by record after a header: what a replay needs, and
 * nothing that can be made from it. JSON, one line each, read by `importJournal`.
 *
 * @throws TenureError `TENURE_LOCKED`, `TENURE_CORRUPT` with the record that cannot be trusted, `TENURE_STORAGE`, also
 * when records were dropped: what is left could not be replayed
 */
export async function* exportJournal({ path, db }: TransferOptions): AsyncGenerator<ExportLine, void> {
  const database = db ?? new Level<Buffer, Buffer>(path ?? './tenure-data', { createIfMissing: false });
  const store = await openStore(database, { durability: 'process' });
  try {
    checkWhole(store);
    yield { tenure: 'journal', format: 1, records: store.lastSeq };
    for await (const record of store.replay(0)) {
      yield exported(record, record.kind === 'event' ? await store.canonical(record.seq) : undefined);
    }
  } finally {
    await store.close();
  }
}

function checkWhole(store: Store): void {
  const { seq, horizon } = store.foundations.dropped;
  if (seq === 0) return;
  const since = new Date(horizon).toISOString();
  const message = `Nothing was exported: the records up to ${seq} are older than the retention, and were dropped; what is kept begins at ${since}, and could not be replayed without them. Copy the directory of the database instead`;
  throw new TenureError('TENURE_STORAGE', message);
}
