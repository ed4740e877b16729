import { TenureError } from '../errors.js';
import type { BatchOperation, Database, EntryIterator } from './database.js';

/**
 * A database that is neither read nor written any more once a signal is aborted: whatever long work goes on over it ends
 * at its next step, as it would if the disk failed. It can be closed.
 */
export class StoppableDatabase implements Database {
  readonly #base: Database;
  readonly #signal: AbortSignal;

  constructor(base: Database, signal: AbortSignal) {
    this.#base = base;
    this.#signal = signal;
  }

  get status(): Database['status'] {
    return this.#base.status;
  }

  /** Where the database lies, as classic-level says it. */
  get location(): unknown {
    return 'location' in this.#base ? this.#base.location : undefined;
  }

  open(): Promise<void> {
    return this.#base.open();
  }

  close(): Promise<void> {
    return this.#base.close();
  }

  async batch<K, V>(
    operations: BatchOperation<K, V>[],
    options: Parameters<Database['batch']>[1],
  ): Promise<void> {
    throwIfStopped(this.#signal);
    await this.#base.batch<K, V>(operations, options);
  }

  async getMany<K, V>(keys: K[], options: Parameters<Database['getMany']>[1]): Promise<(V | undefined)[]> {
    throwIfStopped(this.#signal);
    return await this.#base.getMany<K, V>(keys, options);
  }

  iterator<K, V>(options: Parameters<Database['iterator']>[0] & { gte?: K; lte?: K }): EntryIterator<K, V> {
    const iterator = this.#base.iterator<K, V>(options);
    return {
      nextv: async (size) => {
        throwIfStopped(this.#signal);
        return await iterator.nextv(size);
      },
      close: () => iterator.close(),
    };
  }

  async clear<K>(options: { keyEncoding: 'buffer' | 'utf8'; gte: K; lte: K }): Promise<void> {
    throwIfStopped(this.#signal);
    await this.#base.clear(options);
  }
}

/** The database as it is, or one that a signal stops. */
export function stoppable(db: Database, signal: AbortSignal | undefined): Database {
  return signal === undefined ? db : new StoppableDatabase(db, signal);
}

/** @throws TenureError `TENURE_ABORTED` once the signal is aborted, with its reason as the cause */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw stopped(signal);
}

/**
 * Work that a signal can stop. What is thrown meanwhile, whatever the stopped database made of it, is that it was stopped.
 *
 * @throws TenureError `TENURE_ABORTED`
 */
export async function unlessStopped<Result>(
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  throwIfStopped(signal);
  try {
    const result = await work();
    // What could not be read any more may look like damage in it.
    throwIfStopped(signal);
    return result;
  } catch (error) {
    throw signal?.aborted ? stopped(signal) : error;
  }
}

function stopped({ reason }: AbortSignal): TenureError {
  return new TenureError('TENURE_ABORTED', 'It was stopped by its signal', { cause: reason });
}
