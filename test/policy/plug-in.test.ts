import { describe, expect, it } from 'vitest';
import type { TrackerOutput } from '../../src/agent/outputs.js';
import { explain, type StandingPolicy } from '../../src/policy/index.js';
import { hired, live, recommendations, work } from '../support/careers.js';
import { collect, DAY, openInMemory } from '../support/tracker.js';

/** Speaks for a promotion whenever recent quality is above a bar. */
const bar = (more: Partial<StandingPolicy> = {}): StandingPolicy => ({
  name: 'bar',
  needs: { windows: ['7d'] },
  assess: (agent) => {
    const quality = agent.window('7d')?.avgQualityScore;
    return { met: quality?.status === 'ok' && quality.value > 8 ? ['promotion'] : [] };
  },
  evidence: (agent) => ({
    criteria: [{ name: 'weekly quality', met: true, value: 8.5, threshold: 8 }],
    windows: ['7d'],
    trends: [{ metric: 'quality', window: '7d' }],
    requiresApproval: agent.level === 'mid',
  }),
  ...more,
});

const failures = async (tracker: Parameters<typeof recommendations>[0]): Promise<TrackerOutput[]> =>
  (await collect(tracker.log())).filter(({ type }) => type === 'agent.failed');

describe('a policy of your own', () => {
  it('is asked, waits for nothing it does not ask for, and is quoted', async () => {
    const { tracker, clock } = await openInMemory({ policy: bar() });
    await tracker.record(hired('ada', 'mid'));
    await live({ tracker, clock }, 0, 4, (day) => work('ada', day, 9));
    const all = await recommendations(tracker);
    expect(all).toMatchObject([
      { kind: 'promotion', policy: 'bar', fromLevel: 'mid', toLevel: 'senior', requiresApproval: true },
    ]);
    expect(explain(all[0]!)[1]).toBe('weekly quality 8.5, threshold 8');
    expect(all[0]!.windows.map(({ window }) => window)).toEqual(['7d']);
    expect(all[0]!.trends).toMatchObject([{ metric: 'quality', window: '7d' }]);
    await tracker.close();
  });

  it('sees what a person put in the place of a score while it is in force', async () => {
    const { tracker, clock } = await openInMemory({ policy: bar() });
    await tracker.record(hired('ada', 'mid'));
    await live({ tracker, clock }, 0, 4, (day) => work('ada', day, 6));
    expect(await recommendations(tracker)).toEqual([]);
    const override = {
      type: 'override.set',
      agentId: 'ada',
      target: 'quality',
      by: 'eve',
      reason: 'hard',
    } as const;
    const at = clock.now();
    await tracker.record({ ...override, score: 9, at, expiresAt: at + 2 * DAY });
    const [made] = await recommendations(tracker);
    expect(made).toMatchObject({ overrides: [{ target: 'quality', score: 9, by: 'eve' }], trends: [] });
    expect(explain(made!).at(-1)).toMatch(/^quality was set to 9 by eve until 2026-01-06T12:00Z: hard$/);
    expect((await tracker.performance('ada'))?.standing).toBe('promotable');
    clock.increment(3 * DAY);
    await tracker.flush();
    expect((await tracker.performance('ada'))?.standing).toBe('steady');
    await tracker.close();
  });

  const mistakes: [string, Partial<StandingPolicy>, RegExp][] = [
    [
      'throws',
      {
        assess: () => {
          throw new Error('no idea');
        },
      },
      /no idea/,
    ],
    ['answers nothing', { assess: () => undefined as never }, /Standing policy bar/],
    ['invents a kind', { assess: () => ({ met: ['knighthood' as never] }) }, /met: expected an array of/],
    ['answers with a promise', { assess: (async () => ({ met: [] })) as never }, /promise/],
    ['looks back', { assess: () => ({ met: [], revisitAt: 0 }) }, /revisitAt/],
    [
      'has evidence that is not data',
      { evidence: () => ({ criteria: [globalThis] }) as never },
      /evidence for a promotion/,
    ],
  ];
  for (const [what, mistake, reason] of mistakes) {
    it(`that ${what} costs no event, and the failure is said once`, async () => {
      const { tracker, clock } = await openInMemory({ policy: bar(mistake) });
      await tracker.record(hired('ada', 'mid'));
      await live({ tracker, clock }, 0, 6, (day) => work('ada', day, 9));
      expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(12);
      expect((await tracker.performance('ada'))?.standing).toBe('steady');
      expect(await failures(tracker)).toMatchObject([
        { action: 'unjudged', error: expect.stringMatching(reason) },
      ]);
      expect(await collect(tracker.deadLetters())).toEqual([]);
      expect(await recommendations(tracker)).toEqual([]);
      await tracker.close();
    });
  }

  it('judges again as soon as it is well', async () => {
    const health = { isIll: true };
    const well = bar();
    const policy = bar({
      assess: (agent) => {
        if (health.isIll) throw new Error('ill');
        return well.assess(agent);
      },
    });
    const { tracker, clock } = await openInMemory({ policy });
    await tracker.record(hired('ada', 'junior'));
    await live({ tracker, clock }, 0, 4, (day) => work('ada', day, 9));
    health.isIll = false;
    await live({ tracker, clock }, 4, 5, (day) => work('ada', day, 9));
    expect(await recommendations(tracker)).toMatchObject([{ kind: 'promotion' }]);
    await tracker.close();
  });
});
