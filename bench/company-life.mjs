import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory } from './directory.mjs';
import { events } from './events.mjs';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
/** Calls of `record` that the host makes in one turn: what it does at once is its own. */
const AT_ONCE = 25;

/**
 * The life of a company with so many agents, from its first event to the opening after its first restart: everything
 * that is recorded, ticked, asked, written and read.
 *
 * @param phase is handed each part of it to run, with its name
 */
export async function live(agents, perAgent, phase) {
  const total = agents * perAgent;
  const clock = new SimulatedClock();
  clock.set(START + 80 * DAY);
  await inTemporaryDirectory(async (path) => {
    let tracker;
    await phase('opening an empty database', async () => {
      tracker = await openTracker({ path, clock });
    });
    await phase(`recordAll, ${total} events, with snapshots`, () => tracker.recordAll(events(total, agents)));
    await phase(`record without awaiting, 20,000, ${AT_ONCE} a turn`, () => burst(tracker, 20_000));
    await phase('a tick that changes every agent', async () => {
      clock.increment(35 * DAY);
      await tracker.flush();
    });
    for (const [name, ask] of Object.entries(questionsTo(tracker))) await phase(name, ask);
    await phase('closing: snapshots of every agent', () => tracker.close());
    await phase('opening from snapshots', async () => {
      tracker = await openTracker({ path, clock });
    });
    await tracker.close();
  });
}

function questionsTo(tracker) {
  const department = 'department-3';
  return {
    'agents()': () => tracker.agents(),
    'performance of 1,000 agents': () => eachOf(1_000, (n) => tracker.performance(`agent-${n}`)),
    'performance as of a past moment, 100 agents': () =>
      eachOf(100, (n) => tracker.performance(`agent-${n}`, START + 40 * DAY)),
    'query of the company over 90 days': () => tracker.query({ from: START + 1, groupBy: 'department' }),
    'query of a department by agent': () => tracker.query({ department, from: START, groupBy: 'agent' }),
    'query of the company by agent': () => tracker.query({ from: START, groupBy: 'agent' }),
    'series of a department by day': () =>
      tracker.series({ department, from: START, metric: 'quality', every: '1d' }),
    'series of the company by hour': () => tracker.series({ from: START, metric: 'quality', every: '1h' }),
    'all events of a department': () => drain(tracker.events({ department })),
    'the last 10 events of 1,000 agents': () =>
      eachOf(1_000, (n) => drain(tracker.events({ agentId: `agent-${n}`, limit: 10, reverse: true }))),
    'log(), all of it': () => drain(tracker.log()),
    'export(), all of it': () => drain(tracker.export()),
  };
}

async function burst(tracker, count) {
  const pending = [];
  let n = 0;
  for (const event of events(count, 1_000)) {
    pending.push(tracker.record({ ...event, id: `burst-${event.id}` }));
    if (++n % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(pending);
}

async function eachOf(count, ask) {
  for (let n = 0; n < count; n++) await ask(n);
}

async function drain(items) {
  let count = 0;
  for await (const _item of items) count++;
  return count;
}
