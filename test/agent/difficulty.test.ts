import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeState, encodeState } from '../../src/agent/codec.js';
import type { JournalledEvent } from '../../src/events/schema.js';
import { progressiveTrust } from '../../src/trust/index.js';
import { fadedTo, NO_RECORD } from '../../src/trust/record.js';
import { modelOf } from '../support/model.js';
import { DAY, START } from '../support/tracker.js';

const HALF_LIFE = 30 * DAY;
const NOW = START + 40 * DAY;
const DIFFICULTY = { simple: 0.25, medium: 0.5, complex: 0.75, epic: 1 } as const;
const anyComplexity = fc.constantFrom(undefined, 'simple', 'medium', 'complex', 'epic');

/** In the order of arrival. */
const anyEvents = fc
  .array(
    fc.record({
      type: fc.constantFrom('task.assigned', 'task.completed', 'task.failed'),
      taskId: fc.constantFrom('t1', 't2'),
      day: fc.nat(8),
      complexity: anyComplexity,
    }),
    { maxLength: 14 },
  )
  .map((all) =>
    all.map(({ day, complexity, ...rest }, i): JournalledEvent => {
      const said = complexity === undefined ? {} : { complexity };
      const place = { id: `e${i}`, seq: i + 1, at: START + day * DAY, recordedAt: NOW };
      return { agentId: 'ada', ...rest, ...said, ...place };
    }),
  );

/** The difficulty of every attempt, looked for in all that was said. */
function plainly(events: readonly JournalledEvent[]) {
  let [sum, weight] = [0, 0];
  for (const attempt of events) {
    if (attempt.type !== 'task.completed' && attempt.type !== 'task.failed') continue;
    const assigned = events
      .filter((one) => one.type === 'task.assigned')
      .filter(({ taskId, at, complexity }) => taskId === attempt.taskId && at <= attempt.at && complexity)
      .sort((a, b) => a.at - b.at || a.seq - b.seq)
      .at(-1);
    const complexity = attempt.complexity ?? assigned?.complexity;
    if (!complexity) continue;
    const left = 2 ** ((attempt.at - NOW) / HALF_LIFE);
    weight += left;
    if (attempt.type === 'task.completed') sum += left * DIFFICULTY[complexity];
  }
  return { sum, weight };
}

it('is what the attempt says, else the latest assignment before, in whatever order they arrive', () => {
  const model = modelOf({ trust: progressiveTrust() });
  fc.assert(
    fc.property(anyEvents, fc.nat(14), (events, saved) => {
      let state = model.start('ada');
      for (const [i, event] of events.entries()) {
        if (i === saved) state = decodeState(encodeState(state, 'layout'), 'layout');
        ({ state } = model.apply(state, event));
      }
      const expected = plainly(events);
      for (const end of [state, model.asOf(model.start('ada'), events, NOW)]) {
        const { difficulty } = fadedTo(end.trust?.record ?? NO_RECORD, NOW, HALF_LIFE);
        expect(difficulty.sum).toBeCloseTo(expected.sum, 9);
        expect(difficulty.weight).toBeCloseTo(expected.weight, 9);
      }
    }),
    { numRuns: 200 },
  );
});
