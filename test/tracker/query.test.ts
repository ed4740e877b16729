import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { Query } from '../../src/query/types.js';
import { type AdditiveCollaboration, behavioral, peerRatings } from '../../src/scoring/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { differencesOf } from '../support/agreement.js';
import { clockAt, DAY, fading, HOUR, openInMemory, START, task } from '../support/tracker.js';

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

function rated(n: number, more: Record<string, unknown> = {}): PerformanceEventInput {
  return {
    type: 'collaboration.observed',
    kind: 'helpfulness',
    rating: (n % 5) / 4,
    agentId: 'ada',
    at: START + n * HOUR,
    ...more,
  } as PerformanceEventInput;
}

function reviewed(at: number, score: number): PerformanceEventInput {
  const review = { type: 'review.submitted', kind: 'code', reviewerId: 'eve', taskId: 't1' } as const;
  return { ...review, agentId: 'ada', at, score };
}

async function qualityOf(tracker: Tracker, query: Query = {}): Promise<number | undefined> {
  const { groups } = await tracker.query({ agentId: 'ada', metrics: ['avgQualityScore'], ...query });
  const { avgQualityScore } = groups[0]!;
  return avgQualityScore.status === 'ok' ? avgQualityScore.value : undefined;
}

describe('a query', () => {
  it('of one agent over exactly a window is that window, role weights and all', async () => {
    const collaboration = behavioral({ roleWeights: { writer: { messageQuality: 10 } } });
    const { tracker, clock } = await openInMemory({ strategies: { collaboration } });
    clock.increment(80 * DAY);
    const roles = { type: 'agent.hired', agentId: 'ada', role: 'writer', at: START } as const;
    const ratings = Array.from({ length: 9 }, (_, n) => rated(n, { at: clock.now() - n * DAY }));
    const messages = ratings.map((event) => ({ ...event, kind: 'message', rating: undefined, quality: 0.3 }));
    await tracker.recordAll([roles, ...fading(70, 'ada'), ...ratings, ...(messages as typeof ratings)]);
    const { windows } = (await tracker.performance('ada'))!;
    for (const { window: _, from, to, ...figures } of windows) {
      const { groups, ...range } = await tracker.query({ agentId: 'ada', from, to });
      expect(range).toEqual({ from, to });
      const { totalCost, ...same } = groups[0]!;
      expect(totalCost).toBe(0);
      expect(differencesOf(same, figures)).toEqual([]);
    }
    await tracker.close();
  });

  it('on which a strategy fails rejects as a mistake of the host, and nothing else does', async () => {
    const usual = behavioral();
    let isWell = true;
    const of: AdditiveCollaboration['of'] = (observation) => {
      if (!isWell) throw new Error('no idea');
      return usual.additive!.of(observation);
    };
    const strategies = { collaboration: { ...usual, additive: { ...usual.additive!, of } } };
    const db = new MemoryLevel();
    const options = { db, clock: clockAt(START + 3 * DAY), strategies };
    const first = await openTracker(options);
    await first.recordAll([rated(1), rated(2)]);
    await first.close();
    const second = await openTracker(options);
    isWell = false;
    const range = { from: Number(rated(1).at) - 1, to: Number(rated(2).at) + 1 };
    await expect(second.query(range)).rejects.toMatchObject({
      code: 'TENURE_HOST',
      message: 'The query failed: Error: no idea',
      cause: expect.objectContaining({ message: 'no idea' }),
    });
    isWell = true;
    expect((await second.query(range)).groups[0]).toMatchObject({ collaborationScore: { count: 2 } });
    await second.close();
  });

  it('knows that an override has ended before any tick says so, without journalling anything', async () => {
    const { tracker, clock } = await openInMemory({ minDataPoints: 1 });
    clock.increment(DAY);
    const override = { type: 'override.set', target: 'quality', taskId: 't1', score: 1 } as const;
    const expiresAt = START + DAY + 5 * 60_000;
    await tracker.record(task(1));
    await tracker.record({ ...override, agentId: 'ada', at: START + DAY, reason: 'r', by: 'eve', expiresAt });
    expect(await qualityOf(tracker)).toBe(1);
    clock.increment(5 * 60_000);
    expect(await qualityOf(tracker)).toBe(10);
    expect((await tracker.record(task(2))).seq).toBe(3);
    expect(await qualityOf(tracker)).toBe(10);
    await tracker.close();
  });

  it('counts a review that comes years later, at the time of its task, also after a restart', async () => {
    const db = new MemoryLevel();
    const clock = clockAt(START + DAY);
    const options = { db, clock, windows: ['2d'], minDataPoints: 1, retention: '3000d' };
    const first = await openTracker(options);
    await first.recordAll([task(1, { department: 'red' }), task(2)]);
    clock.increment(900 * DAY);
    await first.recordAll([task(900 * 24, { taskId: 'later' })]);
    await first.close();
    const second = await openTracker(options);
    await second.record(reviewed(clock.now(), 3));
    const range = { from: START, to: START + HOUR, department: 'red' };
    const expected = (0.4 * 10 + 0.25 * 3) / 0.65;
    expect(await qualityOf(second, range)).toBeCloseTo(expected, 9);
    await second.close();
    const third = await openTracker(options);
    expect(await qualityOf(third, range)).toBeCloseTo(expected, 9);
    clock.increment(1);
    await third.record(reviewed(clock.now(), 9));
    expect(await qualityOf(third, range)).toBeCloseTo((0.4 * 10 + 0.25 * 9) / 0.65, 9);
    await third.close();
  });

  it('pools what colleagues said of several agents, and leaves out what an agent said of itself', async () => {
    const strategies = { collaboration: peerRatings() };
    const { tracker, clock } = await openInMemory({ strategies, minDataPoints: 1 });
    clock.increment(DAY);
    await tracker.recordAll([
      rated(4, { fromAgentId: 'bob' }),
      rated(4, { agentId: 'bob', fromAgentId: 'bob' }),
      rated(0, { agentId: 'bob', fromAgentId: 'ada' }),
    ]);
    const metrics = ['collaborationScore'] as const;
    const { groups } = await tracker.query({ metrics });
    expect(groups).toEqual([{ collaborationScore: { status: 'ok', value: 5, count: 3 } }]);
    const each = await tracker.query({ metrics, groupBy: 'agent' });
    expect(each.groups).toEqual([
      { agentId: 'ada', collaborationScore: { status: 'ok', value: 10, count: 1 } },
      { agentId: 'bob', collaborationScore: { status: 'ok', value: 0, count: 2 } },
    ]);
    await tracker.close();
  });

  it('tells names apart whatever they are made of, and what has none', async () => {
    const db = new MemoryLevel();
    const clock = clockAt(START + 10 * DAY);
    const first = await openTracker({ db, clock });
    const names = [
      '',
      '\0',
      '!',
      '\ud800',
      '\udfff',
      'a\0b',
      '__proto__',
      'constructor',
      'x'.repeat(256),
    ].slice(1);
    await first.recordAll([task(0), ...names.map((projectId, n) => task(n + 1, { projectId }))]);
    const ask = async (tracker: Tracker) =>
      (await tracker.query({ groupBy: 'project', metrics: ['tasksCompleted'] })).groups;
    const expected = [...names]
      .sort((a, b) => (a < b ? -1 : 1))
      .map((projectId) => ({ projectId, tasksCompleted: 1 }));
    expect(await ask(first)).toEqual([...expected, { projectId: undefined, tasksCompleted: 1 }]);
    await first.close();
    await using second = await openTracker({ db, clock });
    expect(await ask(second)).toEqual([...expected, { projectId: undefined, tasksCompleted: 1 }]);
    const one = await second.query({ projectId: '\ud800', metrics: ['tasksCompleted'] });
    expect(one.groups).toEqual([{ tasksCompleted: 1 }]);
  });

  it('that was asked in time is right while what is in memory goes into the stored totals and the tracker closes', async () => {
    const db = new MemoryLevel();
    const clock = clockAt(START + 100 * DAY);
    const agents = Array.from({ length: 40 }, (_, n) => `agent-${n}`);
    const work = agents.flatMap((agentId) => fading(90, agentId));
    const before = await openTracker({ db, clock });
    await before.recordAll(work.filter((_, n) => n % 2 === 0));
    await before.close();
    const tracker = await openTracker({ db, clock });
    await tracker.recordAll(work.filter((_, n) => n % 2 === 1));
    const ask = () =>
      Promise.all([
        tracker.query({ from: START + HOUR, to: START + 80 * DAY + HOUR }),
        tracker.query({ groupBy: 'agent', metrics: ['tasksCompleted', 'avgQualityScore'] }),
        tracker.series({ metric: 'quality', every: '1h', from: START, to: START + 40 * DAY }),
      ]);
    const expected = await ask();
    const asked = Promise.all(Array.from({ length: 20 }, ask));
    await tracker.close();
    for (const answers of await asked) expect(differencesOf(answers, expected)).toEqual([]);
  });

  const wrong: [string, object][] = [
    ['colour', { colour: 'red' }],
    ['groupBy', { groupBy: 'level' }],
    ['metrics.0', { metrics: ['charm'] }],
    ['metrics', { metrics: [] }],
    ['from', { from: 'soon' }],
    ['to', { to: -1 }],
    ['from', { from: 2, to: 1 }],
    ['agentId', { agentId: 7 }],
  ];
  it.each(wrong)('is refused when %s is wrong: %j', async (path, query) => {
    const { tracker } = await openInMemory();
    const refusal = { code: 'TENURE_INVALID_OPTIONS', path };
    await expect(tracker.query(query as Query)).rejects.toMatchObject(refusal);
    if (path !== 'groupBy' && !path.startsWith('metrics')) {
      await expect(
        tracker
          .events(query as object)
          [Symbol.asyncIterator]()
          .next(),
      ).rejects.toMatchObject(refusal);
      const series = { metric: 'cost', every: '1d', ...query } as const;
      await expect(tracker.series(series)).rejects.toMatchObject(refusal);
    }
    await tracker.close();
  });
});

describe('streamed events', () => {
  it('leave nothing open in the database when their consumer stops, or fails', async () => {
    const db = new MemoryLevel();
    let open = 0;
    const iterate = db.iterator.bind(db) as (options: object) => { close(): Promise<void> };
    db.iterator = ((options: object) => {
      const iterator = iterate(options);
      const close = iterator.close.bind(iterator);
      open++;
      iterator.close = () => {
        open--;
        return close();
      };
      return iterator;
    }) as typeof db.iterator;
    const clock = clockAt(START + 100 * DAY);
    const tracker = await openTracker({ db, clock });
    await tracker.recordAll(
      fading(400).map((event) => ({ ...event, at: START + ((event.at as number) % DAY) })),
    );
    const before = open;
    for (const query of [
      {},
      { reverse: true },
      { agentId: 'ada' },
      { from: START, types: ['task.completed'] },
    ]) {
      const events = tracker.events(query as object)[Symbol.asyncIterator]();
      expect((await events.next()).value.agentId).toBe('ada');
      await events.return?.();
      expect(open).toBe(before);
      const failing = async () => {
        for await (const { id } of tracker.events(query as object)) throw new Error(id);
      };
      await expect(failing()).rejects.toThrow('ada-');
      expect(open).toBe(before);
    }
    await tracker.close();
    expect(open).toBe(0);
  });
});

describe('totals that were damaged', () => {
  const parts = ['!rollups!', '!shelves!', '!scopes!', '!meta!rollups'];
  const harm: [string, (value: Buffer) => Buffer | undefined][] = [
    ['changed', (value) => Buffer.from(value.map((byte, i) => (i === value.length - 1 ? byte ^ 1 : byte)))],
    ['gone', () => undefined],
  ];
  const cases = parts.flatMap((part) => harm.map(([how, damage]) => [part, how, damage] as const));

  it.each(cases)(
    'give no wrong answer, and are made anew from the journal: an entry of %s %s',
    async (part, _, damage) => {
      const db = new MemoryLevel();
      const clock = clockAt(START + 100 * DAY);
      const first = await openTracker({ db, clock });
      await first.recordAll(fading(90).map((event) => ({ ...event, department: 'red' })));
      const ask = (tracker: Tracker) =>
        tracker.query({ department: 'red', from: START + HOUR, to: START + 80 * DAY });
      const expected = await ask(first);
      await first.close();

      await db.open();
      for await (const [key, value] of db.iterator<Buffer, Buffer>(BINARY)) {
        if (!key.toString('latin1').startsWith(part)) continue;
        const damaged = damage(value);
        if (damaged) await db.put(key, damaged, BINARY);
        else await db.del(key, BINARY);
      }
      await db.close();

      const second = await openTracker({ db, clock });
      const answer = await ask(second).catch((error: unknown) => error);
      if (!('groups' in (answer as object))) expect(answer).toMatchObject({ code: 'TENURE_CORRUPT' });
      else expect(answer).toEqual(expected);
      await second.record(task(1, { agentId: 'bob', taskId: 'other' }));
      await second.close();
      const third = await openTracker({ db, clock });
      expect(await ask(third)).toEqual(expected);
      await third.close();
    },
  );
});
