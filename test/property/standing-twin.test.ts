import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentModel } from '../../src/agent/model.js';
import type { AgentState } from '../../src/agent/state.js';
import type { JournalledEvent } from '../../src/events/schema.js';
import { defaultPolicy } from '../../src/policy/index.js';
import { anyHistory } from '../support/arbitraries.js';
import { LEVELS, stored } from '../support/history.js';
import { modelOf } from '../support/model.js';
import { inOrder } from '../support/twin-history.js';
import { type Look, type TwinPolicy, twinStandings } from '../support/twin-standing.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** No mean of round scores lies just here, where the last digit of a sum would decide. */
const OFF = 0.0123;

/** Low enough that a history of some dozen events gets everywhere. */
const POLICY: TwinPolicy = {
  sustain: 12 * HOUR,
  cooldown: DAY,
  gracePeriod: 2 * DAY,
  graceTasks: 2,
  minEvidence: 4,
  minTimeAtLevel: 5 * DAY,
  recent: '30d',
  long: '90d',
  off: OFF,
};
const policy = defaultPolicy({
  sustain: '12h',
  cooldown: '1d',
  gracePeriod: '2d',
  graceTasks: 2,
  minEvidence: 4,
  promotion: { minTimeAtLevel: '5d', quality: 7 + OFF },
  demotion: { quality: 4 + OFF },
  termination: { quality: 3.5 + OFF, collaboration: 3.5 + OFF, decliningBelow: 7 + OFF },
});
const model = modelOf({ windows: ['7d', '30d', '90d'], minDataPoints: 2, policy });

/** Bad, good or mixed times: the same history, with the outcome of its work leaning one way. */
const anyLeaning = fc.constantFrom('as it is', 'good', 'bad');
const anyStamp = fc.constantFrom('none', 'none', 'alone', 'approved', 'rejected');

/** Events as the journal holds them, with stamps; some moves of level and departures were decided by a person. */
const anyEvents: fc.Arbitrary<JournalledEvent[]> = fc
  .tuple(anyHistory({ maxLength: 50 }), anyLeaning, fc.array(anyStamp, { minLength: 50, maxLength: 50 }))
  .map(([history, leaning, stamps]) =>
    stored(history).map((event, i) => stamped(leaned(event, leaning), stamps[i] as string)),
  );

function leaned(event: JournalledEvent, leaning: string): JournalledEvent {
  if (leaning === 'as it is') return event;
  const isGood = leaning === 'good';
  if (event.type === 'task.completed' || event.type === 'task.failed')
    return {
      ...event,
      type: isGood ? 'task.completed' : 'task.failed',
      signals: undefined,
    } as JournalledEvent;
  if (event.type === 'review.submitted') return { ...event, score: isGood ? 9 : 1 };
  if (event.type === 'collaboration.observed' && !isGood) {
    const { id, agentId, at, seq, recordedAt } = event;
    return { id, agentId, at, seq, recordedAt, type: 'collaboration.observed', kind: 'loop' };
  }
  return event;
}

function stamped(event: JournalledEvent, stamp: string): JournalledEvent {
  if (stamp === 'none') return event;
  if (stamp === 'alone') return { ...event, stamped: { alone: true } };
  const { id, agentId, at, seq, recordedAt } = event;
  const decision = { type: 'decision.recorded', recommendationId: 'x', outcome: stamp, by: 'grace' } as const;
  const place = { id, agentId, at, seq, recordedAt } as const;
  if (event.type === 'agent.level_changed')
    return {
      ...place,
      ...decision,
      stamped: { decided: { kind: 'promotion', level: event.level } },
    } as JournalledEvent;
  if (event.type === 'agent.departed')
    return { ...place, ...decision, stamped: { decided: { kind: 'termination' } } } as JournalledEvent;
  return event;
}

function lookAt(state: AgentState, known: readonly JournalledEvent[], alone: boolean): Look {
  const { trends } = model.brief(state, state.now);
  return {
    now: state.now,
    known,
    alone,
    direction: (metric, window) =>
      trends.find((trend) => trend.metric === metric && trend.window === window)!.direction,
  };
}

const expected = (looks: readonly Look[]) => twinStandings(looks, 'ada', LEVELS, POLICY, model.config.window);

/** Steps through a history, with a tick whenever one is due within a day, and says what each step came to. */
function follow(events: readonly JournalledEvent[], steps: AgentModel) {
  const looks: Look[] = [];
  const seen: { standing: string; proposed: string | undefined }[] = [];
  let state = steps.start('ada');
  const note = (known: readonly JournalledEvent[], alone: boolean, kind: string | undefined) => {
    looks.push(lookAt(state, known, alone));
    seen.push({ standing: state.standing, proposed: kind });
  };
  for (const [i, event] of events.entries()) {
    while (steps.dueAt(state) < event.recordedAt && looks.length > 0 && looks.length < 400) {
      const now = Math.min(event.recordedAt, Math.max(state.now + HOUR, steps.dueAt(state)));
      const step = steps.advance(state, now, state.seq);
      state = step.state;
      note(events.slice(0, i), state.career.alone, step.recommendation?.kind);
    }
    const step = steps.apply(state, event);
    state = step.state;
    note(events.slice(0, i + 1), event.stamped?.alone === true, step.recommendation?.kind);
  }
  return { looks, seen };
}

test('after every event and tick an agent stands, and is proposed for, what a recount says', () => {
  const counts: Record<string, number> = {};
  fc.assert(
    fc.property(anyEvents, (events) => {
      const { looks, seen } = follow(events, model);
      expect(seen).toEqual(expected(looks));
      for (const { standing, proposed } of seen) {
        counts[standing] = (counts[standing] ?? 0) + 1;
        if (proposed) counts[proposed] = (counts[proposed] ?? 0) + 1;
      }
    }),
    { numRuns: 200 },
  );
  for (const reached of [
    'promotable',
    'at_risk',
    'terminable',
    'departed',
    'promotion',
    'demotion',
    'termination',
  ])
    expect(counts[reached] ?? 0, reached).toBeGreaterThan(0);
});

test('an agent as of a past moment stands where the events up to then put it', () => {
  fc.assert(
    fc.property(anyEvents, fc.nat(), (events, pick) => {
      const at = (events[pick % events.length] as JournalledEvent).at + (pick % 3) * DAY;
      const inTime = [...events]
        .sort(inOrder)
        .filter((event) => event.at <= at)
        .map((event) => ({ ...event, recordedAt: event.at }) as JournalledEvent);
      const looks: Look[] = [];
      let state = model.start('ada');
      // Whatever time alone changes is looked at when it does.
      const pass = (before: number, known: readonly JournalledEvent[]) => {
        while (model.dueAt(state) < before) {
          state = model.advance(state, Math.max(state.now + 1, model.dueAt(state)), state.seq).state;
          looks.push(lookAt(state, known, state.career.alone));
        }
      };
      for (const [i, event] of inTime.entries()) {
        pass(event.at, inTime.slice(0, i));
        state = model.apply(state, event).state;
        looks.push(lookAt(state, inTime.slice(0, i + 1), event.stamped?.alone === true));
      }
      pass(at, inTime);
      state = model.advance(state, at, state.seq).state;
      looks.push(lookAt(state, inTime, state.career.alone));
      const found = model.asOf(model.start('ada'), events, at);
      expect(model.summary(found, at).standing).toBe(expected(looks).at(-1)?.standing);
    }),
    { numRuns: 150 },
  );
});
