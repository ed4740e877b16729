import { reasonOf, TenureError } from '../errors.js';
import { Queue } from '../store/queue.js';

/**
 * What brings agents and departments forward, and whoever must see them all as of one record, one after another.
 *
 * A step that fails may leave them past what is stored of what they said. From then on nothing of them is given away to
 * be stored: a snapshot would keep the next opening from making again what is missing.
 */
export class Steps extends Queue {
  #failure: { readonly error: unknown } | undefined;

  /** Brings agents forward and makes durable what they said. */
  advance<Result>(step: () => Promise<Result>): Promise<Result> {
    return this.run(async () => {
      try {
        return await step();
      } catch (error) {
        this.#failure ??= { error };
        throw error;
      }
    });
  }

  /**
   * Takes what is to be stored of agents or departments.
   *
   * @throws TenureError `TENURE_STORAGE` once a step has failed
   */
  capture<Result>(take: () => Promise<Result>): Promise<Result> {
    return this.run(async () => {
      if (this.#failure) {
        const { error } = this.#failure;
        const message = `Nothing was written: an earlier step failed, and what it made agents say may be missing: ${reasonOf(error)}`;
        throw new TenureError('TENURE_STORAGE', message, { cause: error });
      }
      return await take();
    });
  }
}
