// A standing policy of one's own: promote whoever is cheap and reliable, and propose nothing else.
import { MemoryLevel } from 'memory-level';
import { explain, openTracker } from 'tenure';
import { SimulatedClock } from 'xstate';

const DAY = 86_400_000;

/** @param settings `successRate` at least, `cost` at most, both over 7 days */
function thrifty(settings) {
  const criteriaOf = (agent) => {
    const { successRate, avgCostPerTask } = agent.window('7d');
    return [
      criterion('successRate', successRate, settings.successRate, (value, limit) => value >= limit),
      criterion('avgCostPerTask', avgCostPerTask, settings.cost, (value, limit) => value <= limit),
    ];
  };
  return {
    name: 'thrifty',
    settings, // a database that was written under other settings is judged anew
    sustain: 2 * DAY,
    cooldown: 7 * DAY,
    needs: { windows: ['7d'] },
    assess: (agent) => ({ met: criteriaOf(agent).every(({ met }) => met) ? ['promotion'] : [] }),
    evidence: (agent) => ({
      criteria: criteriaOf(agent),
      windows: ['7d'],
      trends: [],
      requiresApproval: false,
    }),
  };
}

function criterion(name, figure, threshold, holds) {
  const value = figure.status === 'ok' ? figure.value : null;
  const met = value !== null && holds(value, threshold);
  return { name, metric: name, window: '7d', met, value, threshold, count: figure.count };
}

const clock = new SimulatedClock();
const policy = thrifty({ successRate: 0.9, cost: 0.5 });
const tracker = await openTracker({ db: new MemoryLevel(), clock, policy });
const made = [];
tracker.recommendations$.subscribe((recommendation) => made.push(recommendation));

for (let day = 0; day < 14; day++) {
  clock.set(Date.UTC(2026, 0, 1 + day));
  for (const [agentId, cost] of [
    ['ada', 0.3],
    ['bob', 0.9],
  ]) {
    const task = { type: 'task.completed', agentId, taskId: `${agentId}-${day}`, at: clock.now() };
    await tracker.record({ ...task, usage: { cost } });
  }
}
for (const recommendation of made) console.log(explain(recommendation).join('\n'));

// The host decides; an approved promotion moves the level.
const [{ id: recommendationId, agentId }] = made;
const decision = { type: 'decision.recorded', recommendationId, outcome: 'approved', by: 'grace' };
await tracker.record({ ...decision, agentId, at: clock.now() });
console.log(`${agentId} is ${(await tracker.performance(agentId)).level} now`);
await tracker.close();
