import { Level } from 'level';
import type { Database } from '../store/database.js';
import { openStore } from '../store/store.js';
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
 * @throws TenureError `TENURE_LOCKED`, `TENURE_CORRUPT` with the record that cannot be trusted, `TENURE_STORAGE`
 */
export async function* exportJournal({ path, db }: TransferOptions): AsyncGenerator<ExportLine, void> {
  const database = db ?? new Level<Buffer, Buffer>(path ?? './tenure-data', { createIfMissing: false });
  const store = await openStore(database, { durability: 'process' });
  try {
    yield { tenure: 'journal', format: 1, records: store.lastSeq };
    for await (const record of store.replay(0)) {
      yield exported(record, record.kind === 'event' ? await store.canonical(record.seq) : undefined);
    }
  } finally {
    await store.close();
  }
}
