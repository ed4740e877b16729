import { MemoryLevel } from 'memory-level';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { printTable } from './table.mjs';

const DEPARTMENTS = 20;

/** What one update of the scoreboard costs after a batch that touched some agents, by how many there are in all. */
export async function run({ quick = false } = {}) {
  const rows = [];
  for (const agents of quick ? [100, 2_000] : [100, 1_000, 10_000]) {
    const clock = new SimulatedClock();
    clock.set(Date.UTC(2026, 0, 1));
    const tracker = await openTracker({ db: new MemoryLevel(), clock });
    await tracker.recordAll(tasks(agents, agents, clock.now(), 0));
    await tracker.flush();
    const costs = [];
    for (const touched of [1, 10, 100]) costs.push(await costOf(tracker, clock, agents, touched));
    rows.push([agents, ...costs.map((us) => us.toFixed(0))]);
    await tracker.close();
  }
  printTable('One update of the scoreboard, µs', ['agents', '1 touched', '10 touched', '100 touched'], rows);
}

/** Median over some batches, of what `flush` takes when all but the update is done, µs. */
async function costOf(tracker, clock, agents, touched) {
  const times = [];
  for (let round = 0; round < 31; round++) {
    // The first update after a pause comes with its batch; the second batch has to wait for the clock.
    clock.increment(100);
    await tracker.recordAll(tasks(1, agents, clock.now(), round));
    await tracker.recordAll(tasks(touched, agents, clock.now(), round + 1));
    const start = performance.now();
    clock.increment(100);
    times.push((performance.now() - start) * 1_000);
  }
  return times.sort((a, b) => a - b)[15];
}

function* tasks(count, agents, at, round) {
  for (let n = 0; n < count; n++) {
    const agent = (n * 7 + round * 13) % agents;
    const department = `department-${agent % DEPARTMENTS}`;
    yield {
      type: 'task.completed',
      agentId: `agent-${agent}`,
      taskId: `t${at}-${round}-${n}`,
      at,
      department,
    };
  }
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
