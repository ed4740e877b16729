// Reacting to transitions with RxJS: page somebody, once, when two metrics of one agent decline within two weeks.
import { MemoryLevel } from 'memory-level';
import { filter, groupBy, map, mergeMap, pairwise, take } from 'rxjs';
import { openTracker } from 'tenure';
import { SimulatedClock } from 'xstate';

const TWO_WEEKS = 14 * 86_400_000;
const clock = new SimulatedClock();
const tracker = await openTracker({ db: new MemoryLevel(), clock });

tracker.transitions$
  .pipe(
    filter(({ to, window }) => to === 'declining' && window !== '7d'),
    groupBy(({ agentId }) => agentId),
    mergeMap((ofAgent) => ofAgent.pipe(pairwise(), filter(isBoth), take(1))),
    map(([first, second]) => `${second.agentId}: ${first.metric} and ${second.metric} both decline`),
  )
  .subscribe((page) => console.log(page));

for (let day = 0; day < 60; day++) {
  clock.set(Date.UTC(2026, 0, 1 + day));
  // ada gets worse and dearer from day 30 on, bob only dearer.
  const fade = Math.max(0, day - 30);
  await tracker.recordAll([
    task('ada', day, { criteriaMet: 18 - Math.floor(fade / 3), cost: 1 + fade / 10 }),
    task('bob', day, { criteriaMet: 17 + (day % 2), cost: 1 + fade / 10 }),
  ]);
}
await tracker.close();

function isBoth([first, second]) {
  return second.at - first.at <= TWO_WEEKS && first.metric !== second.metric;
}

function task(agentId, day, { criteriaMet, cost }) {
  return {
    type: 'task.completed',
    agentId,
    taskId: `${agentId}-${day}`,
    at: clock.now(),
    signals: { criteriaMet, criteriaTotal: 20 },
    usage: { cost: cost * (1 + (day % 3) / 20) },
  };
}
