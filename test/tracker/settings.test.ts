import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { behavioral, layered, openTracker, type TrackerOptions, theilSen } from '../../src/index.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { clockAt, DAY, fading, START } from '../support/tracker.js';

const NOW = START + 21 * DAY;
const seen: PerformanceEventInput[] = [1, 0.2, 0.7, 0.4, 0.6, 0.9].flatMap((quality, n) => [
  { type: 'collaboration.observed', agentId: 'ada', at: START + n * DAY, kind: 'message', quality },
  {
    type: 'collaboration.observed',
    agentId: 'ada',
    at: START + n * DAY,
    kind: 'delegation',
    succeeded: n % 2 === 0,
    responseSeconds: 100 * quality,
  },
]);
const reviews: PerformanceEventInput[] = [2, 9, 5].map((score, n) => ({
  type: 'review.submitted',
  agentId: 'ada',
  at: START + (n + 2) * DAY,
  taskId: `t${n}`,
  kind: 'peer',
  reviewerId: 'bob',
  score,
}));
const history = [
  ...fading(20),
  ...fading(7, 'bob'),
  ...[...seen, ...reviews].map((event, n) => ({ id: `e${n}`, ...event })),
].sort((a, b) => Number(a.at) - Number(b.at));

async function answers(options: TrackerOptions, events: readonly PerformanceEventInput[] = []) {
  const tracker = await openTracker({ clock: clockAt(NOW), ...options });
  await tracker.recordAll(events);
  const said = {
    ada: await tracker.performance('ada'),
    bob: await tracker.performance('bob'),
    past: await tracker.performance('ada', START + 9 * DAY),
    company: await tracker.query({ groupBy: 'agent' }),
    quality: await tracker.series({ metric: 'quality', every: '1d' }),
    together: await tracker.series({ metric: 'collaboration', every: '7d' }),
  };
  await tracker.close();
  return said;
}

const OTHERS: readonly [string, TrackerOptions][] = [
  ['quality', { strategies: { quality: layered({ weights: { peer: 5 } }) } }],
  [
    'collaboration',
    {
      strategies: { collaboration: behavioral({ weights: { messageQuality: 3 }, latencyScaleSeconds: 60 }) },
    },
  ],
  ['trends', { strategies: { trend: theilSen({ minEffect: { quality: 50 } }) } }],
];

describe.each(OTHERS)('a database that is opened with other settings of %s', (_of, others) => {
  it('answers as one that never had any but these, and back', async () => {
    const [db, fresh] = [new MemoryLevel(), new MemoryLevel()];
    const usual = await answers({ db }, history);
    const should = await answers({ db: fresh, ...others }, history);
    expect(should).not.toEqual(usual);
    expect(await answers({ db, ...others })).toEqual(should);
    expect(await answers({ db })).toEqual(usual);
  });

  it('is sound with the settings that it was written under, and not compared with any other', async () => {
    const db = new MemoryLevel();
    await answers({ db, ...others }, history);
    expect(await verifyDatabase({ db, ...others })).toMatchObject({ ok: true, notes: [] });
    const { ok, findings, notes } = await verifyDatabase({ db });
    expect({ ok, findings }).toEqual({ ok: true, findings: [] });
    expect(notes).toEqual([
      expect.stringMatching(/not compared with a replay: the states were made for .*#/),
    ]);
  });
});

it('departments that were judged by a trend with other settings are not compared, and judged anew', async () => {
  const db = new MemoryLevel();
  const ofADay = (day: number): PerformanceEventInput[] =>
    [0, 1, 2, 3].flatMap((n) => {
      const task = { agentId: 'ada', department: 'red', taskId: `${day}-${n}`, at: START + day * DAY + n };
      const type = n < day / 6 ? 'task.failed' : 'task.completed';
      const assigned = { ...task, type: 'task.assigned' } as const;
      return n === 0 ? [assigned] : [assigned, { ...task, type, at: task.at + 10 }];
    });
  // Nothing is ever announced: what is compared is what is stored.
  const rules = { minCriteriaMet: 4 };
  const keen = { hiring: { ...rules, trend: theilSen({ significance: 'off', minDataPoints: 5 }) } };
  const dull = { hiring: { ...rules, trend: theilSen({ minEffect: { successRate: 50 } }) } };
  const clock = clockAt(START);
  const tracker = await openTracker({ db, clock, ...keen });
  for (let day = 0; day < 20; day++) {
    clock.set(START + day * DAY + 20);
    await tracker.recordAll(ofADay(day));
  }
  await tracker.close();
  expect(await verifyDatabase({ db, ...keen })).toMatchObject({ findings: [], notes: [] });
  for (const hiring of [dull, { hiring: rules }]) {
    const notes = [expect.stringContaining('not compared with a replay: hiring was signalled for {')];
    expect(await verifyDatabase({ db, ...hiring })).toMatchObject({ findings: [], notes });
  }
  await (await openTracker({ db, clock, ...dull })).close();
  expect(await verifyDatabase({ db, ...dull })).toMatchObject({ findings: [], notes: [] });
});
