import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Heap } from '../../src/store/heap.js';
import { Queue } from '../../src/store/queue.js';

describe('a heap', () => {
  test('gives back what it was given in order, whatever happens in between', () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant('pop' as const)));
    fc.assert(
      fc.property(steps, (actions) => {
        const heap = new Heap<number>((a, b) => a - b);
        const model: number[] = [];
        for (const action of actions) {
          if (action === 'pop') expect(heap.pop()).toBe(model.shift());
          else {
            heap.push(action);
            model.push(action);
            model.sort((a, b) => a - b);
          }
          expect(heap.peek()).toBe(model[0]);
        }
      }),
    );
  });

  test('puts a first item that changed where it belongs', () => {
    const heap = new Heap<{ rank: number }>((a, b) => a.rank - b.rank);
    heap.siftFirst();
    const item = { rank: 0 };
    for (const rank of [3, 1, 2]) heap.push({ rank });
    heap.push(item);
    item.rank = 2.5;
    heap.siftFirst();
    expect([heap.pop(), heap.pop(), heap.pop(), heap.pop()].map((one) => one?.rank)).toEqual([1, 2, 2.5, 3]);
  });
});

describe('a queue', () => {
  test('runs one task at a time, in order, and goes on after a failure', async () => {
    const queue = new Queue();
    const log: string[] = [];
    const task = (name: string, fails = false) =>
      queue.run(async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([task('a'), task('b', true), task('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
});
