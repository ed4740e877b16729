/** Runs tasks one after another, in the order in which they came; a failed one does not hold up the next. */
export class Queue {
  #tail: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

/** Runs a piece of work while nobody else is at what it works on. */
export type Alone = (work: () => Promise<void>) => Promise<void>;
