import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** Turns shorter than this did nothing worth mentioning, milliseconds. */
const BUSY = 0.5;
/** Linux counts the processor time of a thread at every tick of its own clock, milliseconds. */
const TICK = 4;

/**
 * What the turns of the event loop took while `work` was under way, milliseconds. `delay` is what a timer of the host
 * waited, by Node's histogram; `own` what the turns took without the collections of garbage that fell into them, and no
 * more than the processor time that this thread had meanwhile: other programs on the machine, and the threads of the
 * database, do not count; `collection` the longest of those collections.
 *
 * @returns { delay: { p99, max }, own: { p99, max }, collection, seconds }
 */
export async function turnsOf(work) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  const collections = watchCollections();
  const turns = watchTurns();
  histogram.enable();
  await later();
  histogram.reset();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  await later();
  histogram.disable();
  const found = await collections.stop();
  const own = ownWork(turns.stop(), found);
  const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 1);
  return {
    delay: { p99: ms(histogram.percentile(99)), max: ms(histogram.max) },
    own: { p99: at(own, 0.99), max: at(own, 1) },
    collection: Math.max(0, ...found.map(({ ms }) => ms)),
    seconds,
  };
}

/** Looks at every turn how long it took, and how much processor time the process has had. */
function watchTurns() {
  const turns = [];
  let isOver = false;
  let from = performance.now();
  let before = process.cpuUsage();
  let threadBefore = threadMs();
  const look = () => {
    const to = performance.now();
    const { user, system } = process.cpuUsage(before);
    const thread = threadMs();
    const cpu = Math.min((user + system) / 1000, thread - threadBefore + TICK);
    if (to - from > BUSY) turns.push({ from, to, cpu });
    from = performance.now();
    before = process.cpuUsage();
    threadBefore = thread;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop: () => {
      isOver = true;
      return turns;
    },
  };
}

/** Processor time of this thread so far; elsewhere than on Linux the clock has to do. */
function threadMs() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

function watchCollections() {
  const found = [];
  const note = (list) => {
    for (const { startTime, duration } of list) found.push({ from: startTime, ms: duration });
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return {
    stop: async () => {
      await later();
      note(observer.takeRecords());
      observer.disconnect();
      return found.sort((a, b) => a.from - b.from);
    },
  };
}

/** Ascending. Both lists are in order of time. */
function ownWork(turns, collections) {
  let next = 0;
  const own = turns.map(({ from, to, cpu }) => {
    let collected = 0;
    while (next < collections.length && collections[next].from < from) next++;
    for (; next < collections.length && collections[next].from < to; next++)
      collected += collections[next].ms;
    return Math.max(0, Math.min(to - from - collected, cpu));
  });
  return own.sort((a, b) => a - b);
}

function at(turns, share) {
  return turns[Math.ceil(turns.length * share) - 1] ?? 0;
}

function later() {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
