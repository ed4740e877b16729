import { expect, it } from 'vitest';
import type { ScoreboardState } from '../../src/scoreboard/state.js';
import { DAY, openInMemory, START, task } from '../support/tracker.js';

it('shows the latest of every agent, department and standing', async () => {
  const { tracker, clock } = await openInMemory();
  clock.increment(DAY);
  const hired = (agentId: string, department: string) =>
    ({ type: 'agent.hired', agentId, at: START, department }) as const;
  await tracker.recordAll([
    hired('ada', 'red'),
    hired('bob', 'blue'),
    hired('cyd', 'red'),
    ...[0, 1, 2, 3, 4].map((n) => task(n, { usage: { cost: 2 } })),
    { type: 'agent.departed', agentId: 'cyd', at: START + 1 },
  ]);
  await tracker.flush();
  const { agents, departments, standings } = tracker.scoreboard.get().context;
  expect([...agents.keys()].sort()).toEqual(['ada', 'bob', 'cyd']);
  expect(departments.get('red')).toEqual({
    department: 'red',
    agents: 2,
    tasksCompleted: 5,
    tasksFailed: 0,
    totalCost: 10,
  });
  expect(standings).toMatchObject({ steady: 1, unproven: 1, departed: 1 });
  expect(agents.get('ada')).toEqual((await tracker.agents()).find(({ agentId }) => agentId === 'ada'));
  await tracker.close();
});

it('is updated at most once in 100 ms of the clock, and never changes what it showed before', async () => {
  const { tracker, clock } = await openInMemory();
  clock.increment(DAY);
  const seen: ScoreboardState[] = [];
  tracker.scoreboard.subscribe(({ context }) => seen.push(context));
  for (let n = 0; n < 5; n++) await tracker.record(task(n));
  expect(seen).toHaveLength(1);
  const [first] = seen;
  expect(first?.agents.get('ada')?.lifetime.tasksCompleted).toBe(1);
  clock.increment(99);
  expect(seen).toHaveLength(1);
  clock.increment(1);
  expect(seen).toHaveLength(2);
  expect(seen[1]?.agents.get('ada')?.lifetime.tasksCompleted).toBe(5);
  expect(first?.agents.get('ada')?.lifetime.tasksCompleted).toBe(1);
  await tracker.close();
  clock.increment(DAY);
  expect(seen).toHaveLength(2);
});

it('shows agents that are passivated before anybody looks', async () => {
  const { tracker, clock } = await openInMemory({ maxActiveAgents: 1 });
  clock.increment(DAY);
  await tracker.record(task(0));
  await tracker.recordAll(['a', 'b', 'c', 'd'].map((agentId, n) => task(n + 1, { agentId })));
  await tracker.recordAll(['a', 'b', 'c', 'd'].map((agentId, n) => task(n + 9, { agentId })));
  clock.increment(100);
  const { agents } = tracker.scoreboard.get().context;
  expect(['a', 'b', 'c', 'd'].map((id) => agents.get(id)?.lifetime.tasksCompleted)).toEqual([2, 2, 2, 2]);
  await tracker.close();
});

it('shows agents at rest as they are, each as one object for as long as somebody holds it', async () => {
  const { tracker, clock } = await openInMemory({ maxActiveAgents: 1 });
  clock.increment(DAY);
  const ids = ['a', 'b', 'c', 'd'];
  await tracker.recordAll(ids.map((agentId, n) => task(n, { agentId, department: 'red' })));
  await tracker.flush();
  const before = tracker.scoreboard.get().context.agents;
  const [a, b] = [before.get('a'), before.get('b')];
  await tracker.record(task(9, { agentId: 'b', department: 'red' }));
  await tracker.flush();
  const { agents, departments } = tracker.scoreboard.get().context;
  expect(agents.get('a')).toBe(a);
  expect(before.get('b')).toBe(b);
  expect([b?.lifetime.tasksCompleted, agents.get('b')?.lifetime.tasksCompleted]).toEqual([1, 2]);
  expect(departments.get('red')).toMatchObject({ agents: 4, tasksCompleted: 5 });
  const told = await tracker.agents();
  for (const one of told) expect(agents.get(one.agentId)).toMatchObject({ ...one, asOf: expect.any(Number) });
  expect([...agents.values()].map(({ agentId }) => agentId).sort()).toEqual(ids);
  expect([a, a?.trends, a?.trends[0], a?.lifetime].map((one) => Object.isFrozen(one))).not.toContain(false);
  await tracker.close();
});

it('shows nothing that anybody could change', async () => {
  const { tracker, clock } = await openInMemory();
  clock.increment(DAY);
  await tracker.recordAll([
    { type: 'agent.hired', agentId: 'ada', at: START, department: 'red' },
    { type: 'override.set', agentId: 'ada', at: START, target: 'quality', score: 3, reason: 'r', by: 'eve' },
    task(1),
  ]);
  await tracker.flush();
  const { context } = tracker.scoreboard.get();
  const ada = context.agents.get('ada');
  const found = [context, context.standings, context.departments.get('red'), ada, ada?.lifetime, ada?.trends];
  expect(found.map((one) => Object.isFrozen(one))).toEqual(found.map(() => true));
  expect(Object.isFrozen(ada?.trends[0])).toBe(true);
  await tracker.close();
});
