import { Level } from 'level';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory, timed } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';

/** Opening a company again: agents with 100 tasks each, from snapshots, against reading the same bytes. */
export async function run({ quick = false } = {}) {
  const agents = quick ? 500 : 2_000;
  const count = agents * 250; // two of five events finish a task
  await inTemporaryDirectory(async (path) => {
    const clock = new SimulatedClock();
    clock.set(Date.UTC(2026, 0, 1) + 80 * 86_400_000);
    await build(path, clock, count, agents);

    const bytes = await timed(() => readSnapshots(path));
    const before = await memory();
    let reopened;
    const opening = await timed(async () => {
      reopened = await openTracker({ path, clock });
    });
    const perAgent = ((await memory()) - before) / agents / 1024;
    await reopened.close();
    printTable(
      `Recovery: ${agents} agents × 100 tasks, from snapshots`,
      ['', 'ms', 'of the floor'],
      [
        ['reading the same bytes from LevelDB', bytes.toFixed(0), '1.0'],
        ['opening the tracker', opening.toFixed(0), (opening / bytes).toFixed(1)],
      ],
    );
    printTable('Memory of active agents', ['', 'KiB'], [['an agent with 100 tasks', perAgent.toFixed(0)]]);
  });
}

async function build(path, clock, count, agents) {
  const tracker = await openTracker({ path, clock });
  await tracker.recordAll(events(count, agents));
  await tracker.close();
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
