import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';
import { LIMIT, turnsOf } from './turns.mjs';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const HERE = fileURLToPath(import.meta.url);
/**
 * As `docs/guarantees.md` advises a host: one core is left to its thread. Node starts four threads for V8's collections
 * however few cores there are.
 */
const HOST = [`--v8-pool-size=${Math.min(4, Math.max(1, availableParallelism() - 1))}`];
/** Node tells of all that collections take: none is divided into steps. */
const APART = ['--no-incremental-marking', '--max-semi-space-size=16'];

/**
 * How long the event loop of the host is held up at a time while a company of agents is recorded, ticked and asked.
 * Twice, each in a process of its own: as a host runs it (the columns `host`), and with V8 marking garbage in one go.
 * Only then does Node tell of all that collections take (it is silent about the steps that they are divided into), so
 * that what is left of a turn is Tenure's own work. `of it worked` is the longest turn of the host by the processor time
 * of its thread: without what it waits for other threads, or for a core. The last phase has nothing of Tenure in it.
 *
 * @param perAgent events of each agent: 250 are 100 tasks with all that belongs to them
 */
export async function run({ quick = false, perAgent = 20 } = {}) {
  const agents = quick ? 1_000 : 10_000;
  const asHost = await measureWith(HOST, agents, perAgent);
  const apart = await measureWith(APART, agents, perAgent);
  const rows = asHost.map(({ name, delay, longest: ofHost, seconds }, i) => {
    const { longest, own } = apart[i];
    const figures = [ofHost.turn, longest.turn, longest.collections, own.p99, own.max].map(inWords);
    return [name, inWords(delay.p99), inWords(delay.max), ...figures, own.over, inWords(seconds)];
  });
  printTable(
    `Event loop, ${agents} agents with ${perAgent} events each: milliseconds of a turn`,
    [
      '',
      'host p99',
      'longest',
      'of it worked',
      'longest turn',
      'of it GC',
      'without GC p99',
      'longest without GC',
      `over ${LIMIT}`,
      'seconds',
    ],
    rows,
  );
  const over = apart.reduce((sum, { own }) => sum + own.over, 0);
  const late = asHost.filter(({ delay }) => delay.max > LIMIT).map(({ name }) => name);
  console.log(
    `The host, run with ${HOST.join(' ')}, waited for more than ${LIMIT} ms in: ${late.join('; ') || 'no phase'}`,
  );
  console.log(`Turns of Tenure's own work over ${LIMIT} ms, collections of garbage aside: ${over}`);
}

const inWords = (figure) => figure.toFixed(1);

async function measureWith(flags, agents, perAgent) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    HERE,
    '--json',
    agents,
    perAgent,
  ]);
  return JSON.parse(stdout);
}

async function measure(agents, perAgent) {
  const total = agents * perAgent;
  const rows = [];
  const phase = async (name, work) => rows.push({ name, ...(await turnsOf(work)) });
  const clock = new SimulatedClock();
  clock.set(START + 80 * DAY);
  await inTemporaryDirectory(async (path) => {
    let tracker;
    await phase('opening an empty database', async () => {
      tracker = await openTracker({ path, clock });
    });
    await phase(`recordAll, ${total} events, with snapshots`, () => tracker.recordAll(events(total, agents)));
    await phase('record without awaiting, 20,000', () => burst(tracker, 20_000));
    await phase('a tick that changes every agent', async () => {
      clock.increment(35 * DAY);
      await tracker.flush();
    });
    const department = 'department-3';
    const questions = {
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
    };
    for (const [name, ask] of Object.entries(questions)) await phase(name, ask);
    await phase('closing: snapshots of every agent', () => tracker.close());
    await phase('opening from snapshots', async () => {
      tracker = await openTracker({ path, clock });
    });
    await tracker.close();
  });
  await phase('nothing but counting, 2.5 ms a turn', () => count(2_000));
  return rows;
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

/** What the machine itself does to a loop, so many turns. */
async function count(turns) {
  for (let n = 0; n < turns; n++) {
    const end = performance.now() + 2.5;
    while (performance.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function eachOf(count, ask) {
  for (let n = 0; n < count; n++) await ask(n);
}

async function drain(items) {
  let count = 0;
  for await (const _item of items) count++;
  return count;
}

if (process.argv[1] === HERE) {
  const numbers = process.argv.slice(2).map(Number).filter(Number.isInteger);
  if (process.argv.includes('--json')) console.log(JSON.stringify(await measure(...numbers)));
  else await run({ quick: process.argv.includes('--quick'), perAgent: numbers[0] });
}
