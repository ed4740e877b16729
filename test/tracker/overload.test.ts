import { from, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { isTenureError } from '../../src/errors.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { hostErrors, noUncaughtErrors } from '../support/host-errors.js';
import { clockAt, collect, DAY, openInMemory, START, task } from '../support/tracker.js';

const late = () => clockAt(START + 400 * DAY);
const many = (count: number, name = '') =>
  Array.from({ length: count }, (_, n) => task(n % 1_000, { id: `${name}${n}`, taskId: `${name}${n}` }));

describe('more than the tracker can take', () => {
  noUncaughtErrors();

  it('is refused at once beyond maxPending, without a look at it, and what was accepted is kept', async () => {
    const { tracker } = await openInMemory({ maxPending: 500, clock: late() });
    let looked = 0;
    const watched = new Proxy(task(0), {
      get: (target, key) => {
        looked++;
        return Reflect.get(target, key);
      },
    });
    const results = many(500).map((event) => tracker.record(event));
    for (let n = 0; n < 100_000; n++) results.push(tracker.record(watched));
    // What is refused leaves nothing behind: all of them have the same answer.
    expect(new Set(results).size).toBe(501);
    const settled = await Promise.allSettled(results);
    expect(looked).toBe(0);
    expect(settled.slice(0, 500).every(({ status }) => status === 'fulfilled')).toBe(true);
    const codes = settled.slice(500).map((result) => result.status === 'rejected' && result.reason.code);
    expect(new Set(codes)).toEqual(new Set(['TENURE_OVERLOADED']));
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(500);
    expect(await tracker.record(many(501)[500] as PerformanceEventInput)).toEqual({
      seq: 501,
      duplicate: false,
    });
    await tracker.close();
  });

  it('is never what recordAll brings, however many of them there are and whoever records beside them', async () => {
    const { tracker } = await openInMemory({ maxPending: 50, clock: late() });
    const sources = ['a', 'b', 'c', 'd'].map((name) => many(400, name));
    const beside = many(50, 'beside').map((event) => tracker.record(event));
    const summaries = await Promise.all(
      sources.map((source, i) => tracker.recordAll(i % 2 ? source : streamed(source))),
    );
    for (const summary of summaries) expect(summary).toEqual({ accepted: 400, duplicates: 0, rejected: [] });
    await Promise.all(beside);
    await tracker.close();
  });

  it('in a connected stream is reported event by event, and the rest is recorded', async () => {
    const { tracker } = await openInMemory({ maxPending: 100, clock: late() });
    const refused: unknown[] = [];
    tracker.rejections$.subscribe(({ input, error }) => {
      expect(error.code).toBe('TENURE_OVERLOADED');
      refused.push((input as { id: string }).id);
    });
    const events = many(1_000);
    tracker.connect(from(events));
    await tracker.flush();
    const stored = (await collect(tracker.events())).map(({ id }) => id);
    expect(stored).toHaveLength(100);
    expect([...stored, ...refused].sort()).toEqual(events.map(({ id }) => id).sort());
    await tracker.close();
  });

  it('and is told to a subscriber that throws still reaches the others', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await openInMemory({ maxPending: 1, clock: late(), onHostError });
    tracker.rejections$.subscribe(() => {
      throw new Error('boom');
    });
    let heard = 0;
    tracker.rejections$.subscribe(() => heard++);
    const events$ = new Subject<PerformanceEventInput>();
    tracker.connect(events$);
    for (const event of many(5)) events$.next(event);
    await tracker.flush();
    expect(heard).toBe(4);
    expect(errors).toHaveLength(1);
    await tracker.close();
  });

  it('does not take room for ever: refused and failed events give theirs back', async () => {
    const { tracker } = await openInMemory({ maxPending: 3, clock: late() });
    for (let round = 0; round < 5; round++) {
      const same = task(round);
      const results = await Promise.allSettled([
        tracker.record(same),
        tracker.record({ ...same, metadata: { other: true } } as PerformanceEventInput),
        tracker.record(same),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    }
    const error = await tracker.record({} as PerformanceEventInput).catch((reason) => reason);
    expect(isTenureError(error, 'TENURE_INVALID_EVENT')).toBe(true);
    await tracker.close();
  });
});

async function* streamed<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
