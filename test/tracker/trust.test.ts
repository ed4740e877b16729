import { expect, it } from 'vitest';
import type { TrackerOutput, TrustChanged } from '../../src/agent/outputs.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { explain } from '../../src/policy/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { progressiveTrust } from '../../src/trust/index.js';
import { decision, hired, live, work } from '../support/careers.js';
import { lived, SHORT } from '../support/dropping.js';
import { clockAt, collect, DAY, HOUR, inDirectory, openInMemory, START } from '../support/tracker.js';

const trust = progressiveTrust();

/** Hard work that is done well and liked. */
function excellent(agentId: string, day: number): PerformanceEventInput[] {
  const tasks = work(agentId, day, 10).map((task) => ({
    ...task,
    complexity: 'epic' as const,
    signals: { testsPassed: 5, testsFailed: 0 },
  })) as PerformanceEventInput[];
  const reviews = tasks.map(
    (task) =>
      ({
        type: 'review.submitted',
        agentId,
        at: task.at,
        taskId: (task as { taskId: string }).taskId,
        kind: 'code',
        reviewerId: 'grace',
        score: 10,
      }) as const,
  );
  return [...tasks, ...reviews];
}

/** The same work, failed; nobody says a word about it. */
const failing = (day: number) =>
  work('ada', day, 1, 6).map((task) => ({
    ...task,
    complexity: 'epic',
    signals: { testsFailed: 5 },
  })) as PerformanceEventInput[];

const turns = async (tracker: Tracker) =>
  (await collect(tracker.log()))
    .filter((output) => output.type === 'trust.changed')
    .map(({ from, to }) => `${from} > ${to}`);
const elevations = async (tracker: Tracker) => tracker.recommendations({ kind: 'elevation' });

it('is earned a step a week, to elevated only when a person approves, and fades when nothing is done', async () => {
  const { tracker, clock } = await openInMemory({ trust });
  const heard: TrustChanged[] = [];
  tracker.trust$.subscribe((turn) => heard.push(turn));
  await tracker.record(hired('ada', 'junior'));
  expect((await tracker.performance('ada'))?.trust).toMatchObject({ level: 'sandboxed', score: 0 });
  await live({ tracker, clock }, 0, 40, (day) => excellent('ada', day));
  expect(await turns(tracker)).toEqual(['sandboxed > restricted', 'restricted > standard']);
  expect(heard[1]!.at - heard[0]!.at).toBeGreaterThanOrEqual(7 * DAY);
  expect(heard[0]!.because).toMatch(/^The score is 0\.\d\d, restricted takes 0\.3\.$/);

  const [proposed, ...others] = await elevations(tracker);
  expect(others).toEqual([]);
  expect(proposed).toMatchObject({
    kind: 'elevation',
    fromLevel: 'standard',
    toLevel: 'elevated',
    requiresApproval: true,
  });
  expect(explain(proposed!)[0]).toMatch(/^elevation of ada from standard to elevated/);
  await tracker.record(decision(proposed!, 'approved', clock.now()));
  expect((await tracker.performance('ada'))?.trust?.level).toBe('elevated');
  expect((await tracker.performance('ada'))?.level).toBe('junior');
  expect(heard.at(-1)).toMatchObject({ to: 'elevated', because: 'A person approved it.' });
  await expect(tracker.record(decision(proposed!, 'rejected', clock.now()))).rejects.toMatchObject({
    path: 'recommendationId',
  });
  expect((await tracker.agents())[0]?.trust).toMatchObject({ level: 'elevated' });

  clock.increment(400 * DAY);
  await tracker.flush();
  expect((await tracker.performance('ada'))?.trust?.level).toBe('sandboxed');
  expect(await turns(tracker)).toHaveLength(4);
  await tracker.close();
});

it('is lost by failing, and a proposal lapses with it', async () => {
  const { tracker, clock } = await openInMemory({ trust });
  await tracker.record(hired('ada', 'junior'));
  await live({ tracker, clock }, 0, 40, (day) => excellent('ada', day));
  const [proposed] = await elevations(tracker);
  await live({ tracker, clock }, 40, 70, failing);
  expect(await turns(tracker)).toContain('standard > restricted');
  expect(await elevations(tracker)).toEqual([]);
  await expect(tracker.record(decision(proposed!, 'approved', clock.now()))).rejects.toThrow(
    'the trust in the agent changed meanwhile',
  );
  await tracker.close();
});

it('is asked for again only a week after it was refused', async () => {
  const { tracker, clock } = await openInMemory({ trust });
  await tracker.record(hired('ada', 'junior'));
  await live({ tracker, clock }, 0, 40, (day) => excellent('ada', day));
  const [first] = await elevations(tracker);
  const decidedAt = clock.now();
  await tracker.record(decision(first!, 'rejected', decidedAt));
  await live({ tracker, clock }, 40, 46, (day) => excellent('ada', day));
  expect(await elevations(tracker)).toEqual([]);
  await live({ tracker, clock }, 46, 50, (day) => excellent('ada', day));
  const [second] = await elevations(tracker);
  expect(second!.at - decidedAt).toBeGreaterThanOrEqual(7 * DAY);
  await tracker.close();
});

it('goes on after a restart, and what was announced stands when it is judged by other rules', async () => {
  await inDirectory(async (path) => {
    const clock = clockAt();
    const first = await openTracker({ path, clock, trust });
    await first.record(hired('ada', 'junior'));
    await live({ tracker: first, clock }, 0, 40, (day) => excellent('ada', day));
    const log = await collect(first.log());
    const before = await first.performance('ada');
    await first.close();
    const second = await openTracker({ path, clock, trust });
    expect(await second.performance('ada')).toEqual(before);
    expect(await collect(second.log())).toEqual(log);
    await second.close();
    const harder = progressiveTrust({ thresholds: { standard: 0.97, elevated: 0.99 }, margin: 0 });
    const third = await openTracker({ path, clock, trust: harder });
    expect((await third.performance('ada'))?.trust?.level).toBe('standard');
    clock.increment(DAY);
    await third.flush();
    expect((await third.performance('ada'))?.trust?.level).toBe('restricted');
    const news: TrackerOutput[] = (await collect(third.log())).slice(log.length);
    expect(news.filter(({ type }) => type === 'trust.changed')).toMatchObject([
      { from: 'standard', to: 'restricted', at: clock.now() },
    ]);
    await third.close();
    const fourth = await openTracker({ path, clock });
    expect((await fourth.performance('ada'))?.trust).toBeUndefined();
    await fourth.close();
  });
});

it('costs no event when its policy fails, and says so once', async () => {
  const broken = { ...progressiveTrust(), score: () => ({ score: Number.NaN, components: [] }) };
  const { tracker, clock } = await openInMemory({ trust: broken });
  await tracker.record(hired('ada', 'junior'));
  await live({ tracker, clock }, 0, 5, (day) => excellent('ada', day));
  expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(10);
  const failures = (await collect(tracker.log())).filter(({ type }) => type === 'agent.failed');
  expect(failures).toMatchObject([
    { action: 'unjudged', error: expect.stringContaining('Trust policy progressive') },
  ]);
  expect(await collect(tracker.deadLetters())).toEqual([]);
  await expect(openInMemory({ trust: { name: 'x' } as never })).rejects.toMatchObject({
    path: 'trust.halfLife',
  });
  await tracker.close();
});

it('of an agent that departed is not judged any more: time passes, and the past can be asked for', async () => {
  const clock = clockAt(START);
  const { tracker } = await openInMemory({ clock, trust });
  await tracker.recordAll(excellent('ada', 0));
  clock.set(START + DAY / 2);
  await tracker.record({ type: 'agent.departed', agentId: 'ada', at: clock.now() });
  // Until nothing of the work is in any window.
  for (let n = 0; n < 100; n++) {
    clock.increment(DAY);
    await tracker.flush();
  }
  const { seq } = tracker.actor.getSnapshot().context;
  for (let n = 0; n < 20; n++) {
    clock.increment(HOUR);
    await tracker.flush();
  }
  expect(tracker.actor.getSnapshot().context.seq).toBe(seq);
  expect((await tracker.performance('ada', clock.now() - DAY))?.standing).toBe('departed');
  await tracker.close();
});

it('that was judged of what is dropped by now keeps nobody who judges none', async () => {
  const { tracker, clock, db } = await lived(12, { ...SHORT, trust });
  await tracker.close();
  const again = await openTracker({ db, clock, ...SHORT });
  expect((await again.query({})).from).toBeGreaterThan(START);
  const at = clock.now() - DAY;
  expect(await again.performance('ada', at)).toMatchObject({ asOf: at });
  await again.close();
});
