import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentModel } from '../../src/agent/model.js';
import { Line, type TrendStatus } from '../../src/agent/state.js';
import type { Step } from '../../src/agent/step.js';
import type { JournalledEvent, StoredEvent } from '../../src/events/schema.js';
import { theilSen } from '../../src/trends/index.js';
import { TREND_METRICS, type TrendDetectionStrategy } from '../../src/trends/types.js';
import { runs } from '../fuzz/effort.js';
import { anyHistory, START } from '../support/arbitraries.js';
import { stored } from '../support/history.js';
import { modelOf } from '../support/model.js';
import { firstToLast, rounded } from '../support/trend-strategies.js';
import { twin } from '../support/twin.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Turn = { metric: string; window: string; from: string; to: string; since: number | null };

/** Asks `detect` for all points of every window at every step, and remembers what it said last. */
class BruteForce {
  private readonly statuses = new Map<string, TrendStatus>();

  constructor(
    private readonly strategy: TrendDetectionStrategy,
    private readonly windows: AgentModel['config']['window'],
  ) {}

  turns(known: readonly StoredEvent[], now: number): Turn[] {
    const points = twin(known, 'ada', now, this.windows)?.points;
    const turns: Turn[] = [];
    for (const metric of TREND_METRICS) {
      for (const { label, ms } of this.windows.windows) {
        const inside = (points?.[metric] ?? []).filter(({ at }) => at >= now - ms);
        const { direction: previous } = this.status(metric, label);
        const isEnough = inside.length >= this.windows.minDataPoints;
        const direction = isEnough
          ? this.strategy.detect({ metric, window: label, points: inside, previous }).direction
          : 'insufficient_data';
        if (direction === previous) continue;
        this.statuses.set(`${metric} ${label}`, { direction, since: now });
        turns.push({ metric, window: label, from: previous, to: direction, since: now });
      }
    }
    return turns;
  }

  status(metric: string, window: string): TrendStatus {
    return this.statuses.get(`${metric} ${window}`) ?? { direction: 'insufficient_data', since: null };
  }
}

function turnsOf({ turns }: Step): Turn[] {
  return turns.map(({ before, after }) => ({
    metric: after.metric,
    window: after.window,
    from: before.direction,
    to: after.direction,
    since: after.since,
  }));
}

const anyWait = fc.array(fc.constantFrom(undefined, undefined, 1, HOUR, DAY, 7 * DAY, 40 * DAY), {
  minLength: 60,
  maxLength: 60,
});

/** Work with figures that go somewhere, so that trends turn. */
const anyCareer = fc.tuple(anyHistory({ minLength: 20 }), fc.constantFrom(-1, 0, 1)).map(([history, drift]) =>
  stored(
    history.map(({ now, input }, index) => {
      if (input.type !== 'task.completed' && input.type !== 'task.failed') return { now, input };
      const cost = Math.exp(0.2 * drift * index + (input.usage?.toolCalls ?? 0) / 1e12);
      const criteriaMet = Math.max(0, Math.min(20, 10 - drift * (index % 12)));
      const signals = { criteriaMet, criteriaTotal: 20 };
      return { now, input: { ...input, signals, usage: { ...input.usage, cost } } };
    }),
  ),
);

function expectTheSameTurns(strategy: TrendDetectionStrategy, numRuns: number): number {
  let found = 0;
  fc.assert(
    fc.property(anyCareer, anyWait, fc.constantFrom(2, 5), (events, waits, minDataPoints) => {
      const model = modelOf({ windows: ['3d', '30d'], minDataPoints, trend: strategy });
      const bruteForce = new BruteForce(strategy, model.config.window);
      let state = model.start('ada');
      let seq = 0;
      for (const [index, event] of events.entries()) {
        const step = model.apply(state, { ...event, seq: ++seq });
        const known = events.slice(0, index + 1);
        const expected = bruteForce.turns(known, step.state.now);
        expect(turnsOf(step)).toEqual(expected);
        found += expected.length;
        state = step.state;
        const wait = waits[index];
        const next = events[index + 1]?.recordedAt ?? Number.POSITIVE_INFINITY;
        if (wait === undefined || state.now + wait > next) continue;
        const tick = model.advance(state, state.now + wait, ++seq);
        expect(turnsOf(tick)).toEqual(bruteForce.turns(known, tick.state.now));
        state = tick.state;
        const { trends } = model.summary(state, state.now);
        for (const { metric, window, direction, since, dataPointCount } of trends) {
          expect({ direction, since }).toEqual(bruteForce.status(metric, window));
          const points = twin(known, 'ada', state.now, model.config.window)?.points[metric as 'cost'] ?? [];
          const { ms } = model.config.window.windows.find(({ label }) => label === window)!;
          expect(dataPointCount).toBe(points.filter(({ at }) => at >= state.now - ms).length);
        }
      }
    }),
    { numRuns },
  );
  return found;
}

test('trends turn exactly when a strategy asked for the whole window at every step says so', () => {
  expect(expectTheSameTurns(rounded(firstToLast()), 100)).toBeGreaterThan(100);
});

test('trends kept step by step turn exactly when Theil–Sen over the whole window says so', () => {
  const eager = theilSen({ falseAlarmsPerYear: 200 });
  expect(expectTheSameTurns(rounded(eager), 100)).toBeGreaterThan(100);
  expect(expectTheSameTurns(rounded(theilSen({ significance: 'off' })), 50)).toBeGreaterThan(100);
});

test('looking at an agent later judges its trends on the points that are left, from where they stood', () => {
  const strategy = rounded(firstToLast());
  fc.assert(
    fc.property(anyCareer, fc.constantFrom(HOUR, 2 * DAY, 20 * DAY, 60 * DAY), (events, span) => {
      const model = modelOf({ windows: ['3d', '30d'], minDataPoints: 2, trend: strategy });
      let state = model.start('ada');
      for (const event of events) state = model.apply(state, event).state;
      const now = state.now + span;
      const looked = model.summary(state, now);
      expect(looked.trends).toEqual(model.summary(model.advance(state, now, 999).state, now).trends);
    }),
    { numRuns: 50 },
  );
});

/** The same strategy, without what the model knows of the default one: every trend has a tracker of its own. */
function withTrackers({ name, detect, track }: TrendDetectionStrategy): TrendDetectionStrategy {
  return { name, detect, track };
}

test('points in shared columns and a tracker for every trend give the same figures, due at the same times', () => {
  const strategy = theilSen({ falseAlarmsPerYear: 200, minDataPoints: 2 });
  let found = 0;
  fc.assert(
    fc.property(
      anyCareer,
      anyWait,
      fc.constantFrom(2, 5),
      fc.nat(40),
      (events, waits, minDataPoints, rebuilt) => {
        const [columns, trackers] = [strategy, withTrackers(strategy)].map((trend) =>
          modelOf({ windows: ['3d', '30d'], minDataPoints, trend }),
        ) as [AgentModel, AgentModel];
        let state = columns.start('ada');
        let twinState = trackers.start('ada');
        let seq = 0;
        const expectTheSame = (step: Step, twinStep: Step): void => {
          expect(step.turns).toEqual(twinStep.turns);
          expect(columns.dueAt(step.state)).toBe(trackers.dueAt(twinStep.state));
          found += step.turns.length;
          [state, twinState] = [step.state, twinStep.state];
        };
        for (const [index, event] of events.entries()) {
          // A copy is followed by nothing yet.
          if (index === rebuilt) state = { ...state, line: new Line() };
          const journalled = { ...event, seq: ++seq };
          expectTheSame(columns.apply(state, journalled), trackers.apply(twinState, journalled));
          const wait = waits[index] ?? 0;
          if (state.now + wait > (events[index + 1]?.recordedAt ?? Number.POSITIVE_INFINITY)) continue;
          const now = state.now + wait;
          expectTheSame(columns.advance(state, now, ++seq), trackers.advance(twinState, now, seq));
        }
        expect(columns.summary(state, state.now)).toEqual(trackers.summary(twinState, twinState.now));
      },
    ),
    runs(100),
  );
  expect(found).toBeGreaterThan(100);
});

test('an agent that outgrows its columns goes on with trackers as if nothing had been', () => {
  const strategy = theilSen({ falseAlarmsPerYear: 200 });
  const [columns, trackers] = [strategy, withTrackers(strategy)].map((trend) => modelOf({ trend })) as [
    AgentModel,
    AgentModel,
  ];
  let state = columns.start('ada');
  let twinState = trackers.start('ada');
  let turns = 0;
  for (let i = 0; i < 1_100; i++) {
    const at = START + i * 2 * HOUR;
    const usage = { cost: Math.exp(Math.sin(i / 90) + ((i * 7919) % 13) / 9) };
    const event: JournalledEvent = {
      type: 'task.completed',
      id: `e-${i}`,
      seq: i + 1,
      recordedAt: at,
      agentId: 'ada',
      taskId: `t-${i}`,
      at: i % 5 === 0 ? at - DAY : at,
      usage,
    };
    const step = columns.apply(state, event);
    const twinStep = trackers.apply(twinState, event);
    expect(step.turns).toEqual(twinStep.turns);
    [state, twinState] = [step.state, twinStep.state];
    turns += step.turns.length;
  }
  expect(turns).toBeGreaterThan(10);
  expect(columns.summary(state, state.now)).toEqual(trackers.summary(twinState, twinState.now));
});
