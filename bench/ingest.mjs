import { Level } from 'level';
import { assign, createActor, SimulatedClock, setup } from 'xstate';
import { openTracker, performanceEventSchema, theilSen } from '../dist/src/index.js';
import { inTemporaryDirectory, measured } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';

const AGENTS = 1_000;

/**
 * Durable ingest against a floor that does per event what nobody can leave out: one zod parse, one JSON encoding,
 * one LevelDB put (batches of 2,000), one `send` to one of 1,000 flat actors.
 */
export async function run({ quick = false } = {}) {
  const count = quick ? 40_000 : 200_000;
  const rounds = quick ? 1 : 3;
  const floor = [];
  const tenure = [];
  for (let round = 0; round < rounds; round++) {
    floor.push(await inTemporaryDirectory((path) => measured(() => ingestFloor(path, count))));
    tenure.push(await inTemporaryDirectory((path) => ingestTenure(path, count)));
  }
  const rate = (runs) => (count / Math.min(...runs.map(({ ms }) => ms))) * 1000;
  const cpu = (runs) => (Math.min(...runs.map(({ cpuMs }) => cpuMs)) / count) * 1000;
  // On a machine that others use too, processor time says more than the clock.
  const row = (name, runs) => [
    name,
    Math.round(rate(runs)),
    (rate(runs) / rate(floor)).toFixed(2),
    cpu(runs).toFixed(1),
    (cpu(floor) / cpu(runs)).toFixed(2),
  ];
  printTable(
    `Durable ingest: ${count} events, ${AGENTS} agents, best of ${rounds}`,
    ['', 'events/s', 'of the floor', 'CPU µs an event', 'of the floor'],
    [row('floor', floor), row('Tenure, everything on', tenure)],
  );
  await compareTrends(quick);
}

/** The same tracker with the trends' windows recomputed at every event: what the incremental trackers save. */
async function compareTrends(quick) {
  const count = quick ? 5_000 : 20_000;
  const agents = count / 200;
  const { name, detect } = theilSen();
  const strategies = { trend: { name, detect } };
  const kept = await inTemporaryDirectory((path) => ingestTenure(path, count, agents));
  const recomputed = await inTemporaryDirectory((path) => ingestTenure(path, count, agents, { strategies }));
  const rate = ({ ms }) => Math.round((count / ms) * 1000);
  printTable(
    `The same with trends recomputed at every event: ${count} events, ${agents} agents`,
    ['', 'events/s', 'of recomputed'],
    [
      ['trends recomputed', rate(recomputed), '1.0'],
      ['trends kept up to date', rate(kept), (recomputed.ms / kept.ms).toFixed(1)],
    ],
  );
}

async function ingestFloor(path, count) {
  const db = new Level(path);
  await db.open();
  const machine = setup({
    actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
  }).createMachine({
    context: { count: 0 },
    on: { event: { actions: 'count' } },
  });
  const actors = Array.from({ length: AGENTS }, () => createActor(machine).start());
  let batch = [];
  let i = 0;
  for (const input of events(count, AGENTS)) {
    const event = performanceEventSchema.parse(input);
    batch.push({ type: 'put', key: String(i).padStart(12, '0'), value: JSON.stringify(event) });
    actors[i++ % AGENTS].send({ type: 'event', event });
    if (batch.length < 2_000) continue;
    await db.batch(batch);
    batch = [];
  }
  await db.batch(batch);
  await db.close();
}

async function ingestTenure(path, count, agents = AGENTS, options = {}) {
  const clock = new SimulatedClock();
  clock.set(Date.UTC(2026, 0, 1) + 80 * 86_400_000);
  const tracker = await openTracker({ path, clock, ...options });
  const taken = await measured(async () => {
    const { accepted } = await tracker.recordAll(events(count, agents));
    if (accepted !== count) throw new Error(`accepted ${accepted} of ${count}`);
  });
  await tracker.close();
  return taken;
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
