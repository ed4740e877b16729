import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AgentModel } from '../../src/agent/model.js';
import type { AgentState } from '../../src/agent/state.js';
import { parseEvent } from '../../src/events/parse.js';
import type { StoredEvent } from '../../src/events/schema.js';
import { expectAgreement } from '../support/agreement.js';
import { PARSING } from '../support/history.js';
import { modelOf } from '../support/model.js';
import { twin } from '../support/twin.js';

const FILE = fileURLToPath(new URL('../../../shared/data/aidev.events.jsonl.gz', import.meta.url));
const DAY = 86_400_000;

/** The events of each agent, as a tracker would store them that lives through them. */
function eventsByAgent(): Map<string, StoredEvent[]> {
  const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
  const agents = new Map<string, StoredEvent[]>();
  for (const [index, line] of lines.entries()) {
    const input = JSON.parse(line) as { at: string };
    const event = parseEvent(input, Date.parse(input.at), PARSING);
    const events = agents.get(event.agentId) ?? [];
    agents.set(event.agentId, events);
    events.push({ ...event, seq: index + 1, recordedAt: event.at });
  }
  return agents;
}

/** The same numbers on every run, spread over the range. */
function spread(count: number, below: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.37) * below) / count));
}

describe.skipIf(!existsSync(FILE))(
  `pull requests of five coding agents (${FILE}, skipped when absent)`,
  () => {
    const model: AgentModel = modelOf();
    let agents: ReadonlyMap<string, readonly StoredEvent[]>;
    const states = new Map<string, AgentState>();
    let end = 0;

    beforeAll(() => {
      agents = eventsByAgent();
      for (const [agentId, events] of agents) {
        const state = events.reduce((state, event) => model.apply(state, event).state, model.start(agentId));
        states.set(agentId, state);
        end = Math.max(end, state.now);
      }
    });

    test('are all accepted', () => {
      const all = [...agents.values()].flat();
      const countOf = (...types: string[]) => all.filter(({ type }) => types.includes(type)).length;
      expect(agents.size).toBe(925);
      expect(all).toHaveLength(23_877);
      expect(countOf('task.assigned')).toBe(7_122);
      expect(countOf('task.completed')).toBe(3_775);
      expect(countOf('task.failed')).toBe(2_426);
      expect(countOf('review.submitted')).toBe(10_554);
    });

    test('give every agent the record that a recount gives it', () => {
      for (const [agentId, events] of agents) {
        const state = states.get(agentId) as AgentState;
        const own = model.summary(state, state.now);
        expectAgreement(own, twin(events, agentId, state.now, model.config.window));
        expectAgreement(model.summary(state, end), twin(events, agentId, end, model.config.window));
        expect(own.coverage.metrics).toMatchObject({ cost: { lastAt: null }, tokens: { count: 0 } });
      }
    });

    test('give forty agents the same record as of any past moment', () => {
      const busiest = [...agents].sort(([, a], [, b]) => b.length - a.length);
      const sample = spread(40, 234).map((index) => busiest[index] as [string, readonly StoredEvent[]]);
      for (const [agentId, events] of sample) {
        for (const index of spread(5, events.length)) {
          const at = (events[index] as StoredEvent).at + (index % 2) * DAY;
          const past = model.asOf(model.start(agentId), events, at);
          expectAgreement(model.summary(past, at), twin(events, agentId, at, model.config.window));
        }
      }
    });

    test('lead to the same record in whatever order they arrive', () => {
      const [agentId, events] = [...agents].sort(([, a], [, b]) => b.length - a.length)[20] as [
        string,
        readonly StoredEvent[],
      ];
      const late = events.toReversed().map((event) => ({ ...event, recordedAt: end }));
      const state = late.reduce((state, event) => model.apply(state, event).state, model.start(agentId));
      expectAgreement(model.summary(state, end), twin(events, agentId, end, model.config.window));
    });
  },
);
