import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { waitFor } from 'xstate';
import type { AgentFailed, TrackerOutput } from '../../src/agent/outputs.js';
import type { StandingPolicy } from '../../src/policy/types.js';
import { layered } from '../../src/scoring/index.js';
import type {
  CollaborationScoringStrategy,
  QualityScore,
  QualityScoringStrategy,
  TaskFacts,
} from '../../src/scoring/types.js';
import { openTracker } from '../../src/tracker.js';
import { theilSen } from '../../src/trends/index.js';
import type { TrendDetectionStrategy, TrendInput, TrendResult } from '../../src/trends/types.js';
import { noUncaughtErrors } from '../support/host-errors.js';
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
function poisonedBy(taskId: string, mistake: (facts: TaskFacts) => unknown): QualityScoringStrategy {
  const sound = layered();
  return {
    name: 'poisoned',
    score: (facts) => (facts.taskId === taskId ? (mistake(facts) as QualityScore) : sound.score(facts)),
  };
}

const scored = (score: unknown) => () => ({ ...layered().score(scoreable), score });
const scoreable = { taskId: 't', agentId: 'a', succeeded: true, reviews: [] };
const fail = (thrown: unknown) => () => {
  throw thrown;
};
const write = (change: (facts: Record<string, unknown>) => void) => (facts: TaskFacts) => {
  change(facts as never);
  return layered().score(facts);
};
const horror = {
  toString: fail('never to be put into words'),
};

describe('a strategy that fails', () => {
  noUncaughtErrors();

  const mistakes: [string, (facts: TaskFacts) => unknown][] = [
    ['throws', fail(new Error('no idea'))],
    ['throws what is no error', fail(undefined)],
    ['throws what cannot be put into words', fail(horror)],
    ['throws a symbol', fail(Symbol('s'))],
    ['throws a message without end', fail(new Error('x'.repeat(10_000_000)))],
    ['returns NaN', scored(Number.NaN)],
    ['scores 11', scored(11)],
    ['scores -0.1', scored(-0.1)],
    ['scores in words', scored('7')],
    ['scores true', scored(true)],
    ['scores 5n', scored(5n)],
    ['scores an object', scored({ valueOf: () => 5 })],
    ['answers nothing', () => undefined],
    ['answers null', () => null],
    ['answers with a promise', async () => layered().score(scoreable)],
    ['answers with a promise that fails', async () => fail(new Error('later'))()],
    [
      'recurses without end',
      function again(): unknown {
        return [again()];
      },
    ],
    ['writes to the facts', write((facts) => Object.assign(facts, { succeeded: false }))],
    ['writes to the usage', write(({ usage }) => Object.assign(usage as object, { cost: 0 }))],
    ['adds to the reviews', write(({ reviews }) => (reviews as unknown[]).push({}))],
  ];
  for (const [what, mistake] of mistakes) {
    it(`that ${what} costs its agent that one event, and nobody else anything`, async () => {
      const { tracker, clock } = await openInMemory({ strategies: { quality: poisonedBy('t1', mistake) } });
      clock.increment(DAY);
      const failures: TrackerOutput[] = [];
      tracker.failures$.subscribe((failure) => failures.push(failure));
      const events = [0, 1, 2].flatMap((n) => [
        task(n, { usage: { cost: 1 } }),
        task(n, { id: `b${n}`, agentId: 'bob', taskId: `b${n}` }),
      ]);
      expect(await tracker.recordAll(events)).toMatchObject({ accepted: 6, rejected: [] });
      expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(2);
      expect((await tracker.performance('bob'))?.lifetime.tasksCompleted).toBe(3);
      expect(failures).toMatchObject([
        { type: 'agent.failed', agentId: 'ada', eventId: 'task-1', action: 'restarted' },
      ]);
      expect((failures[0] as AgentFailed).error.length).toBeLessThan(600);
      expect(await collect(tracker.log())).toEqual(failures);
      expect(await collect(tracker.deadLetters())).toMatchObject([{ eventId: 'task-1' }]);
      expect((await tracker.performance('ada', START + DAY - 1))?.lifetime.tasksCompleted).toBe(2);
      await tracker.close();
    });
  }

  const policies: [string, () => unknown][] = [
    ['throws', fail(new Error('no idea'))],
    ['answers with a promise that fails', async () => fail(new Error('later'))()],
    ['answers nothing', () => undefined],
    ['proposes what there is not', () => ({ met: ['knighthood'] })],
  ];
  for (const [what, assess] of policies) {
    it(`that is a policy and ${what} costs its agent no event, only the judgement`, async () => {
      const policy = {
        name: 'poisoned',
        assess: ({ agentId }: { agentId: string }) => (agentId === 'ada' ? assess() : { met: [] }),
        evidence: fail(new Error('never asked')),
      } as unknown as StandingPolicy;
      const { tracker, clock } = await openInMemory({ policy });
      clock.increment(30 * DAY);
      await tracker.recordAll([...fading(12), ...fading(12, 'bob')]);
      for (const { agentId, lifetime } of await tracker.agents()) {
        expect([agentId, lifetime.tasksCompleted]).toEqual([agentId, 12]);
      }
      const failed = (await collect(tracker.log())).filter(({ type }) => type === 'agent.failed');
      expect(new Set(failed.map((output) => 'agentId' in output && output.agentId))).toEqual(
        new Set(['ada']),
      );
      expect(await collect(tracker.deadLetters())).toEqual([]);
      await tracker.close();
    });
  }

  it('that scores minus nothing means nothing, also after a restart', async () => {
    await inDirectory(async (path) => {
      const options = { path, clock: clockAt(START + DAY), minDataPoints: 1 };
      const strategies = { quality: poisonedBy('t0', scored(-0)) };
      const first = await openTracker({ ...options, strategies });
      await first.record(task(0));
      const before = await first.performance('ada');
      await first.close();
      const second = await openTracker({ ...options, strategies });
      expect(await second.performance('ada')).toEqual(before);
      await second.close();
    });
  });

  const observed = { type: 'collaboration.observed', kind: 'loop', agentId: 'ada', at: START } as const;
  const answers: [string, () => unknown][] = [
    ['throws', fail(new Error('no idea'))],
    ['scores 11', () => ({ score: 11 })],
    ['answers with a promise that fails', async () => fail(new Error('later'))()],
  ];
  for (const [what, answer] of answers) {
    it(`that ${what} on how an agent works with others costs those events alone`, async () => {
      const collaboration = { name: 'poisoned', score: answer } as unknown as CollaborationScoringStrategy;
      const { tracker } = await openInMemory({ clock: clockAt(START + DAY), strategies: { collaboration } });
      await tracker.recordAll([observed, task(0)]);
      expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(1);
      expect(await collect(tracker.deadLetters())).toHaveLength(1);
      await tracker.close();
    });
  }

  const trends: [string, (found: TrendResult) => unknown][] = [
    ['throws', fail(new Error('no idea'))],
    ['gives no direction', (found) => ({ ...found, direction: 'sideways' })],
    ['gives a slope of NaN', (found) => ({ ...found, direction: 'declining', slope: Number.NaN })],
    ['answers with a promise that fails', async () => fail(new Error('later'))()],
    ['answers nothing', () => undefined],
  ];
  for (const [what, answer] of trends) {
    it(`that ${what} of a trend costs events, and every question has an answer or a clear error`, async () => {
      const { detect } = theilSen();
      const trend = {
        name: 'poisoned',
        detect: (input: TrendInput) => (input.points.length === 7 ? answer(detect(input)) : detect(input)),
      } as unknown as TrendDetectionStrategy;
      const { tracker, clock } = await openInMemory({ strategies: { trend } });
      clock.increment(20 * DAY);
      expect(await tracker.recordAll(fading(20))).toMatchObject({ accepted: 20 });
      expect((await tracker.agents()).map(({ agentId }) => agentId)).toEqual(['ada']);
      expect((await collect(tracker.deadLetters())).length).toBeGreaterThan(0);
      clock.increment(DAY);
      await tracker.flush();
      const asked = await tracker.performance('ada').catch((error) => error);
      if (asked instanceof Error) expect(asked).toMatchObject({ code: 'TENURE_HOST' });
      await tracker.close();
    });
  }

  it('fails again in the same way when the agent is recovered from the journal', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt(START + DAY);
      const strategies = { quality: poisonedBy('t1', scored(Number.NaN)) };
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
