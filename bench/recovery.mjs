import { Level } from 'level';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory, measured } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';

/** Opening a company again: agents with 100 tasks each, from snapshots, against reading the same bytes. */
export async function run({ quick = false } = {}) {
  const agents = quick ? 500 : 10_000;
  const count = agents * 250; // two of five events finish a task
  await inTemporaryDirectory(async (path) => {
    const clock = new SimulatedClock();
    await build(path, clock, count, agents);

    const reads = [await measured(() => readSnapshots(path)), await measured(() => readSnapshots(path))];
    const before = await memory();
    let tracker;
    const open = await measured(async () => {
      tracker = await openTracker({ path, clock });
    });
    const asOpened = ((await memory()) - before) / agents / 1024;
    await tracker.recordAll(oneTaskEach(agents, clock.now()));
    const inUse = ((await memory()) - before) / agents / 1024;
    await tracker.close();
    const least = (key) => Math.min(...reads.map((read) => read[key]));
    const row = (name, { ms, cpuMs }) => [
      name,
      ms.toFixed(0),
      (ms / least('ms')).toFixed(1),
      cpuMs.toFixed(0),
      (cpuMs / least('cpuMs')).toFixed(1),
    ];
    printTable(
      `Recovery: ${agents} agents × 100 tasks, from snapshots`,
      ['', 'ms', 'of the floor', 'CPU ms', 'of the floor'],
      [
        row('reading the same bytes from LevelDB', { ms: least('ms'), cpuMs: least('cpuMs') }),
        row('opening the tracker', open),
      ],
    );
    printTable(
      `Memory: ${agents} active agents × 100 tasks`,
      ['', 'KiB an agent'],
      [
        ['as opened', asOpened.toFixed(0)],
        ['each of them in use, with its trends', inUse.toFixed(0)],
      ],
    );
  });
}

/** The clock goes along with the events, and rests a day at the end: what only the latest days need is gone. */
async function build(path, clock, count, agents) {
  const start = Date.UTC(2026, 0, 1);
  clock.set(start);
  const tracker = await openTracker({ path, clock });
  const { accepted } = await tracker.recordAll(inTime(events(count, agents, { start }), clock));
  if (accepted !== count) throw new Error(`accepted ${accepted} of ${count}`);
  clock.set(start + 83 * 86_400_000);
  await tracker.flush();
  await tracker.close();
}

/** Sets the clock a day ahead at a time, so that building does not take as long as living. */
function* inTime(stream, clock) {
  for (const event of stream) {
    if (event.at > clock.now()) clock.set(event.at + 86_400_000);
    yield event;
  }
}

function* oneTaskEach(agents, at) {
  const usage = { inputTokens: 1000, outputTokens: 200, toolCalls: 5, cost: 0.2 };
  for (let agent = 0; agent < agents; agent++) {
    const taskId = `last-${agent}`;
    yield {
      type: 'task.completed',
      agentId: `agent-${agent}`,
      taskId,
      at,
      assignedAt: at - 3_600_000,
      usage,
    };
  }
}

async function readSnapshots(path) {
  const db = new Level(path, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
  await db.open();
  for await (const _entry of db.iterator({ gte: Buffer.from('!states!'), lt: Buffer.from('!states"') }));
  await db.close();
}

async function memory() {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
