import { describe, expect, it } from 'vitest';
import { timeLimited } from '../../src/runtime/time-limited.js';
import { layered } from '../../src/scoring/index.js';
import type { TaskFacts } from '../../src/scoring/types.js';
import { theilSen } from '../../src/trends/index.js';
import { clockAt, collect, DAY, openInMemory, START, task } from '../support/tracker.js';

describe('a strategy whose time is limited', () => {
  it('is broken off in a loop without an end, at the cost of one event', async () => {
    const sound = layered();
    let isMended = false;
    const quality = timeLimited(
      {
        name: 'loops',
        score: (facts: TaskFacts) => {
          while (facts.taskId === 't1' && !isMended);
          return sound.score(facts);
        },
      },
      1_000,
    );
    const { tracker } = await openInMemory({ clock: clockAt(START + DAY), strategies: { quality } });
    await tracker.recordAll([task(0), task(1), task(2), task(1, { id: 'b', agentId: 'bob', taskId: 'b' })]);
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(2);
    expect((await tracker.performance('bob'))?.lifetime.tasksCompleted).toBe(1);
    expect(await collect(tracker.deadLetters())).toMatchObject([
      { eventId: 'task-1', error: expect.stringContaining('timed out after 1000ms') },
    ]);
    isMended = true;
    expect(await tracker.retry()).toMatchObject({ recovered: 1 });
    await tracker.close();
  });

  it('answers as it does without a limit, its trackers too', () => {
    const [free, limited] = [theilSen(), timeLimited(theilSen())];
    expect(limited.name).toBe(free.name);
    const points = Array.from({ length: 8 }, (_, n) => ({ at: START + n * DAY, value: n % 5 }));
    const input = { metric: 'quality', window: '7d', points };
    expect(limited.detect(input)).toEqual(free.detect(input));
    // In pieces nobody would watch over it.
    expect(limited.detectInPieces).toBeUndefined();
    const tracker = limited.track('quality', '7d', points);
    expect([tracker.size, tracker.result()]).toEqual([8, free.detect(input)]);
    expect(() => tracker.remove({ at: 0, value: 0 })).toThrow(RangeError);
  });

  it('needs a strategy and a whole number of milliseconds', () => {
    for (const ms of [0, 0.5, Number.NaN, 2 ** 31]) {
      expect(() => timeLimited(layered(), ms)).toThrow(
        expect.objectContaining({ code: 'TENURE_INVALID_OPTIONS' }),
      );
    }
    expect(() => timeLimited(undefined as never)).toThrow(/strategy/);
  });
});
