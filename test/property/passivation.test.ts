import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { type Arrival, anyHistory, START } from '../support/arbitraries.js';
import { clockAt, collect, DAY, HOUR, task } from '../support/tracker.js';

const AGENTS = ['ada', 'bob', 'eve', 'kim', 'lou'];
const OPTIONS = { windows: ['1d', '7d'], minDataPoints: 2 };

/** What can be asked of a tracker. */
async function known(tracker: Tracker) {
  return {
    performances: await Promise.all(AGENTS.map((agentId) => tracker.performance(agentId))),
    agents: await tracker.agents(),
    events: await collect(tracker.events()),
    log: await collect(tracker.log()),
  };
}

/** A history lived through with so many agents awake at most, with moments at which it is opened again. */
async function lived(history: readonly Arrival[], maxActiveAgents: number, restarts: readonly number[]) {
  const clock = clockAt(START);
  const db = new MemoryLevel();
  const open = () => openTracker({ db, clock, maxActiveAgents, ...OPTIONS });
  let tracker = await open();
  const seen = [];
  for (const [at, { now, input }] of history.entries()) {
    if (restarts.includes(at)) {
      await tracker.close();
      tracker = await open();
    }
    // Hours pass one by one, so that time is looked at in between.
    while (clock.now() + HOUR < now && clock.now() + 7 * DAY > now) clock.increment(HOUR);
    clock.set(Math.max(now, clock.now()));
    await tracker.record(input);
    if (at % 7 === 0) seen.push(await tracker.performance(AGENTS[at % AGENTS.length] as string));
  }
  clock.increment(2 * DAY);
  await tracker.flush();
  const active = AGENTS.filter((agentId) => tracker.agentActor(agentId)).length;
  const found = { seen, ...(await known(tracker)) };
  await tracker.close();
  return { found, active };
}

describe('agents that are passivated', () => {
  test('come back exactly as they left, through events, ticks and restarts, however few may be awake', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory({ agents: AGENTS, minLength: 10, maxLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 2 }),
        fc.integer({ min: 1, max: 3 }),
        async (history, restarts, few) => {
          const [small, large] = [await lived(history, few, restarts), await lived(history, 1_000, restarts)];
          expect(small.found).toEqual(large.found);
          expect(small.active).toBeLessThanOrEqual(few);
        },
      ),
      { numRuns: 10, endOnFailure: true },
    );
  });

  test('are woken by a tick a part at a time, and say the same as if all had been awake', async () => {
    const run = async (maxActiveAgents: number) => {
      const clock = clockAt(START);
      const tracker = await openTracker({ db: new MemoryLevel(), clock, maxActiveAgents, ...OPTIONS });
      const events = Array.from({ length: 4_200 }, (_, n) =>
        task(0, { id: `${n}`, agentId: `agent-${n % 2_100}`, taskId: `${n}` }),
      );
      await tracker.recordAll(events);
      let most = 0;
      tracker.actor.subscribe(() => {
        most = Math.max(most, active(tracker, 2_100));
      });
      clock.increment(2 * DAY);
      await tracker.flush();
      const log = await collect(tracker.log());
      await tracker.close();
      return { log, most };
    };
    const [small, large] = [await run(100), await run(10_000)];
    expect(small.log.length).toBeGreaterThan(2_100);
    expect(small.log).toEqual(large.log);
    expect(small.most).toBeLessThanOrEqual(100);
  });

  test('are not those that the host listens to', async () => {
    const clock = clockAt(START + DAY);
    const tracker = await openTracker({ db: new MemoryLevel(), clock, maxActiveAgents: 2, ...OPTIONS });
    await tracker.record(task(0));
    const heard: string[] = [];
    const subscription = tracker.agentActor('ada')?.on('*', ({ type }) => heard.push(type));
    for (let n = 0; n < 20; n++) {
      await tracker.record(task(n, { id: `other ${n}`, agentId: `other ${n}` }));
    }
    expect(tracker.agentActor('ada')).toBeDefined();
    await tracker.record(task(1));
    expect(heard).toContain('standing.changed');
    subscription?.unsubscribe();
    for (let n = 0; n < 20; n++) {
      await tracker.record(task(n, { id: `more ${n}`, agentId: `more ${n}` }));
    }
    expect(tracker.agentActor('ada')).toBeUndefined();
    await tracker.close();
  });
});

function active(tracker: Tracker, count: number): number {
  let found = 0;
  for (let n = 0; n < count; n += 1) if (tracker.agentActor(`agent-${n}`)) found++;
  return found;
}
