import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** Turns shorter than this did nothing worth mentioning, milliseconds. */
const BUSY = 0.5;
/** Linux counts the processor time of a thread at every tick of its own clock, milliseconds. */
const TICK = 4;

/** No turn of Tenure's own work is to take longer, milliseconds. */
export const LIMIT = 20;

/**
 * What the turns of the event loop took while `work` was under way, milliseconds. `delay` is what a timer of the host
 * waited, by Node's histogram. `turns` counts those that did anything worth mentioning, and those of them that took more
 * than {@link LIMIT}. `longest` is the longest turn, and what of it collections of garbage took. `own` is what turns took
 * without the collections that fell into them, and how many of them were longer than that. No turn counts for more than
 * the processor time that this thread had in it: other programs on the machine, and the threads of the database, do not
 * count.
 *
 * @returns { delay: { p99, max }, turns: { count, over }, longest: { turn, collections }, own: { p99, max, over },
 * seconds }
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
  const all = withCollections(turns.stop(), found);
  const own = all.map(({ own }) => own).sort((a, b) => a - b);
  const longest = all.reduce((most, turn) => (turn.ms > most.ms ? turn : most), { ms: 0, collected: 0 });
  const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 1);
  return {
    delay: { p99: ms(histogram.percentile(99)), max: ms(histogram.max) },
    turns: { count: all.length, over: all.filter(({ wall }) => wall > LIMIT).length },
    longest: { turn: longest.ms, collections: longest.collected },
    own: { p99: at(own, 0.99), max: at(own, 1), over: own.filter((ms) => ms > LIMIT).length },
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

/** What each turn took, what of it collections did, and what is left. Both lists are in order of time. */
function withCollections(turns, collections) {
  let next = 0;
  return turns.map(({ from, to, cpu }) => {
    let collected = 0;
    while (next < collections.length && collections[next].from < from) next++;
    for (; next < collections.length && collections[next].from < to; next++)
      collected += collections[next].ms;
    const ms = Math.min(to - from, cpu);
    const own = Math.max(0, Math.min(to - from - collected, cpu));
    return { wall: to - from, ms, collected: Math.min(collected, ms), own };
  });
}

function at(turns, share) {
  return turns[Math.ceil(turns.length * share) - 1] ?? 0;
}

function later() {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
