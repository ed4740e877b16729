import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { layered } from '../../src/scoring/index.js';
import type { QualityScoringStrategy } from '../../src/scoring/types.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { theilSen } from '../../src/trends/index.js';
import type { TrendDetectionStrategy } from '../../src/trends/types.js';
import { type Arrival, anyHistory } from '../support/arbitraries.js';
import { clockAt, collect, DAY, inDirectory, openInMemory, START, task } from '../support/tracker.js';

/** A quality strategy that fails on some tasks until it is mended, under one name throughout. */
function mendable(fails: (taskId: string) => boolean) {
  const sound = layered();
  const health = { isMended: false };
  const quality: QualityScoringStrategy = {
    name: 'mendable',
    score: (facts) => {
      if (!health.isMended && fails(facts.taskId)) throw new Error('not yet');
      return sound.score(facts);
    },
  };
  return { health, quality };
}

const letters = async (tracker: Tracker) =>
  (await collect(tracker.deadLetters())).map(({ agentId, eventId, error }) => [agentId, eventId, error]);
const completed = async (tracker: Tracker, agentId = 'ada') =>
  (await tracker.performance(agentId))?.lifetime.tasksCompleted;

describe('dead letters', () => {
  it('list what an agent goes on without: the event, when and why', async () => {
    const { quality } = mendable((taskId) => taskId === 't1');
    const { tracker } = await openInMemory({ clock: clockAt(START + DAY), strategies: { quality } });
    await tracker.recordAll([task(0), task(1), task(2), task(1, { id: 'b', agentId: 'bob' })]);
    const found = await collect(tracker.deadLetters());
    expect(found).toEqual([
      {
        agentId: 'ada',
        eventId: 'task-1',
        failedAt: START + DAY,
        error: 'Error: not yet',
        event: expect.objectContaining({ id: 'task-1', type: 'task.completed', seq: 2 }),
      },
      expect.objectContaining({ agentId: 'bob', eventId: 'b' }),
    ]);
    expect(await collect(tracker.deadLetters({ agentId: 'bob' }))).toEqual([found[1]]);
    expect(await collect(tracker.deadLetters({ eventId: 'task-1' }))).toEqual([found[0]]);
    expect(await collect(tracker.deadLetters({ agentId: 'nobody' }))).toEqual([]);
    await tracker.close();
  });

  it('are taken anew once the strategy is mended, each once, and are gone then', async () => {
    const { quality, health } = mendable((taskId) => taskId !== 't0');
    const { tracker } = await openInMemory({ clock: clockAt(START + DAY), strategies: { quality } });
    await tracker.recordAll([task(0), task(1), task(2)]);
    expect(await tracker.retry()).toEqual({ retried: 2, recovered: 0, failed: 2 });
    expect(await letters(tracker)).toHaveLength(2);
    health.isMended = true;
    expect(await tracker.retry({ eventId: 'task-2' })).toEqual({ retried: 1, recovered: 1, failed: 0 });
    expect(await letters(tracker)).toEqual([['ada', 'task-1', 'Error: not yet']]);
    expect(await tracker.retry()).toEqual({ retried: 1, recovered: 1, failed: 0 });
    expect(await tracker.retry()).toEqual({ retried: 0, recovered: 0, failed: 0 });
    expect(await completed(tracker)).toBe(3);
    const failures = (await collect(tracker.log())).filter(({ type }) => type === 'agent.failed');
    expect(failures.map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
    await tracker.close();
  });

  it('survive a restart, and so does having been taken anew', async () => {
    await inDirectory(async (path) => {
      const { quality, health } = mendable((taskId) => taskId === 't1');
      const options = { path, clock: clockAt(START + DAY), strategies: { quality } };
      const first = await openTracker(options);
      await first.recordAll([task(0), task(1), task(2)]);
      await first.close();
      const second = await openTracker({ ...options, maxActiveAgents: 1 });
      await second.record(task(5, { id: 'b', agentId: 'bob' }));
      expect(await letters(second)).toEqual([['ada', 'task-1', 'Error: not yet']]);
      health.isMended = true;
      await second.retry();
      const ada = await second.performance('ada');
      expect(ada?.lifetime.tasksCompleted).toBe(3);
      await second.close();
      const third = await openTracker(options);
      expect(await letters(third)).toEqual([]);
      expect(await third.performance('ada')).toEqual(ada);
      await third.close();
    });
  });

  it('are not counted twice when the agent is rebuilt with a strategy that can take them', async () => {
    await inDirectory(async (path) => {
      const { quality, health } = mendable((taskId) => taskId === 't1');
      const options = { path, clock: clockAt(START + DAY), strategies: { quality } };
      const first = await openTracker(options);
      await first.recordAll([task(0), task(1), task(2)]);
      health.isMended = true;
      await first.retry();
      await first.close();
      const renamed = { ...options, strategies: { quality: { ...quality, name: 'another' } } };
      const second = await openTracker(renamed);
      expect(await completed(second)).toBe(3);
      expect(await letters(second)).toEqual([]);
      await second.close();
    });
  });

  it('hold an event whose time came after its arrival, and an override whose end failed', async () => {
    const { quality, health } = mendable((taskId) => taskId === 'later');
    let isRefusing = false;
    const refusing: QualityScoringStrategy = {
      name: 'refusing',
      score: (facts) => {
        if (isRefusing && facts.taskId === 't0') throw new Error('refused');
        return quality.score(facts);
      },
    };
    const clock = clockAt(START + DAY);
    const { tracker } = await openInMemory({ clock, strategies: { quality: refusing } });
    const now = START + DAY;
    const later = task(0, { id: 'later', taskId: 'later', at: now + 60_000 });
    const override = {
      id: 'o',
      type: 'override.set',
      agentId: 'ada',
      at: now,
      target: 'quality',
      taskId: 't0',
      score: 2,
      reason: 'r',
      by: 'b',
      expiresAt: now + DAY,
    } as const;
    await tracker.recordAll([task(0), later, override]);
    isRefusing = true;
    clock.increment(2 * DAY);
    await tracker.flush();
    expect((await letters(tracker)).map(([, eventId]) => eventId).sort()).toEqual(['later', 'o']);
    isRefusing = false;
    health.isMended = true;
    expect(await tracker.retry()).toEqual({ retried: 2, recovered: 2, failed: 0 });
    expect(await completed(tracker)).toBe(2);
    await tracker.close();
  });

  it('are made of the latest thousand of an agent whose every event fails', async () => {
    const { quality, health } = mendable(() => true);
    const { tracker } = await openInMemory({ clock: clockAt(START + 90 * DAY), strategies: { quality } });
    await tracker.recordAll(Array.from({ length: 1_200 }, (_, n) => task(n)));
    expect((await letters(tracker)).map(([, id]) => id)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => `task-${n + 200}`),
    );
    health.isMended = true;
    expect(await tracker.retry()).toMatchObject({ recovered: 1_000 });
    await tracker.close();
  });

  it('leave an agent as if nothing had ever failed, whatever its history and wherever it is opened again', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory({ minLength: 1, maxLength: 30 }),
        fc.nat(29),
        fc.boolean(),
        async (history, cut, isReopened) => {
          const sound = await record(history, async () => layered());
          const { quality, health } = mendable((taskId) => taskId === 't-1');
          const mended = await record(
            history,
            async (at, again) => {
              if (at === cut && isReopened) await again();
              return quality;
            },
            async (tracker) => {
              health.isMended = true;
              await tracker.retry();
            },
          );
          expect(mended.letters).toEqual([]);
          expect(mended.figures).toEqual(sound.figures);
        },
      ),
      { numRuns: 20 },
    );
  });
});

/** Records a history, and says what is known at its end, the paths that trends took aside. */
async function record(
  history: readonly Arrival[],
  strategy: (at: number, again: () => Promise<void>) => Promise<QualityScoringStrategy>,
  end: (tracker: Tracker) => Promise<void> = async () => {},
) {
  return inDirectory(async (path) => {
    const clock = clockAt(START);
    const none = async () => {};
    const quality = { ...(await strategy(-1, none)), name: 'q' };
    const open = () =>
      openTracker({
        path,
        clock,
        windows: ['7d', '30d'],
        minDataPoints: 2,
        retention: '36500d',
        strategies: { quality },
      });
    let tracker = await open();
    const again = async () => {
      await tracker.close();
      tracker = await open();
    };
    for (const [at, { now, input }] of history.entries()) {
      clock.set(Math.max(now, clock.now()));
      await tracker.record(input);
      await strategy(at, again);
    }
    await end(tracker);
    await again();
    const agents = await tracker.agents();
    const figures = [];
    for (const { agentId } of agents) {
      // Events were stamped with the department as known then, which may rest on what failed: stamps stay as they are.
      const { trends, standing, department, ...rest } = (await tracker.performance(agentId)) ?? {};
      figures.push({ ...rest, points: trends?.map(({ dataPointCount, slope }) => [dataPointCount, slope]) });
    }
    const found = { figures, letters: await letters(tracker) };
    await tracker.close();
    return found;
  });
}

describe('a trend strategy that fails', () => {
  const sound = theilSen();
  /** Fails in one part of itself while it is ill. */
  function ill(part: 'insert' | 'remove' | 'direction' | 'result' | 'detect') {
    const health = { isIll: false };
    const check = (asked: string) => {
      if (health.isIll && asked === part) throw new Error(`${part} failed`);
    };
    const trend: TrendDetectionStrategy = {
      name: 'ill',
      detect: (input) => {
        check('detect');
        return sound.detect(input);
      },
      ...(part !== 'detect' && {
        track: (metric, window, points) => {
          const tracker = sound.track(metric, window, points);
          let inserted = 0;
          return {
            get size() {
              return tracker.size;
            },
            insert: (point) => {
              // In the midst of a change: not in the first tracker that is told.
              if (inserted++ >= 0 && window !== '7d') check('insert');
              tracker.insert(point);
            },
            remove: (point) => {
              check('remove');
              tracker.remove(point);
            },
            replace: (before, after) => tracker.replace(before, after),
            direction: (previous) => {
              check('direction');
              return tracker.direction(previous);
            },
            result: (previous) => {
              check('result');
              return tracker.result(previous);
            },
          };
        },
      }),
    };
    return { trend, health };
  }

  for (const part of ['insert', 'remove', 'direction', 'result', 'detect'] as const) {
    it(`in ${part} costs events and no more: once mended and retried, all is as if it never had`, async () => {
      const run = async (isIll: boolean) => {
        const { trend, health } = ill(part);
        const clock = clockAt(START);
        const tracker = await openTracker({ db: new MemoryLevel(), clock, strategies: { trend } });
        for (let n = 0; n < 60; n++) {
          clock.set(START + n * DAY);
          health.isIll = isIll && n > 20 && n < 40;
          const signals = { criteriaMet: Math.max(0, 20 - Math.floor(n / 2)), criteriaTotal: 20 };
          await tracker.record(task(n, { at: clock.now(), signals }));
          await tracker.record(task(n, { id: `b${n}`, agentId: 'bob', at: clock.now(), signals }));
        }
        await tracker.retry();
        await tracker.record(task(61, { at: clock.now() }));
        expect(await letters(tracker)).toEqual([]);
        // Since when a trend has its direction, and a standing that outlasts its reasons, tell of the days of illness.
        const { trends, standing: _, ...rest } = (await tracker.performance('ada')) ?? {};
        await tracker.close();
        return { ...rest, trends: trends?.map(({ since, ...trend }) => trend) };
      };
      expect(await run(true)).toEqual(await run(false));
    });
  }
});
