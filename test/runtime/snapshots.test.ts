import { MemoryLevel } from 'memory-level';
import { expect, it } from 'vitest';
import { stepTrend } from '../../machines/trend.js';
import { stepTrust } from '../../machines/trust.js';
import { AgentModel } from '../../src/agent/model.js';
import type { StoredEvent } from '../../src/events/schema.js';
import { resolveOptions } from '../../src/options.js';
import { Overlay } from '../../src/query/overlay.js';
import { Departments } from '../../src/runtime/departments.js';
import { AgentRegistry } from '../../src/runtime/registry.js';
import { Replica } from '../../src/runtime/replica.js';
import { Steps } from '../../src/runtime/steps.js';
import { openStore } from '../../src/store/store.js';
import { clockAt, START } from '../support/tracker.js';

async function parts(maxActiveAgents: number) {
  const store = await openStore(new MemoryLevel(), { durability: 'process' });
  const model = new AgentModel({ ...resolveOptions(), stepTrend, stepTrust });
  const steps = new Steps();
  const rebuilt: string[] = [];
  const registry = new AgentRegistry({
    store,
    model,
    clock: clockAt(),
    layout: 'test',
    maxActiveAgents,
    inspect: undefined,
    report: () => undefined,
    steps,
    onRebuilt: (agentId) => rebuilt.push(agentId),
    onUnreadable: (_, error) => {
      throw error;
    },
    overlay: new Overlay(store.rollups.scopes, 0),
  });
  const departments = new Departments({ store, rules: resolveOptions().hiring, steps });
  return { store, steps, registry, replica: new Replica(registry, departments), rebuilt };
}

it('a snapshot is not taken of an agent whose outputs are not durable yet', async () => {
  const { store, steps, registry, replica } = await parts(10);
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
  const step = steps.advance(async () => {
    await replica.apply([{ ...record, event }]);
    await announced;
  });
  await new Promise((resolve) => setImmediate(resolve));
  const saved = registry.save([...registry.entries()]);
  await new Promise((resolve) => setImmediate(resolve));
  expect((await store.loadAgent(1)).status).toBe('missing');
  announce();
  await Promise.all([step, saved]);
  expect((await store.loadAgent(1)).status).toBe('ok');
  registry.stopAll();
  await store.close();
});

it('agents are told as they are, also those that were active and passivated while others were looked at', async () => {
  const AGENTS = 150;
  const { store, registry, replica, rebuilt } = await parts(20);
  const hire = async (seq: number, agentNo: number): Promise<void> => {
    const agentId = `agent-${agentNo}`;
    const id = `e${seq}`;
    const event: StoredEvent = { id, type: 'agent.hired', agentId, at: START, seq, recordedAt: START };
    await store.append([{ kind: 'event', seq, now: START, agentNo, id, at: START, json: '{}' }]);
    await replica.apply([{ kind: 'event', seq, agentNo, event }]);
    await registry.trim();
  };
  const latest: number[] = [];
  let lastSeq = 0;
  const hireNext = async (no: number): Promise<void> => {
    latest[no - 1] = ++lastSeq;
    await hire(lastSeq, no);
  };
  for (let no = 1; no <= AGENTS; no++) await hireNext(no);
  await registry.save([...[...registry.entries()]]);

  const seqs: number[] = [];
  for await (const [, state] of registry.statesOf(registry.entries(), AGENTS)) {
    if (seqs.push(state.seq) !== 1) continue;
    // One of the agents that are read next, one of those after them, and then others until both are idle again.
    await hireNext(80);
    await hireNext(140);
    for (let no = 2; no <= 50; no++) await hireNext(no);
    expect(registry.byNumber(80)?.actor).toBeUndefined();
    expect(registry.byNumber(140)?.actor).toBeUndefined();
  }
  expect(seqs).toEqual([1, ...latest.slice(1)]);
  expect(rebuilt).toEqual([]);
  registry.stopAll();
  await store.close();
});
