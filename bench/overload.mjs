import { setTimeout } from 'node:timers/promises';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory, timed } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** A host that calls `record` without awaiting anything: what memory that takes, by how often and by `maxPending`. */
export async function run({ quick = false } = {}) {
  const counts = quick ? [20_000, 100_000] : [200_000, 1_000_000];
  const rows = [];
  for (const maxPending of [1_000, 10_000, 100_000]) {
    for (const count of counts) rows.push(await overload(maxPending, count));
  }
  printTable(
    '`record` without awaiting',
    [
      'maxPending',
      'calls',
      'stored',
      'refused',
      'µs a call',
      'MiB held',
      'KiB a pending event',
      's to drain',
    ],
    rows,
  );
}

function overload(maxPending, count) {
  return inTemporaryDirectory(async (path) => {
    const clock = new SimulatedClock();
    clock.set(START + 80 * DAY);
    const tracker = await openTracker({ path, clock, maxPending });
    const input = events(Number.MAX_SAFE_INTEGER, 1_000);
    // What the run before left is in nobody's figures.
    await setTimeout(100);
    memory();
    const before = memory();
    const answers = new Set();
    let refused = 0;
    const ms = await timed(() => {
      for (let n = 0; n < count; n++) {
        const size = answers.size;
        answers.add(tracker.record(input.next().value));
        // Of what is refused all have one answer.
        if (answers.size === size || answers.size > maxPending) refused++;
      }
    });
    const held = memory() - before;
    let stored = 0;
    const drain = await timed(async () => {
      for (const { status } of await Promise.allSettled(answers)) if (status === 'fulfilled') stored++;
    });
    if (stored + refused !== count) throw new Error(`${count - stored - refused} events were lost`);
    await tracker.close();
    const mib = held / 2 ** 20;
    const figures = [(ms * 1000) / count, mib, (mib * 1024) / maxPending, drain / 1000];
    return [maxPending, count, stored, refused, ...figures.map((figure) => figure.toFixed(1))];
  });
}

/** Bytes that are held once garbage is collected. */
function memory() {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
