import { describe, expect, it } from 'vitest';
import { resolveOptions, type TrackerOptions } from '../../src/options.js';
import { openTracker } from '../../src/tracker.js';
import { theilSen } from '../../src/trends/index.js';
import { singleWindow } from '../../src/windows/index.js';
import { collect, DAY, fading, HOUR, openInMemory, START, task } from '../support/tracker.js';

async function company() {
  const { tracker, clock } = await openInMemory();
  clock.increment(30 * DAY);
  await tracker.recordAll([
    { type: 'agent.hired', agentId: 'ada', at: START, department: 'red' },
    { type: 'agent.hired', agentId: 'bob', at: START, department: 'blue' },
    ...[3, 1, 2].map((n) => task(n, { projectId: n === 2 ? 'moon' : 'mars' })),
    ...fading(4, 'bob'),
  ]);
  return tracker;
}

describe('a moment of the past', () => {
  it('is answered the same again, whatever has arrived since about later times', async () => {
    const { tracker, clock } = await openInMemory();
    clock.increment(40 * DAY);
    // Late, and last things first: what the agent is said to have gone through depends on the order.
    for (const event of fading(30).reverse()) await tracker.record(event);
    const asked = clock.now() + 10 * 60_000;
    clock.increment(HOUR);
    await tracker.flush();
    const before = await tracker.performance('ada', asked);
    await tracker.record({ type: 'agent.hired', agentId: 'ada', at: clock.now(), name: 'Ada' });
    expect(await tracker.performance('ada', asked)).toEqual(before);
    await tracker.close();
  });

  it('knows since when time alone has made a trend what it is', async () => {
    const { tracker, clock } = await openInMemory();
    clock.increment(20 * DAY);
    await tracker.recordAll(fading(12));
    const past = await tracker.performance('ada', START + 16 * DAY);
    // Of a task a day until the eleventh, those from the seventh on are five.
    expect(past?.trends.find(({ metric, window }) => metric === 'quality' && window === '7d')).toMatchObject({
      direction: 'insufficient_data',
      since: START + 7 * DAY + 7 * DAY + 1,
    });
    await tracker.close();
  });
});

describe('the stored events', () => {
  it('come in the order of time, whatever the order of arrival, and back to front when asked', async () => {
    const tracker = await company();
    const forward = (await collect(tracker.events())).map(({ at, seq }) => [at, seq]);
    expect(forward).toEqual([...forward].sort(([a = 0, s = 0], [b = 0, t = 0]) => a - b || s - t));
    const back = (await collect(tracker.events({ reverse: true }))).map(({ at, seq }) => [at, seq]);
    expect(back).toEqual([...forward].reverse());
    await tracker.close();
  });

  it('are selected by agent, department, project, type and time, each alone and together', async () => {
    const tracker = await company();
    const ids = async (query: Parameters<typeof tracker.events>[0]) =>
      (await collect(tracker.events(query))).map((event) => ('taskId' in event ? event.taskId : event.type));
    expect(await ids({ agentId: 'ada' })).toEqual(['agent.hired', 't1', 't2', 't3']);
    expect(await ids({ department: 'red', projectId: 'mars' })).toEqual(['t1', 't3']);
    expect(await ids({ from: START + HOUR, to: START + 2 * HOUR })).toEqual(['t1', 't2']);
    expect(await ids({ agentId: 'ada', from: new Date(START + 2 * HOUR), reverse: true })).toEqual([
      't3',
      't2',
    ]);
    expect(await ids({ types: ['agent.hired'] })).toEqual(['agent.hired', 'agent.hired']);
    expect(await ids({ types: ['task.completed'], limit: 2 })).toEqual(['t0', 't1']);
    expect(await ids({ agentId: 'nobody' })).toEqual([]);
    await tracker.close();
  });

  it('stop when the consumer stops', async () => {
    const tracker = await company();
    for await (const event of tracker.events()) {
      expect(event.type).toBe('agent.hired');
      break;
    }
    await tracker.close();
  });
});

describe('a series', () => {
  it('puts the points of a metric into buckets, empty ones too', async () => {
    const { tracker, clock } = await openInMemory();
    clock.increment(30 * DAY);
    const costs = [1, 2, 3, 10];
    await tracker.recordAll(costs.map((cost, n) => task(n * 13, { usage: { cost } })));
    const { buckets } = await tracker.series({
      agentId: 'ada',
      metric: 'cost',
      every: '1d',
      from: START,
      to: START + 3 * DAY - 1,
    });
    expect(buckets).toEqual([
      { from: START, value: 1.5, count: 2 },
      { from: START + DAY, value: 6.5, count: 2 },
      { from: START + 2 * DAY, value: null, count: 0 },
    ]);
    await tracker.close();
  });

  it('is of a department when one is asked for, by the department stamped on each event', async () => {
    const tracker = await company();
    const count = async (department: string) => {
      const { buckets } = await tracker.series({ department, metric: 'quality', every: '7d' });
      return buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    };
    expect([await count('red'), await count('blue'), await count('green')]).toEqual([3, 4, 0]);
    await tracker.close();
  });

  it('has the same trend from a strategy in one go as from one in pieces', async () => {
    const { name, detect, detectInPieces } = theilSen();
    const trends = [];
    for (const trend of [
      { name, detect },
      { name, detect: () => expect.fail('in one go'), detectInPieces },
    ]) {
      const { tracker, clock } = await openInMemory({ strategies: { trend } });
      clock.increment(30 * DAY);
      await tracker.record(task(1));
      trends.push((await tracker.series({ metric: 'quality', every: '1d' })).trend);
      await tracker.close();
    }
    expect(trends[1]).toEqual(trends[0]);
  });

  it('fails alone where the pieces of a strategy are none', async () => {
    const detectInPieces = (() => Promise.resolve()) as never;
    const { tracker } = await openInMemory({ strategies: { trend: { ...theilSen(), detectInPieces } } });
    await tracker.record(task(0));
    await expect(tracker.series({ metric: 'quality', every: '1d' })).rejects.toMatchObject({
      code: 'TENURE_HOST',
      message: expect.stringContaining('detectInPieces'),
    });
    await tracker.close();
  });

  it('refuses what it cannot be made of, naming it', async () => {
    const tracker = await company();
    const invalid = (path: string) => ({ code: 'TENURE_INVALID_OPTIONS', path });
    await expect(tracker.series({ metric: 'charm' as 'cost', every: '1d' })).rejects.toMatchObject(
      invalid('metric'),
    );
    await expect(tracker.series({ metric: 'cost', every: 'often' })).rejects.toMatchObject(invalid('every'));
    await expect(tracker.series({ metric: 'cost', every: '1d', from: 'soon' })).rejects.toMatchObject(
      invalid('from'),
    );
    await expect(tracker.series({ metric: 'cost', every: '1m', from: 0 })).rejects.toMatchObject(
      invalid('every'),
    );
    await tracker.close();
  });
});

describe('agents', () => {
  it('are listed by id, and chosen by department and standing', async () => {
    const tracker = await company();
    const ids = async (filter?: Parameters<typeof tracker.agents>[0]) =>
      (await tracker.agents(filter)).map(({ agentId }) => agentId);
    expect(await ids()).toEqual(['ada', 'bob']);
    expect(await ids({ department: 'blue' })).toEqual(['bob']);
    expect(await ids({ standing: 'steady' })).toEqual([]);
    expect(await ids({ standing: 'unproven', department: 'red' })).toEqual(['ada']);
    await tracker.close();
  });
});

describe('options', () => {
  const cases: [string, TrackerOptions][] = [
    ['path', { path: '' }],
    ['minDataPoints', { minDataPoints: 0 }],
    ['currency', { currency: 'dollars' }],
    ['maxPending', { maxPending: 1.5 }],
    ['durability', { durability: 'eternal' as 'power' }],
    ['clock', { clock: {} as never }],
    ['strategies.quality', { strategies: { quality: {} as never } }],
    ['', { colour: 'red' } as TrackerOptions],
  ];
  for (const [path, options] of cases) {
    it(`refuse ${JSON.stringify(options)}, naming ${path || 'what is unknown'}`, async () => {
      await expect(openTracker(options)).rejects.toMatchObject({ code: 'TENURE_INVALID_OPTIONS', path });
    });
  }

  it('refuse what a window strategy says already, rather than drop it', () => {
    const strategies = { window: singleWindow({ window: '7d', minDataPoints: 3 }) };
    const resolving = (options: TrackerOptions) => () => resolveOptions({ strategies, ...options });
    expect(resolving({ windows: ['30d'], minDataPoints: 2 })).toThrow(
      expect.objectContaining({
        code: 'TENURE_INVALID_OPTIONS',
        issues: [
          { path: 'windows', message: expect.stringContaining('strategies.window') },
          { path: 'minDataPoints', message: expect.stringContaining('multiWindow({ minDataPoints })') },
        ],
      }),
    );
    expect(resolving({ minDataPoints: 3 })).toThrow(/minDataPoints/);
    expect(resolving({ windows: undefined as never })).not.toThrow();
    expect(resolveOptions({ strategies }).window).toMatchObject({ name: 'singleWindow', minDataPoints: 3 });
  });

  it('refuse windows that are no durations', () => {
    expect(() => resolveOptions({ windows: ['fortnight'] })).toThrow(/fortnight/);
  });
});
