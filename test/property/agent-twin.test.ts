import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeState, encodeState } from '../../src/agent/codec.js';
import type { StoredEvent } from '../../src/events/schema.js';
import { theilSen } from '../../src/trends/index.js';
import { expectAgreement } from '../support/agreement.js';
import { anyHistory, START } from '../support/arbitraries.js';
import { stored } from '../support/history.js';
import { type ModelOptions, modelOf } from '../support/model.js';
import { twin } from '../support/twin.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const anyOptions: fc.Arbitrary<ModelOptions> = fc.record({
  windows: fc.constantFrom(['7d', '30d', '90d'], ['12h', '2d'], ['1d'], ['120d', '7d']),
  minDataPoints: fc.constantFrom(1, 2, 5),
});
const anyEvents = anyHistory().map(stored);
const anySpan = fc.constantFrom(0, 1, HOUR, DAY, 7 * DAY, 30 * DAY, 31 * DAY, 90 * DAY, 130 * DAY);

/** A past moment: that of an event, just beside it, or any other. */
const momentsOf = (events: readonly StoredEvent[], picks: readonly number[]): number[] =>
  picks.map((pick) => Math.max(0, (events[pick % events.length] as StoredEvent).at + (pick % 3) - 1));

test('after every event an agent is what a recount of all its events says', () => {
  fc.assert(
    fc.property(anyOptions, anyEvents, fc.array(anySpan, { maxLength: 3 }), (options, events, later) => {
      const model = modelOf(options);
      let state = model.start('ada');
      for (const [index, event] of events.entries()) {
        state = model.apply(state, event).state;
        const now = event.recordedAt;
        const known = events.slice(0, index + 1);
        expectAgreement(model.summary(state, now), twin(known, 'ada', now, model.config.window));
        if (index % 4 !== 0) continue;
        for (const moment of later.map((span) => now + span)) {
          const expected = twin(known, 'ada', moment, model.config.window);
          expectAgreement(model.summary(state, moment), expected, { standing: false });
          expectAgreement(model.summary(model.advance(state, moment, 999).state, moment), expected);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('an agent as of a past moment is what the events up to then say, in whatever order they arrived', () => {
  const picks = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(anyOptions, anyEvents, picks, (options, events, picks) => {
      const model = modelOf(options);
      for (const at of momentsOf(events, picks)) {
        const summary = model.summary(model.asOf(model.start('ada'), events, at), at);
        expectAgreement(summary, twin(events, 'ada', at, model.config.window));
        const figures = model.figuresAsOf(model.start('ada'), events, at);
        expectAgreement(model.summary(figures, at), twin(events, 'ada', at, model.config.window), {
          standing: false,
        });
        const otherwise = model.asOf(model.start('ada'), [...events].reverse(), at);
        expect(model.summary(otherwise, at)).toEqual(summary);
      }
    }),
    { numRuns: 200 },
  );
});

test('a state once made stays as it is, and leads to the same again, whatever was made of it meanwhile', () => {
  fc.assert(
    fc.property(anyOptions, anyEvents, anyEvents, fc.nat(), (options, events, others, pick) => {
      const model = modelOf(options);
      const fork = pick % events.length;
      let state = model.start('ada');
      for (const event of events.slice(0, fork)) state = model.apply(state, event).state;
      const before = structuredClone(model.summary(state, state.now));
      const follow = (tail: readonly StoredEvent[]) => {
        let line = state;
        const turns = [];
        for (const event of tail) {
          const step = model.apply(line, event);
          turns.push(step.turns, step.standing);
          line = step.state;
        }
        return { turns, summary: model.summary(line, line.now) };
      };
      const once = follow(events.slice(fork));
      expect(model.summary(state, state.now)).toEqual(before);
      follow(others.map((event) => ({ ...event, seq: event.seq + 1000 })));
      expect(model.summary(state, state.now)).toEqual(before);
      expect(follow(events.slice(fork))).toEqual(once);
    }),
    { numRuns: 150 },
  );
});

test('a state that was written and read goes on as if nothing had happened', () => {
  const anyTrend = fc.constantFrom(undefined, theilSen());
  fc.assert(
    fc.property(anyOptions, anyTrend, anyEvents, fc.nat(), (options, trend, events, pick) => {
      const model = modelOf({ ...options, ...(trend && { trend }) });
      const fork = pick % events.length;
      let state = model.start('ada');
      for (const event of events.slice(0, fork)) state = model.apply(state, event).state;
      let restored = decodeState(encodeState(state, 'layout'), 'layout');
      expect(model.summary(restored, state.now)).toEqual(model.summary(state, state.now));
      for (const event of events.slice(fork)) {
        const [one, other] = [model.apply(state, event), model.apply(restored, event)];
        expect(other.turns).toEqual(one.turns);
        expect(other.standing).toEqual(one.standing);
        expect(model.dueAt(other.state)).toBe(model.dueAt(one.state));
        state = one.state;
        restored = other.state;
      }
      const written = encodeState(state, 'layout');
      expect(encodeState(decodeState(written, 'layout'), 'layout')).toEqual(written);
      expect(model.summary(restored, state.now + DAY)).toEqual(model.summary(state, state.now + DAY));
    }),
    { numRuns: 100 },
  );
});

test('figures survive a point of 1e12 that leaves the window', () => {
  const model = modelOf({ windows: ['1d'], minDataPoints: 1 });
  const costs = [1e-9, 1e12, 0.1, 1e-9, 0.3];
  const events = stored(
    costs.map((cost, index) => ({
      now: START + index * 6 * HOUR,
      input: {
        type: 'task.completed',
        agentId: 'ada',
        taskId: `t-${index}`,
        at: START + index * 6 * HOUR,
        usage: { cost },
      },
    })),
  );
  let state = model.start('ada');
  for (const event of events) state = model.apply(state, event).state;
  for (const [hours, mean, count] of [
    [30.5, (0.1 + 1e-9 + 0.3) / 3, 3],
    [36.5, (1e-9 + 0.3) / 2, 2],
    [42.5, 0.3, 1],
  ] as const) {
    const { avgCostPerTask } = model.summary(state, START + hours * HOUR).windows[0]!;
    expect(avgCostPerTask).toEqual({ status: 'ok', value: expect.closeTo(mean, 15), count });
  }
});
