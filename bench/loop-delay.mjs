import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** How long the event loop of the host is held up at a time while a company of agents is recorded, ticked and asked. */
export async function run({ quick = false } = {}) {
  const agents = quick ? 1_000 : 10_000;
  const count = agents * 20;
  await inTemporaryDirectory(async (path) => {
    const rows = [];
    const phase = async (name, work) => rows.push([name, ...(await delaysOf(work))]);
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
      `Event loop, ${agents} agents: milliseconds of a turn, by the clock and in processor time`,
      ['', 'delay p99', 'max', 'processor p99', 'max', 'seconds'],
      rows,
    );
  });
}

/**
 * What a turn of the event loop takes, in milliseconds: as the clock says (beyond the one at which the histogram
 * looks), and in processor time of this thread, which does not count what other programs take of a busy machine.
 */
async function delaysOf(work) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  const turns = watchTurns();
  histogram.enable();
  await turn();
  histogram.reset();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  await turn();
  histogram.disable();
  const cpu = turns.stop();
  const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 1).toFixed(1);
  return [ms(histogram.percentile(99)), ms(histogram.max), at(cpu, 0.99), at(cpu, 1), seconds.toFixed(1)];
}

/** Looks at every turn how much processor time this thread has had since the one before. */
function watchTurns() {
  const taken = [];
  let before = processorMs();
  let isOver = false;
  const look = () => {
    const now = processorMs();
    taken.push(now - before);
    before = processorMs();
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop: () => {
      isOver = true;
      return taken.sort((a, b) => a - b);
    },
  };
}

/** Linux alone tells; elsewhere the clock has to do. */
function processorMs() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

/** Of the turns that took anything worth mentioning: most are empty. */
function at(sorted, share) {
  const busy = sorted.filter((ms) => ms > 0.5);
  return (busy[Math.ceil(busy.length * share) - 1] ?? 0).toFixed(1);
}

function turn() {
  return new Promise((resolve) => setTimeout(resolve, 5));
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
