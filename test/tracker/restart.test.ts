import { describe, expect, it } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { thresholdOnly } from '../../src/trends/index.js';
import { clockAt, collect, DAY, fading, HOUR, inDirectory, START } from '../support/tracker.js';

/** Everything that a host can ask. */
async function answers(tracker: Tracker) {
  await tracker.flush();
  const agents = await tracker.agents();
  return {
    agents,
    performances: await Promise.all(agents.map(({ agentId }) => tracker.performance(agentId))),
    past: await Promise.all(
      agents.map(({ agentId }) => tracker.performance(agentId, START + 9 * DAY + HOUR)),
    ),
    events: await collect(tracker.events()),
    log: await collect(tracker.log()),
    scoreboard: tracker.scoreboard.get().context.agents,
  };
}

const history: PerformanceEventInput[] = [
  {
    id: 'h',
    type: 'agent.hired',
    agentId: 'ada',
    at: START,
    department: 'red',
    level: 'mid',
    name: 'Ada',
    role: 'dev',
  },
  ...fading(20, 'ada'),
  ...fading(7, 'bob'),
  {
    id: 'r',
    type: 'review.submitted',
    agentId: 'ada',
    at: START + DAY,
    taskId: 't0',
    kind: 'peer',
    reviewerId: 'bob',
    score: 3,
  },
  { id: 'c', type: 'collaboration.observed', agentId: 'bob', at: START + DAY, kind: 'message', quality: 0.5 },
  {
    id: 'o',
    type: 'override.set',
    agentId: 'bob',
    at: START + DAY,
    target: 'quality',
    score: 9,
    reason: 'seen it',
    by: 'eve',
  },
];

describe('a tracker that was closed and is opened again', () => {
  it('answers every question as before, and announces nothing again', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt(START + 21 * DAY);
      const first = await openTracker({ path, clock });
      await first.recordAll(history);
      const before = await answers(first);
      expect(before.log.length).toBeGreaterThan(0);
      await first.close();

      const second = await openTracker({ path, clock });
      const announced: unknown[] = [];
      second.transitions$.subscribe((transition) => announced.push(transition));
      expect(await answers(second)).toEqual(before);
      expect(await second.recordAll(history)).toEqual({
        accepted: 0,
        duplicates: history.length,
        rejected: [],
      });
      expect(await answers(second)).toEqual(before);
      expect(announced).toEqual([]);
      await second.close();
    });
  });

  it('goes on as one that never stopped', async () => {
    const all = [...history].sort((a, b) => Number(a.at) - Number(b.at));
    const run = async (stops: number) =>
      inDirectory(async (path) => {
        const clock = clockAt();
        let tracker = await openTracker({ path, clock });
        for (const [i, event] of all.entries()) {
          clock.set(Math.max(clock.now(), Number(event.at)));
          await tracker.record(event);
          if (i % 7 !== 3 || stops === 0) continue;
          await tracker.close();
          tracker = await openTracker({ path, clock });
        }
        const end = await answers(tracker);
        await tracker.close();
        // Ticks at opening take sequence numbers; the scoreboard shows agents as of when they were last shown.
        return {
          ...end,
          log: end.log.map(({ seq: _seq, ...output }) => output),
          events: undefined,
          scoreboard: undefined,
        };
      });
    const [stopped, steady] = [await run(1), await run(0)];
    expect(stopped).toEqual(steady);
  });

  it('is as of its own last moment on a clock that has not begun', async () => {
    await inDirectory(async (path) => {
      const first = await openTracker({ path, clock: clockAt(START + 21 * DAY) });
      await first.recordAll(history);
      const before = await answers(first);
      await first.close();
      const second = await openTracker({ path, clock: clockAt(0) });
      expect(await answers(second)).toEqual(before);
      await second.close();
    });
  });

  it('is rebuilt from the journal when it is opened with other windows or strategies, and says so', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt(START + 21 * DAY);
      const first = await openTracker({ path, clock });
      await first.recordAll(history);
      const log = await collect(first.log());
      await first.close();

      const strategies = { trend: thresholdOnly() };
      const second = await openTracker({ path, clock, windows: ['5d'], strategies });
      const performance = await second.performance('ada');
      expect(performance?.windows.map(({ window, tasksCompleted }) => [window, tasksCompleted])).toEqual([
        ['5d', 4],
      ]);
      expect(performance?.lifetime.tasksCompleted).toBe(20);
      expect(await collect(second.log())).toEqual(log);
      await second.close();
    });
  });

  it('holds its database alone', async () => {
    await inDirectory(async (path) => {
      const first = await openTracker({ path, clock: clockAt() });
      await expect(openTracker({ path, clock: clockAt() })).rejects.toMatchObject({ code: 'TENURE_LOCKED' });
      await first.close();
    });
  });

  it('refuses everything once closed, however often it is closed', async () => {
    await inDirectory(async (path) => {
      const tracker = await openTracker({ path, clock: clockAt() });
      await Promise.all([tracker.close(), tracker.close()]);
      await tracker.close();
      const closed = { code: 'TENURE_CLOSED' };
      await expect(tracker.record(fading(1)[0] as PerformanceEventInput)).rejects.toMatchObject(closed);
      await expect(tracker.recordAll(fading(1))).rejects.toMatchObject(closed);
      await expect(tracker.performance('ada')).rejects.toMatchObject(closed);
      await expect(tracker.agents()).rejects.toMatchObject(closed);
      await expect(tracker.flush()).rejects.toMatchObject(closed);
      await expect(collect(tracker.events())).rejects.toMatchObject(closed);
      await expect(collect(tracker.log())).rejects.toMatchObject(closed);
      expect(tracker.actor.getSnapshot().value).toBe('closed');
    });
  });

  it('makes everything durable that was recorded before it was closed', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt(START + 21 * DAY);
      const first = await openTracker({ path, clock });
      const receipts = Promise.all(history.map((event) => first.record(event)));
      await first.close();
      expect((await receipts).every(({ duplicate }) => !duplicate)).toBe(true);
      const second = await openTracker({ path, clock });
      expect(await collect(second.events())).toHaveLength(history.length);
      await second.close();
    });
  });
});

describe('the agents of a tracker that is opened again', () => {
  it('are active at once, so that a host can listen to them before anything happens', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt(START + 21 * DAY);
      const first = await openTracker({ path, clock });
      await first.recordAll(history);
      await first.close();
      const second = await openTracker({ path, clock });
      expect(second.agentActor('ada')?.getSnapshot().value).toEqual({ employed: 'steady' });
      await second.close();
      const crowded = await openTracker({ path, clock, maxActiveAgents: 1 });
      const active = ['ada', 'bob'].filter((agentId) => crowded.agentActor(agentId));
      expect(active).toHaveLength(1);
      expect((await crowded.agents()).map(({ agentId }) => agentId)).toEqual(['ada', 'bob']);
      await crowded.close();
    });
  });
});
