import { from, Observable, type OperatorFunction } from 'rxjs';

/**
 * Groups what arrives while a commit is under way into the next commit: one at a time, in order, at most
 * `maxGroup` items each. A burst that arrives at once forms one group. Under light load every item is committed at
 * once, under heavy load the groups grow, so that the cost of a commit is shared.
 *
 * An error of `commit` ends the stream; items that wait then are never committed, and `commit`'s owner has to tell
 * their senders.
 */
export function groupCommit<Item, Result>(
  commit: (group: readonly Item[]) => Promise<Result>,
  maxGroup: number,
): OperatorFunction<Item, Result> {
  return (source) =>
    new Observable<Result>((subscriber) => {
      let waiting: Item[] = [];
      let isScheduled = false;
      let isCompleted = false;

      const commitNext = (): void => {
        if (subscriber.closed) return;
        if (waiting.length === 0) {
          isScheduled = false;
          if (isCompleted) subscriber.complete();
          return;
        }
        const group = waiting.splice(0, maxGroup);
        subscriber.add(
          from(commit(group)).subscribe({
            next: (result) => subscriber.next(result),
            error: (error) => subscriber.error(error),
            complete: commitNext,
          }),
        );
      };
      const schedule = (): void => {
        if (isScheduled) return;
        isScheduled = true;
        queueMicrotask(commitNext);
      };

      subscriber.add(() => {
        waiting = [];
      });
      subscriber.add(
        source.subscribe({
          next: (item) => {
            waiting.push(item);
            schedule();
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            isCompleted = true;
            schedule();
          },
        }),
      );
    });
}
