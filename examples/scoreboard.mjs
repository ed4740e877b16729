// A scoreboard in the terminal: it draws what changed, at most ten times a second, however much happens.
import { MemoryLevel } from 'memory-level';
import { openTracker } from 'tenure';
import { SimulatedClock } from 'xstate';

const BARS = '▁▂▃▄▅▆▇█';
const clock = new SimulatedClock();
clock.set(Date.UTC(2026, 0, 1));
const tracker = await openTracker({ db: new MemoryLevel(), clock });

let drawn = 0;
tracker.scoreboard.subscribe(({ context }) => {
  drawn++;
  latest = draw(context);
  if (process.stdout.isTTY) console.log(`\x1b[H\x1b[J${latest}`);
});
let latest = '';

for (const [agentId, department] of [
  ['ada', 'research'],
  ['bob', 'research'],
  ['cyd', 'support'],
]) {
  await tracker.record({ type: 'agent.hired', agentId, department, at: clock.now() });
}
for (let n = 0; n < 300; n++) {
  clock.increment(20); // fifty tasks a second
  const agentId = ['ada', 'bob', 'cyd'][n % 3];
  const signals = { criteriaMet: { ada: 9, bob: 6, cyd: 3 }[agentId] + (n % 2), criteriaTotal: 10 };
  await tracker.record({ type: 'task.completed', agentId, taskId: `t${n}`, at: clock.now(), signals });
}
await tracker.flush();
console.log(latest);
console.log(`drawn ${drawn} times for ${300 + 3} events in ${(300 * 20) / 1000} seconds`);
await tracker.close();

/** @param board `{ agents, departments, standings }`: maps in no particular order */
function draw({ agents, departments, standings }) {
  const byName = [...agents.values()].sort((a, b) => a.agentId.localeCompare(b.agentId));
  const lines = byName.map(({ agentId, standing, overallQualityScore: quality, lifetime }) => {
    const bar = quality.status === 'ok' ? BARS[Math.min(7, Math.floor((quality.value / 10) * 8))] : '·';
    const score = quality.status === 'ok' ? quality.value.toFixed(1) : '–';
    return `${agentId.padEnd(5)} ${bar} ${score.padStart(4)} ${String(lifetime.tasksCompleted).padStart(4)} tasks  ${standing}`;
  });
  const teams = [...departments.values()]
    .sort((a, b) => a.department.localeCompare(b.department))
    .map(
      ({ department, agents, tasksCompleted }) => `${department}: ${agents} agents, ${tasksCompleted} tasks`,
    );
  const counts = Object.entries(standings).filter(([, count]) => count > 0);
  return [...lines, ...teams, counts.map(([standing, count]) => `${count} ${standing}`).join(', ')].join(
    '\n',
  );
}
