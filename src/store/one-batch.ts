import { Level } from 'level';
import { pause, pauseAmong } from './breathe.js';
import type { BatchOperation, Database } from './database.js';

type Written = Buffer | string;

/** Bytes of values that are more than a few small pieces. */
const LARGE = 16_384;

/** What abstract-level calls a chained batch: nothing of it is stored before it is written, and then all of it. */
interface ChainedBatch {
  put(key: Written, value: Written, options: object): unknown;
  del(key: Written, options: object): unknown;
  write(options: { readonly sync: boolean }): Promise<void>;
  close(): Promise<void>;
}

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/**
 * Writes entries in one atomic batch. Copying them into the database takes the main thread a few microseconds each, so
 * they are handed over one by one, and the event loop gets a turn when it is due. A database whose `batch` is not
 * abstract-level's own, because somebody put another in its place, is handed all of them in one go.
 */
export async function writeOneBatch(
  db: Database,
  operations: BatchOperation<Written, Written>[],
  sync: boolean,
): Promise<void> {
  const batch = chainedBatchOf(db);
  if (!batch) {
    await db.batch(operations, { ...BINARY, sync });
    return;
  }
  let bytes = 0;
  try {
    for (let i = 0; i < operations.length; i++) {
      const operation = operations[i]!;
      if (operation.type === 'put') batch.put(operation.key, operation.value, operation);
      else batch.del(operation.key, operation);
      bytes += operation.type === 'put' ? operation.value.length : 0;
      const due = bytes > LARGE ? pause() : pauseAmong(i + 1);
      if (bytes > LARGE) bytes = 0;
      if (due) await due;
    }
    await batch.write({ sync });
  } finally {
    await batch.close();
  }
}

function chainedBatchOf(db: Database): ChainedBatch | undefined {
  if ((db.batch as unknown) !== Level.prototype.batch) return undefined;
  return (db as unknown as { batch(): ChainedBatch }).batch();
}
