import type { Database } from '../../src/store/database.js';
import { FaultyDatabase } from '../../src/testing/faulty-database.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { clockAt, collect, DAY, fadingTogether, HOUR, START } from '../support/tracker.js';

const EVENTS = fadingTogether({ ada: 16, bob: 9, zoë: 7 });

/** A small company in a database: closed twice on the way, with a tail that is in no snapshot unless it is closed. */
export async function furnish(db: Database, isClosed: boolean): Promise<void> {
  const clock = clockAt();
  // One that is not closed goes on to hold what it was given.
  const options = { db: new FaultyDatabase(db), clock, maxActiveAgents: 2 };
  let tracker = await openTracker(options);
  for (const [n, event] of EVENTS.entries()) {
    clock.set(Math.max(clock.now(), Number(event.at) + HOUR));
    await tracker.record(event);
    if (n % 12 !== 11) continue;
    await tracker.close();
    tracker = await openTracker(options);
  }
  if (isClosed) await tracker.close();
}

/** Everything that a host can ask of a database. */
export async function answersOf(db: Database) {
  const tracker = await openTracker({ db, clock: clockAt(0) });
  try {
    return await answers(tracker);
  } finally {
    await tracker.close();
  }
}

async function answers(tracker: Tracker) {
  const agents = await tracker.agents();
  const receipts: unknown[] = [];
  for (const event of EVENTS) receipts.push(await tracker.record(event));
  return {
    agents,
    performances: await Promise.all(agents.map(({ agentId }) => tracker.performance(agentId))),
    past: await Promise.all(agents.map(({ agentId }) => tracker.performance(agentId, START + 5 * DAY))),
    company: await tracker.query({}),
    departments: await tracker.query({ groupBy: 'department' }),
    edges: await tracker.query({ groupBy: 'agent', from: START + 1, to: START + 8 * DAY + HOUR }),
    series: await tracker.series({ metric: 'quality', every: '1d' }),
    ofBob: await tracker.series({ agentId: 'bob', metric: 'quality', every: '1d' }),
    events: await collect(tracker.events()),
    ofAda: await collect(tracker.events({ agentId: 'ada' })),
    log: await collect(tracker.log()),
    receipts,
  };
}
