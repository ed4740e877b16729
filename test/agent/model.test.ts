import { describe, expect, test } from 'vitest';
import { decodeState, encodeState } from '../../src/agent/codec.js';
import { AgentModel } from '../../src/agent/model.js';
import type { AgentState } from '../../src/agent/state.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { layered } from '../../src/scoring/index.js';
import { START } from '../support/arbitraries.js';
import { stored } from '../support/history.js';
import { modelOf } from '../support/model.js';

const SIGNALS = { criteriaMet: 3, criteriaTotal: 7 };
const MINUTE = 60_000;
const DAY = 86_400_000;

type Body = Partial<PerformanceEventInput> & { readonly type: PerformanceEventInput['type'] };

/** Applies events given as `[arrival, at, body]`, in days after the start. */
function stateAfter(
  model: AgentModel,
  arrivals: readonly (readonly [now: number, at: number, body: Body])[],
): AgentState {
  const history = arrivals.map(([now, at, body]) => ({
    now: START + now * DAY,
    input: { agentId: 'ada', at: START + at * DAY, ...body } as PerformanceEventInput,
  }));
  return stored(history).reduce((state, event) => model.apply(state, event).state, model.start('ada'));
}

const attempt = (type: 'task.completed' | 'task.failed', taskId = 't-1'): Body => ({ type, taskId });
const approval: Body = {
  type: 'review.submitted',
  taskId: 't-1',
  kind: 'code',
  reviewerId: 'grace',
  verdict: 'approved',
};
const quality = (model: AgentModel, state: AgentState, day: number) =>
  model.summary(state, START + day * DAY).overallQualityScore;

test('what a list shows of an agent is the same whether anything follows it, and leaves nothing with its attempts', () => {
  const model = modelOf({ windows: ['7d', '30d'], minDataPoints: 1 });
  const days = [1, 2, 20, 33];
  const state = stateAfter(
    model,
    days.map((day) => [day, day, { ...attempt('task.completed', `t-${day}`), signals: SIGNALS }]),
  );
  const read = decodeState(encodeState(state, 'l'), 'l');
  const now = START + 33 * DAY;
  expect(model.brief(read, now)).toEqual(model.brief(state, now));
  expect(model.brief(read, now)).toMatchObject({ overallQualityScore: { status: 'ok', count: 2 } });
  expect(read.attempts.memo).toBeUndefined();
});

describe('late facts', () => {
  test('a review inside the windows finds a late attempt, though its task was first tried before them', () => {
    const model = modelOf({ windows: ['90d'], minDataPoints: 1 });
    const state = stateAfter(model, [
      [0, 0, attempt('task.failed')],
      [85, 85, approval],
      [95, 95, { type: 'agent.hired' }],
      [95, 80, attempt('task.completed')],
    ]);
    // The attempt of day 80: ci 10 at 0.40, the approval of day 85 is 9 at 0.25.
    const value = (0.4 * 10 + 0.25 * 9) / 0.65;
    expect(quality(model, state, 95)).toMatchObject({
      status: 'ok',
      count: 1,
      value: expect.closeTo(value, 9),
    });
  });

  test('an attempt older than every window counts in the lifetime alone', () => {
    const model = modelOf({ windows: ['7d'], minDataPoints: 1 });
    const usage = { cost: 3, inputTokens: 5, toolCalls: 2 };
    const state = stateAfter(model, [
      [200, 200, { type: 'agent.hired' }],
      [200, 1, { ...attempt('task.completed'), usage } as Body],
    ]);
    const summary = model.summary(state, START + 200 * DAY);
    expect(summary.lifetime).toMatchObject({
      tasksCompleted: 1,
      totalCost: 3,
      totalTokens: 5,
      totalToolCalls: 2,
      firstEventAt: START + DAY,
    });
    expect(summary.windows[0]).toMatchObject({ tasksCompleted: 0, avgCostPerTask: { count: 0 } });
  });
});

describe('an event that a strategy throws on', () => {
  const fragile = (): AgentModel => {
    const { config } = modelOf({ windows: ['7d'], minDataPoints: 1 });
    const quality = layered();
    return new AgentModel({
      ...config,
      quality: {
        name: 'fragile',
        score: (task) => {
          if (task.taskId === 'cursed') throw new Error('cannot score this');
          return quality.score(task);
        },
      },
    });
  };

  test('leaves the state before it good', () => {
    const model = fragile();
    const before = stateAfter(model, [[0, 0, attempt('task.completed', 'fine')]]);
    const [event] = stored([
      {
        now: START,
        input: { agentId: 'ada', at: START, type: 'task.completed', taskId: 'cursed' },
      },
    ]);
    const summary = model.summary(before, START);
    const { state: next, failures } = model.apply(before, { ...event!, seq: 2 });
    expect(failures).toMatchObject([{ eventId: event!.id, error: { message: 'cannot score this' } }]);
    expect(model.summary(before, START)).toEqual(summary);
    expect(next).toMatchObject({ seq: 2 });
    expect(model.summary(next, START)).toEqual(summary);
  });

  test('does not take later events with it when its time came after its arrival', () => {
    const model = fragile();
    const events = stored([
      {
        now: START,
        input: { agentId: 'ada', at: START + MINUTE, type: 'task.completed', taskId: 'cursed' },
      },
      {
        now: START + 2 * MINUTE,
        input: { agentId: 'ada', at: START + 2 * MINUTE, type: 'task.completed', taskId: 'fine' },
      },
      {
        now: START + 3 * MINUTE,
        input: { agentId: 'ada', at: START + 3 * MINUTE, type: 'task.completed', taskId: 'also fine' },
      },
    ]);
    let state = model.start('ada');
    for (const event of events) {
      state = model.applyOrSkip(state, event);
    }
    expect(model.summary(state, START + 3 * MINUTE).lifetime.tasksCompleted).toBe(2);
  });

  test('can still be looked at when its time has come', () => {
    const model = fragile();
    const [event] = stored([
      {
        now: START,
        input: { agentId: 'ada', at: START + MINUTE, type: 'task.completed', taskId: 'cursed' },
      },
    ]);
    const { state } = model.apply(model.start('ada'), event!);
    expect(() => model.summary(state, START + 2 * MINUTE)).not.toThrow();
  });
});
