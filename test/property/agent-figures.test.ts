import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FigureChange } from '../../src/agent/figures.js';
import type { Attempt } from '../../src/agent/task.js';
import { anyHistory } from '../support/arbitraries.js';
import { stored } from '../support/history.js';
import { modelOf } from '../support/model.js';

const anyEvents = anyHistory().map(stored);

test('what an agent reports as changed adds up to what a recount says, except for tasks that it calls outdated', () => {
  fc.assert(
    fc.property(anyEvents, fc.constantFrom(['30d'], ['120d', '7d']), (events, windows) => {
      const model = modelOf({ windows, minDataPoints: 1 });
      const attempts = new Map<number, Attempt>();
      const observed = new Set<number>();
      const outdated = new Set<string>();
      const note = (change: FigureChange) => {
        if (change.kind === 'outdated') outdated.add(change.taskId);
        else if (change.kind === 'observation') observed.add(change.observed.seq);
        else {
          expect(attempts.get(change.after.seq)).toEqual(change.before);
          attempts.set(change.after.seq, change.after);
        }
      };
      let state = model.start('ada');
      for (const event of events) {
        const step = model.apply(state, event);
        for (const change of step.figures) note(change);
        state = step.state;
      }
      const recount = model.figuresAsOf(model.start('ada'), events, state.now);
      expect([...observed].sort((a, b) => a - b)).toEqual(
        recount.observations
          .toArray()
          .map(({ seq }) => seq)
          .sort((a, b) => a - b),
      );
      expect(attempts.size).toBe(recount.attempts.size);
      for (const attempt of recount.attempts.toArray()) {
        if (!outdated.has(attempt.taskId)) expect(attempts.get(attempt.seq)).toEqual(attempt);
      }
    }),
    { numRuns: 300 },
  );
});
