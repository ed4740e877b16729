import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';
import { turnsOf } from './turns.mjs';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
/** Nobody writes for so long: it is done. Milliseconds. */
const QUIET = 500;

/**
 * What dropping takes, all of it at once: 50 of 80 days, which a tracker with a retention of 30 days finds when it opens
 * a database that was recorded without one. How long until the records are dropped and until they are removed, how long
 * the event loop is held up meanwhile, and what it gives back.
 */
export async function run({ quick = false } = {}) {
  const sizes = quick
    ? [[100, 20_000]]
    : [
        [100, 200_000],
        [1_000, 200_000],
      ];
  const rows = [];
  for (const [agents, count] of sizes)
    rows.push(await inTemporaryDirectory((path) => drop(path, agents, count)));
  printTable(
    'Dropping 50 of 80 days',
    [
      'agents, events',
      'dropped after s',
      'removed after s',
      'own work p99 ms',
      'max',
      'MiB before',
      'after',
      'compacted',
    ],
    rows,
  );
}

async function drop(path, agents, count) {
  const windows = ['7d', '30d'];
  const clock = new SimulatedClock();
  const recorder = await openTracker({ path, clock, windows });
  let part = [];
  for (const event of events(count, agents)) {
    part.push(event);
    if (event.at < clock.now() + DAY / 4) continue;
    clock.set(event.at);
    await recorder.recordAll(part);
    part = [];
  }
  await recorder.close();
  const before = await sizeOf(path);
  clock.set(START + 80 * DAY);
  const db = new Level(path);
  let lastWrite = performance.now();
  for (const name of ['batch', 'clear']) {
    const write = db[name].bind(db);
    db[name] = async (...args) => {
      await write(...args);
      lastWrite = performance.now();
    };
  }
  const tracker = await openTracker({ db, clock, windows, retention: '30d' });
  const start = performance.now();
  let droppedAfter;
  const { own } = await turnsOf(async () => {
    while (droppedAfter === undefined || performance.now() - lastWrite < QUIET) {
      const { from } = await tracker.query({
        to: clock.now() - 1,
        from: undefined,
        metrics: ['tasksCompleted'],
      });
      if (from > 0) droppedAfter ??= performance.now() - start;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  const removedAfter = lastWrite - start;
  await tracker.close();
  const after = await sizeOf(path);
  await compact(path);
  const times = [droppedAfter, removedAfter].map((ms) => (ms / 1000).toFixed(1));
  const turns = [own.p99, own.max].map((ms) => ms.toFixed(1));
  const sizes = [before, after, await sizeOf(path)].map((bytes) => (bytes / 2 ** 20).toFixed(1));
  return [`${agents}, ${count}`, ...times, ...turns, ...sizes];
}

async function compact(path) {
  const db = new Level(path, { keyEncoding: 'buffer' });
  await db.open();
  await db.compactRange(Buffer.alloc(1), Buffer.alloc(1, 0xff));
  await db.close();
}

async function sizeOf(path) {
  const names = await readdir(path);
  const files = await Promise.all(names.map((name) => stat(join(path, name)).catch(() => ({ size: 0 }))));
  return files.reduce((sum, { size }) => sum + size, 0);
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
