import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { groupCommit } from '../../src/runtime/group-commit.js';

/** Commits that the test lets through one by one. */
function gatedCommits() {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const commit = (group: readonly number[]) => {
    groups.push([...group]);
    return new Promise<number>((resolve) => gates.push(() => resolve(group.length)));
  };
  const letThrough = async () => {
    gates.shift()?.();
    await settled();
  };
  return { groups, commit, letThrough };
}

/** Every promise that can go on has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('takes a burst as one group, and what comes meanwhile as the next', async () => {
    const { groups, commit, letThrough } = gatedCommits();
    const items = new Subject<number>();
    const results: number[] = [];
    items.pipe(groupCommit(commit, 10)).subscribe((size) => results.push(size));
    for (const item of [1, 2, 3]) items.next(item);
    await settled();
    for (const item of [4, 5]) items.next(item);
    await settled();
    expect(groups).toEqual([[1, 2, 3]]);
    await letThrough();
    expect(groups).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    await letThrough();
    expect(results).toEqual([3, 2]);
  });

  it('keeps groups to their size and items in their order', async () => {
    const { groups, commit, letThrough } = gatedCommits();
    const items = new Subject<number>();
    items.pipe(groupCommit(commit, 2)).subscribe();
    for (const item of [1, 2, 3, 4, 5]) items.next(item);
    await settled();
    await letThrough();
    await letThrough();
    expect(groups).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('commits everything that waits before it completes', async () => {
    const { groups, commit, letThrough } = gatedCommits();
    const items = new Subject<number>();
    let isComplete = false;
    items.pipe(groupCommit(commit, 1)).subscribe({ complete: () => (isComplete = true) });
    items.next(1);
    items.next(2);
    items.complete();
    await settled();
    await letThrough();
    expect(isComplete).toBe(false);
    await letThrough();
    expect(groups).toEqual([[1], [2]]);
    expect(isComplete).toBe(true);
  });

  it('ends with the error of a commit', async () => {
    const items = new Subject<number>();
    const errors: unknown[] = [];
    items
      .pipe(groupCommit(() => Promise.reject(new Error('disk full')), 1))
      .subscribe({ error: (e) => errors.push(e) });
    items.next(1);
    await settled();
    expect(errors).toEqual([new Error('disk full')]);
    expect(items.observed).toBe(false);
  });

  it('lets go of its source when it is unsubscribed', () => {
    const items = new Subject<number>();
    const subscription = items.pipe(groupCommit(() => Promise.resolve(0), 1)).subscribe();
    subscription.unsubscribe();
    expect(items.observed).toBe(false);
  });
});
