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
    const base = await heap();
    let tracker = await openTracker({ path, clock, maxActiveAgents: MAX_ACTIVE });
    const rows = [];
    let from = 0;
    for (const to of steps) {
      const ms = await timed(() => tracker.recordAll(comers(from, to)));
      const mib = ((await heap()) - base) / 2 ** 20;
      const back = await timed(() => askAll(tracker, to));
      const rate = Math.round((((to - from) * EVENTS) / ms) * 1000);
      rows.push([to, mib.toFixed(0), ((mib * 1024) / to).toFixed(1), rate, (back / 200).toFixed(2)]);
      from = to;
    }
    const title = `Agents that keep coming, at most ${MAX_ACTIVE} of them awake, ${EVENTS} events each`;
    printTable(title, ['agents', 'heap MiB', 'KiB an agent', 'events/s', 'ms to come back'], rows);
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
      yield { id, type: 'task.completed', agentId: `agent-${agent}`, taskId: id, at, usage };
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

async function heap() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
