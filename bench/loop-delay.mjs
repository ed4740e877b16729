import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';
import { turnsOf } from './turns.mjs';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** How long the event loop of the host is held up at a time while a company of agents is recorded, ticked and asked. */
export async function run({ quick = false } = {}) {
  const agents = quick ? 1_000 : 10_000;
  const count = agents * 20;
  await inTemporaryDirectory(async (path) => {
    const rows = [];
    const phase = async (name, work) => rows.push([name, ...rowOf(await turnsOf(work))]);
    const clock = new SimulatedClock();
    clock.set(START + 80 * DAY);
    let tracker;
    await phase('opening an empty database', async () => {
      tracker = await openTracker({ path, clock });
    });
    await phase(`recordAll, ${count} events`, () => tracker.recordAll(events(count, agents)));
    await phase('record without awaiting, 20,000 at a time', () => burst(tracker, 20_000));
    await phase('a tick that changes every agent', async () => {
      clock.increment(35 * DAY);
      await tracker.flush();
    });
    await phase('agents()', () => tracker.agents());
    await phase('performance of 1,000 agents', () => eachOf(1_000, (n) => tracker.performance(`agent-${n}`)));
    await phase('performance as of a past moment, 100 agents', () =>
      eachOf(100, (n) => tracker.performance(`agent-${n}`, START + 40 * DAY)),
    );
    await phase('query of a department over 90 days', () =>
      tracker.query({ department: 'department-3', from: START, groupBy: 'agent' }),
    );
    await phase('series of a department', () =>
      tracker.series({ department: 'department-3', from: START, metric: 'quality', every: '1d' }),
    );
    await phase('all events of a department', () => drain(tracker.events({ department: 'department-3' })));
    await phase('closing: snapshots of every agent', () => tracker.close());
    await phase('opening from snapshots', async () => {
      tracker = await openTracker({ path, clock });
    });
    await tracker.close();
    printTable(
      `Event loop, ${agents} agents, ${count} events: milliseconds of a turn`,
      ['', 'delay p99', 'max', 'own work p99', 'max', 'longest collection', 'seconds'],
      rows,
    );
  });
}

function rowOf({ delay, own, collection, seconds }) {
  return [delay.p99, delay.max, own.p99, own.max, collection, seconds].map((figure) => figure.toFixed(1));
}

/** The host makes its calls a few at a time: what it does at once is its own. */
async function burst(tracker, count) {
  const pending = [];
  let n = 0;
  for (const event of events(count, 1_000)) {
    pending.push(tracker.record({ ...event, id: `burst-${event.id}` }));
    if (++n % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
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

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
