import { Connection, del, putText } from './connection.js';
import type { Database } from './database.js';
import { corrupt, corruptRecord, refused, withHint } from './failures.js';
import { FinderMending } from './finder-mending.js';
import { StoredFoundations } from './foundations.js';
import { Floor, Journal } from './journal.js';
import { metaKey } from './keys.js';
import { LevelStore } from './level-store.js';
import { type Dropped, type Meta, openMeta } from './meta.js';
import { Outputs } from './outputs.js';
import { Queue } from './queue.js';
import { Rollups } from './rollups/rollups.js';
import { Scrubber } from './scrubber.js';
import { directoryLayout, Snapshots } from './snapshots.js';
import { StoredIds } from './stored-ids.js';
import { StoredTimeline } from './stored-timeline.js';
import { TimelineCounts } from './timeline-counts.js';
import type { Repair, Store, StoreOptions } from './types.js';
import { upgradeStore } from './upgrade.js';

/**
 * Opens the store in a database, and the database itself if it is not open yet. From here on the handle is the
 * store's: it is closed with the store, and when opening fails. `TENURE_LOCKED` when somebody else holds the
 * database, `TENURE_CORRUPT` when it is not Tenure's, of a newer format, or its journal has lost its end.
 */
export async function openStore(db: Database, options: StoreOptions): Promise<Store> {
  return await opened(db, options, async (connection) => {
    if (!(await isImporting(connection))) return;
    throw corrupt(
      'An import into this database did not come to its end: import the same file again to go on, or delete the database',
    );
  });
}

/** A store that is being filled with the records of another. */
export interface ImportStore {
  readonly store: Store;
  /**
   * Puts what was saved to stand in for the records that the other has dropped in force, in one write: theirs follow.
   *
   * @param watermark the greatest `now` of these records, as far as it matters
   */
  found(dropped: Omit<Dropped, 'generation'>, watermark: number): Promise<void>;
  /**
   * Declares that all of them are there: only then can the database be opened for anything else.
   *
   * @param settled the last record whose outputs were made by other rules than those in force
   */
  finish(settled: number): Promise<void>;
}

/** Opens a new database, or one that an import was broken off in. Refuses any other: nothing is mixed. */
export async function openImport(db: Database, options: StoreOptions): Promise<ImportStore> {
  let end = async () => {};
  const store = await opened(db, options, async (connection, { head }) => {
    end = () => connection.operation(() => connection.write('Ending the import', [del(metaKey('import'))]));
    if (await isImporting(connection)) return;
    if (head.lastSeq > 0) throw refused('the database holds records already; import into a new one');
    await connection.write('Beginning an import', [putText(metaKey('import'), 'under way')]);
  });
  return {
    store,
    found: (dropped, watermark) => store.foundOn(dropped, watermark),
    finish: async (settled) => {
      // What stands in for dropped records is where a replay begins.
      if (store.foundations.dropped.seq > 0) await store.resetSnapshots();
      if (settled > 0) await store.settleOutputs(settled);
      await end();
    },
  };
}

async function isImporting(connection: Connection): Promise<boolean> {
  return (await connection.get('Reading the format of the database', metaKey('import'))) !== undefined;
}

async function opened(
  db: Database,
  options: StoreOptions,
  admit: (connection: Connection, meta: Meta) => Promise<void>,
): Promise<LevelStore> {
  const { durability, onWriteFailed } = options;
  const connection = await Connection.open(db, { sync: durability === 'power', onWriteFailed });
  try {
    const meta = await openUpgraded(connection);
    await admit(connection, meta);
    const floor = new Floor(meta.dropped.seq);
    const journal = new Journal(connection, floor);
    await checkEnd(journal, meta);
    const outputs = await Outputs.open(connection, meta.outputs);
    const foundations = new StoredFoundations(connection, floor, meta.dropped);
    const rollups = new Rollups(connection, meta.rollups);
    const source = {
      seqsOf: (agentNo: number, upTo: number) => journal.seqsOf(agentNo, upTo),
      onRepaired: (repair: Repair) => options.onRepaired?.(repair),
    };
    const snapshots = new Snapshots(connection, meta.agents, { source, rollups });
    const counts = new TimelineCounts(meta.timeline, meta.head.lastSeq);
    const ids = new StoredIds(connection, { ...meta.head, dropped: () => foundations.dropped });
    const finders = new Queue();
    const reader = new Journal(connection, floor);
    const { onRepaired } = source;
    const lastSeq = (): number => store.lastSeq;
    const mending = new FinderMending({ connection, journal: reader, ids, finders, lastSeq, onRepaired });
    const horizon = (): number => foundations.dropped.horizon;
    const timeline = new StoredTimeline({ connection, journal, counts, mending, horizon });
    const scrubber = new Scrubber(reader, mending, meta.scrubbed);
    const layout = meta.layout ?? (await directoryLayout(connection));
    const store: LevelStore = new LevelStore({
      connection,
      journal,
      ids,
      mending,
      finders,
      outputs,
      snapshots,
      timeline,
      scrubber,
      rollups,
      foundations,
      meta,
      layout,
    });
    return store;
  } catch (error) {
    // The reason counts; a failure to close would only hide it.
    await connection.close().catch(() => undefined);
    throw withHint(error, connection.location);
  }
}

/** What the database is, in the present format. */
export async function openUpgraded(connection: Connection): Promise<Meta> {
  const meta = await openMeta(connection);
  if (meta.upgrade === undefined) return meta;
  await upgradeStore(connection, meta.upgrade, meta.head);
  return await openMeta(connection);
}

/** A journal that ends elsewhere than its head says has lost records, or gained some that nobody wrote. */
async function checkEnd(journal: Journal, { head: { lastSeq }, dropped }: Meta): Promise<void> {
  // Everything may have been dropped.
  const end = Math.max((await journal.lastBlock())?.lastSeq ?? 0, dropped.seq);
  if (end === lastSeq) return;
  throw corruptRecord(Math.min(end, lastSeq) + 1, `the journal ends at ${end}, its head says ${lastSeq}`);
}
