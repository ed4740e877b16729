import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { waitFor } from 'xstate';
import type { TrackerOutput } from '../../src/agent/outputs.js';
import { layered } from '../../src/scoring/index.js';
import type { QualityScoringStrategy } from '../../src/scoring/types.js';
import { openTracker } from '../../src/tracker.js';
import {
  clockAt,
  collect,
  DAY,
  fading,
  HOUR,
  inDirectory,
  openInMemory,
  START,
  task,
} from '../support/tracker.js';

/** Fails on one task, as a strategy with a mistake would. */
function poisonedBy(taskId: string, score: () => number): QualityScoringStrategy {
  const sound = layered();
  return {
    name: 'poisoned',
    score: (facts) =>
      facts.taskId === taskId ? { ...sound.score(facts), score: score() } : sound.score(facts),
  };
}

describe('a strategy that fails', () => {
  const mistakes: [string, () => number][] = [
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
    ],
    ['returns NaN', () => Number.NaN],
    ['scores 11', () => 11],
  ];
  for (const [what, score] of mistakes) {
    it(`that ${what} costs its agent that one event, and nobody else anything`, async () => {
      const { tracker, clock } = await openInMemory({ strategies: { quality: poisonedBy('t1', score) } });
      clock.increment(DAY);
      const failures: TrackerOutput[] = [];
      tracker.failures$.subscribe((failure) => failures.push(failure));
      const events = [0, 1, 2].flatMap((n) => [
        task(n),
        task(n, { id: `b${n}`, agentId: 'bob', taskId: `b${n}` }),
      ]);
      expect(await tracker.recordAll(events)).toMatchObject({ accepted: 6, rejected: [] });
      expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(2);
      expect((await tracker.performance('bob'))?.lifetime.tasksCompleted).toBe(3);
      expect(failures).toMatchObject([
        { type: 'agent.failed', agentId: 'ada', eventId: 'task-1', action: 'restarted' },
      ]);
      expect(await collect(tracker.log())).toEqual(failures);
      expect((await tracker.performance('ada', START + DAY - 1))?.lifetime.tasksCompleted).toBe(2);
      await tracker.close();
    });
  }

  it('fails again in the same way when the agent is recovered from the journal', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt(START + DAY);
      const strategies = { quality: poisonedBy('t1', () => Number.NaN) };
      const first = await openTracker({ path, clock, strategies });
      await first.recordAll([task(0), task(1), task(2)]);
      const before = await first.performance('ada');
      const log = await collect(first.log());
      await first.close();
      const second = await openTracker({ path, clock, strategies, windows: ['7d', '30d', '90d'] });
      expect(await second.performance('ada')).toEqual(before);
      expect(await collect(second.log())).toEqual(log);
      await second.close();
    });
  });
});

describe('an inspector that throws', () => {
  it('is not noticed by anybody', async () => {
    const { tracker } = await openInMemory({
      inspect: () => {
        throw new Error('inspector');
      },
    });
    expect(await tracker.record(task(0))).toEqual({ seq: 1, duplicate: false });
    await tracker.close();
  });
});

describe('a disk that fails', () => {
  it('rejects what was not written, fails the supervisor, and loses nothing that was acknowledged', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt(START + 30 * DAY);
      const { Level } = await import('level');
      const db = new Level<string, string>(path);
      const tracker = await openTracker({ db, clock });
      await tracker.recordAll(fading(5));
      const batch = db.batch.bind(db);
      Object.assign(db, { batch: () => Promise.reject(new Error('no space left on device')) });
      const results = await Promise.allSettled([6, 7].map((n) => tracker.record(task(n))));
      for (const result of results) expect(result).toMatchObject({ reason: { code: 'TENURE_STORAGE' } });
      await waitFor(tracker.actor, (snapshot) => snapshot.matches('failed'));
      Object.assign(db, { batch });
      await expect(tracker.record(task(8))).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
      await tracker.close();

      const again = await openTracker({ path, clock });
      expect(await collect(again.events())).toHaveLength(5);
      expect(await again.record(task(6))).toEqual({ seq: 6, duplicate: false });
      await again.close();
    });
  });

  it('fsyncs every commit when it is to survive a power cut', async () => {
    for (const durability of ['process', 'power'] as const) {
      const db = new MemoryLevel();
      const syncs: unknown[] = [];
      const batch = db.batch.bind(db) as (...args: unknown[]) => Promise<void>;
      Object.assign(db, {
        batch: (operations: unknown, options: { sync?: boolean }) => {
          syncs.push(options?.sync ?? false);
          return batch(operations, options);
        },
      });
      const tracker = await openTracker({ db, clock: clockAt(START + DAY), durability });
      syncs.length = 0;
      await tracker.record(task(0));
      expect(syncs).toEqual([durability === 'power']);
      await tracker.close();
    }
  });
});

describe('passivation', () => {
  it('keeps the number of active agents bounded, and brings each back exactly as it left', async () => {
    const agents = Array.from({ length: 30 }, (_, n) => `agent-${n}`);
    const events = agents
      .flatMap((agentId) => fading(8, agentId))
      .sort((a, b) => Number(a.at) - Number(b.at));
    const run = async (maxActiveAgents: number) => {
      const { tracker, clock } = await openInMemory({ maxActiveAgents });
      for (const event of events) {
        clock.set(Math.max(clock.now(), Number(event.at)));
        await tracker.record(event);
        expect(agents.filter((agentId) => tracker.agentActor(agentId)).length).toBeLessThanOrEqual(
          maxActiveAgents,
        );
      }
      clock.increment(100 * DAY + HOUR);
      await tracker.flush();
      const all = await Promise.all(agents.map((agentId) => tracker.performance(agentId)));
      const log = await collect(tracker.log());
      await tracker.close();
      return { all, log };
    };
    expect(await run(4)).toEqual(await run(1_000));
  });
});
