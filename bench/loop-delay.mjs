import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { live } from './company-life.mjs';
import { count, countBeside, TURN_MS } from './counting.mjs';
import { printTable } from './table.mjs';
import { LIMIT, turnsOf } from './turns.mjs';

/** Agents of the first company: V8 compiles all code meanwhile, as it does once in months of a host. */
const WARM_UP = 1_000;
const HERE = fileURLToPath(import.meta.url);
/**
 * As `docs/guarantees.md` advises a host: one core is left to its thread, for Node starts four threads for V8's collections
 * however few cores there are; young objects are collected after half as many bytes as by default, in half the time;
 * V8 marks what is in use by what is allocated, not by the clock, which makes it stop the host for long once it lags behind;
 * and code that it gives up has no objects to make, for which it would first end the sweeping of all garbage.
 */
const HOST = [
  `--v8-pool-size=${Math.min(4, Math.max(1, availableParallelism() - 1))}`,
  '--max-semi-space-size=8',
  '--no-incremental-marking-task',
  '--no-turbo-escape',
];
/** Node tells of all that collections take: none is divided into steps. */
const APART = ['--no-incremental-marking', '--max-semi-space-size=16', '--no-turbo-escape'];

/**
 * How long the event loop of the host is held up at a time while a company of agents is recorded, ticked and asked.
 * Twice, each in a process of its own: as a host runs it (the columns `host`), and with V8 marking garbage in one go.
 * Only then does Node tell of all that collections take (it is silent about the steps that they are divided into), so
 * that what is left of a turn is Tenure's own work. `of it worked` is the longest turn of the host by the processor time
 * of its thread: without what it waits for other threads, or for a core. The last two phases have nothing of Tenure in
 * them: what the machine itself does to a loop.
 *
 * @param perAgent events of each agent: 250 are 100 tasks with all that belongs to them
 */
export async function run({ quick = false, perAgent = 20 } = {}) {
  const agents = quick ? 1_000 : 10_000;
  const { phases: asHost, peakMiB } = await measureWith(HOST, agents, perAgent);
  const { phases: apart } = await measureWith(APART, agents, perAgent);
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
  const phases = asHost.filter(({ isControl }) => !isControl);
  const over = sumOf(phases, ({ turns }) => turns.over);
  const late = asHost.filter(({ delay }) => delay.max > LIMIT).map(({ name }) => name);
  console.log(
    `The host, run with ${HOST.join(' ')}: ${over} of ${sumOf(phases, ({ turns }) => turns.count)} turns took more than ${LIMIT} ms; timers waited for as long in: ${late.join('; ') || 'no phase'}`,
  );
  console.log(`Memory of its process (RSS): ${peakMiB.toFixed(0)} MiB at most`);
  const ownOver = sumOf(apart, ({ own }) => own.over);
  console.log(`Turns of Tenure's own work over ${LIMIT} ms, collections of garbage aside: ${ownOver}`);
}

const sumOf = (phases, figure) => phases.reduce((sum, phase) => sum + figure(phase), 0);
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
  const rows = [];
  const phase = async (name, work, isControl = false) =>
    rows.push({ name, isControl, ...(await turnsOf(work)) });
  await phase(`${WARM_UP} agents, all that follows, once`, () =>
    live(WARM_UP, perAgent, (_, work) => work()),
  );
  await live(agents, perAgent, phase);
  await phase(`nothing but counting, ${TURN_MS} ms a turn`, () => count(2_000), true);
  await phase('the same beside a thread that counts', () => countBeside(2_000), true);
  return { phases: rows, peakMiB: process.resourceUsage().maxRSS / 1024 };
}

if (process.argv[1] === HERE) {
  const numbers = process.argv.slice(2).map(Number).filter(Number.isInteger);
  if (process.argv.includes('--json')) console.log(JSON.stringify(await measure(...numbers)));
  else await run({ quick: process.argv.includes('--quick'), perAgent: numbers[0] });
}
