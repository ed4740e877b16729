import { setTimeout } from 'node:timers/promises';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { inTemporaryDirectory, timed } from './directory.mjs';
import { events } from './events.mjs';
import { printTable } from './table.mjs';

const AGENTS = 1_000;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const SPAN = 100 * DAY;
/** 90 days that begin and end within an hour, so that all kinds of edges are there. */
const FROM = START + 5 * DAY + 7_654_321;
const TO = FROM + 90 * DAY;

const QUESTIONS = {
  'one department, 90 days': (tracker) => tracker.query({ department: 'department-3', from: FROM, to: TO }),
  'all, by department': (tracker) => tracker.query({ from: FROM, to: TO, groupBy: 'department' }),
  'one agent': (tracker) => tracker.query({ agentId: 'agent-7', from: FROM, to: TO }),
  'one project': (tracker) => tracker.query({ projectId: 'project-3', from: FROM, to: TO }),
  'one department, by agent': (tracker) =>
    tracker.query({ department: 'department-3', from: FROM, to: TO, groupBy: 'agent' }),
  'quality of one department by day': (tracker) =>
    tracker.series({ department: 'department-3', metric: 'quality', every: '1d', from: START, to: TO }),
};

/** Questions about the same 100 days of the same 1,000 agents, in small and large companies. */
export async function run({ quick = false } = {}) {
  const counts = quick ? [20_000, 200_000] : [100_000, 1_000_000];
  const columns = [];
  for (const count of counts)
    await inTemporaryDirectory(async (path) => columns.push(...(await measure(path, count))));
  printTable(
    `Questions about 90 days, median ms (and slowest) of 50`,
    ['', ...columns.map(({ title }) => title)],
    Object.keys(QUESTIONS).map((name) => [name, ...columns.map(({ times }) => times[name])]),
  );
}

async function measure(path, count) {
  const clock = new SimulatedClock();
  clock.set(START + SPAN);
  const live = await openTracker({ path, clock });
  await live.recordAll(withProjects(events(count, AGENTS, { start: START, days: 100 })));
  // What is asked is asked of a tracker with unsaved changes, while it does nothing else.
  await settled(live);
  const open = await ask(live);
  await live.close();
  const reopened = await openTracker({ path, clock });
  const after = await ask(reopened);
  await reopened.close();
  const size = count.toLocaleString('en');
  return [
    { title: `${size}, live`, times: open },
    { title: 'reopened', times: after },
  ];
}

function* withProjects(all) {
  let i = 0;
  for (const event of all) yield { ...event, projectId: `project-${Math.floor(i++ / 10) % 20}` };
}

/** Waits until no snapshots are being written any more. */
async function settled(tracker) {
  const checkpoint = () => tracker.actor.getSnapshot().context.checkpoint;
  for (let before = -1; before !== checkpoint(); await setTimeout(5_000)) before = checkpoint();
}

async function ask(tracker) {
  const times = {};
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const taken = [];
    for (let i = 0; i < 50 && taken.reduce((a, b) => a + b, 0) < 20_000; i++) {
      taken.push(await timed(() => question(tracker)));
    }
    taken.sort((a, b) => a - b);
    times[name] = `${taken[taken.length >> 1].toFixed(1)} (${taken.at(-1).toFixed(0)})`;
  }
  return times;
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
