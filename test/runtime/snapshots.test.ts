import { MemoryLevel } from 'memory-level';
import { expect, it } from 'vitest';
import { createAgentMachine } from '../../machines/agent.js';
import { stepTrend } from '../../machines/trend.js';
import { AgentModel } from '../../src/agent/model.js';
import type { StoredEvent } from '../../src/events/schema.js';
import { resolveOptions } from '../../src/options.js';
import { Overlay } from '../../src/query/overlay.js';
import { Departments } from '../../src/runtime/departments.js';
import { AgentRegistry } from '../../src/runtime/registry.js';
import { Replica } from '../../src/runtime/replica.js';
import { Queue } from '../../src/store/queue.js';
import { openStore } from '../../src/store/store.js';
import { clockAt, START } from '../support/tracker.js';

it('a snapshot is not taken of an agent whose outputs are not durable yet', async () => {
  const clock = clockAt();
  const store = await openStore(new MemoryLevel(), { durability: 'process' });
  const model = new AgentModel({ ...resolveOptions(), stepTrend });
  const steps = new Queue();
  const registry = new AgentRegistry({
    store,
    model,
    machine: createAgentMachine(model),
    clock,
    layout: 'test',
    maxActiveAgents: 10,
    inspect: undefined,
    report: () => undefined,
    steps,
    onRebuilt: () => undefined,
    overlay: new Overlay(store.rollups.scopes, 0),
  });
  const departments = new Departments({ store, rules: resolveOptions().hiring, steps });
  const replica = new Replica(registry, departments);
  const event: StoredEvent = {
    id: 'e',
    type: 'agent.hired',
    agentId: 'ada',
    at: START,
    seq: 1,
    recordedAt: START,
  };
  const record = { kind: 'event', seq: 1, now: START, agentNo: 1 } as const;
  await store.append([{ ...record, id: 'e', at: START, json: '{}' }]);

  let announce = () => {};
  const announced = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const step = steps.run(async () => {
    await replica.apply([{ ...record, event }]);
    await announced;
  });
  await new Promise((resolve) => setImmediate(resolve));
  const saved = registry.save(registry.entries());
  await new Promise((resolve) => setImmediate(resolve));
  expect((await store.loadAgent(1)).status).toBe('missing');
  announce();
  await Promise.all([step, saved]);
  expect((await store.loadAgent(1)).status).toBe('ok');
  registry.stopAll();
  await store.close();
});
