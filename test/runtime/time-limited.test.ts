import { describe, expect, it } from 'vitest';
import { timeLimited } from '../../src/runtime/time-limited.js';
import { behavioral, layered } from '../../src/scoring/index.js';
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

  it('is watched in what it adds up of observations, too', async () => {
    const additive = {
      size: 1,
      of: (_observation: unknown) => {
        for (;;);
      },
      score: (_input: unknown) => {
        for (;;);
      },
    };
    const { additive: watched } = timeLimited({ ...behavioral(), additive }, 20);
    expect(watched?.size).toBe(1);
    const observation = { at: START, kind: 'loop' } as const;
    expect(() => watched?.of(observation)).toThrow('timed out after 20ms');
    expect(() => watched?.score({ agentId: 'ada', sums: [0], count: 1 })).toThrow('timed out after 20ms');
    const [free, limited] = [behavioral(), timeLimited(behavioral())];
    expect(limited.additive?.of(observation)).toEqual(free.additive?.of(observation));
  });

  it('may be frozen, or made by a class', () => {
    class Fixed {
      readonly name = 'fixed';
      readonly #score = 7;
      score() {
        const { name: strategy } = this;
        return { score: this.#score, confidence: 1, strategy, overridden: false, breakdown: [] };
      }
    }
    const facts = { taskId: 't', agentId: 'ada', succeeded: true, reviews: [] };
    for (const strategy of [new Fixed(), Object.freeze(new Fixed()), Object.freeze(layered())]) {
      const limited = timeLimited(strategy);
      expect(limited.score(facts)).toEqual(strategy.score(facts));
      expect('score' in limited).toBe(true);
    }
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
