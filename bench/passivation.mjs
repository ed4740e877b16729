import { readFileSync } from 'node:fs';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory, timed } from './directory.mjs';
import { printTable } from './table.mjs';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const MAX_ACTIVE = 2_000;
const EVENTS = 5;

/** Agents keep coming, a few of them are awake: what memory they take, and how long one takes to come back. */
export async function run({ quick = false } = {}) {
  const steps = quick ? [5_000, 10_000, 20_000] : [20_000, 50_000, 100_000, 200_000];
  await inTemporaryDirectory(async (path) => {
    const clock = new SimulatedClock();
    clock.set(START + 10 * DAY);
    const base = await memory();
    let tracker = await openTracker({ path, clock, maxActiveAgents: MAX_ACTIVE });
    const rows = [];
    let from = 0;
    for (const to of steps) {
      const ms = await timed(() => tracker.recordAll(comers(from, to)));
      const now = await memory();
      const last = rows.at(-1) ?? base;
      const more = (kind) => (((now[kind] - last[kind]) * 1024) / (to - from)).toFixed(2);
      const back = await timed(() => askAll(tracker, to));
      const rate = Math.round((((to - from) * EVENTS) / ms) * 1000);
      rows.push({
        to,
        ...now,
        moreHeap: more('heap'),
        moreExternal: more('external'),
        rate,
        back: back / 200,
      });
      from = to;
    }
    const title = `Agents that keep coming, at most ${MAX_ACTIVE} of them awake, ${EVENTS} events each`;
    const head = [
      'agents',
      'heap MiB',
      'external MiB',
      'KiB for each more',
      'anonymous RSS MiB',
      'RSS MiB',
      'events/s',
      'ms to come back',
    ];
    const cells = rows.map(({ to, heap, external, anonymous, rss, moreHeap, moreExternal, rate, back }) => [
      to,
      (heap - base.heap).toFixed(0),
      (external - base.external).toFixed(0),
      `${moreHeap} + ${moreExternal}`,
      anonymous.toFixed(0),
      rss.toFixed(0),
      rate,
      back.toFixed(2),
    ]);
    printTable(title, head, cells);
    const tick = await timed(async () => {
      clock.increment(8 * DAY);
      await tracker.flush();
    });
    await tracker.close();
    const opening = await timed(async () => {
      tracker = await openTracker({ path, clock, maxActiveAgents: MAX_ACTIVE });
    });
    await tracker.close();
    printTable(
      `The same ${from} agents`,
      ['', 'seconds'],
      [
        ['a tick that changes every one', (tick / 1000).toFixed(1)],
        ['opening from snapshots', (opening / 1000).toFixed(1)],
      ],
    );
  });
}

function* comers(from, to) {
  for (let agent = from; agent < to; agent++) {
    for (let n = 0; n < EVENTS; n++) {
      const id = `${agent}-${n}`;
      const at = START + n * DAY;
      const usage = { cost: 1 + n };
      const who = { agentId: `agent-${agent}`, department: `department-${agent % 20}` };
      yield { id, type: 'task.completed', ...who, taskId: id, at, usage };
    }
  }
}

/** 200 agents from everywhere. */
async function askAll(tracker, count) {
  for (let n = 0; n < 200; n++) {
    const agent = Math.floor((n * count) / 200);
    const { lifetime } = await tracker.performance(`agent-${agent}`);
    if (lifetime.tasksCompleted !== EVENTS) throw new Error(`agent-${agent} lost something`);
  }
}

/**
 * MiB after a collection of garbage: objects, what belongs to them outside of the heap, and what the process has of the
 * system, in all and without the pages of files (LevelDB maps its own).
 */
async function memory() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    heap: heapUsed / 2 ** 20,
    external: external / 2 ** 20,
    rss: rss / 2 ** 20,
    anonymous: anonymous(),
  };
}

/** Of Linux only. */
function anonymous() {
  if (process.platform !== 'linux') return Number.NaN;
  const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
