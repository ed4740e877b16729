import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WindowMetrics } from '../../src/agent/performance.js';
import type { AgentFacts, StandingPolicy } from '../../src/policy/types.js';
import { anyHistory } from '../support/arbitraries.js';
import { stored } from '../support/history.js';
import { modelOf } from '../support/model.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const anySpan = fc.constantFrom(0, 1, HOUR, DAY, 7 * DAY, 30 * DAY, 100 * DAY);
const anyWindows = fc.constantFrom(['7d', '30d', '90d'], ['12h', '2d'], ['1d']);

/** Every figure that there is of a window, and how many tasks were finished in each. */
interface Seen {
  readonly windows: readonly WindowMetrics[];
  readonly finished: readonly number[];
}

function figuresOf(shown: WindowMetrics): WindowMetrics {
  const { window, from, to, tasksCompleted, tasksFailed, successRate, avgQualityScore } = shown;
  const { avgCostPerTask, avgTokensPerTask, avgToolCallsPerTask, avgCompletionTimeMs } = shown;
  const counts = { window, from, to, tasksCompleted, tasksFailed, successRate, avgQualityScore };
  const { collaborationScore } = shown;
  return {
    ...counts,
    avgCostPerTask,
    avgTokensPerTask,
    avgToolCallsPerTask,
    avgCompletionTimeMs,
    collaborationScore,
  };
}

test('what a policy sees of the windows at every event and tick is to the last bit what a look at them shows', () => {
  let looks = 0;
  fc.assert(
    fc.property(anyWindows, anyHistory().map(stored), fc.array(anySpan), (windows, events, spans) => {
      let seen: Seen | undefined;
      const policy: StandingPolicy = {
        name: 'watching',
        assess: (agent: AgentFacts) => {
          const finished = agent.windows.map(({ from }) => agent.finishedSince(from));
          seen = { windows: agent.windows.map(figuresOf), finished };
          return { met: [] };
        },
        evidence: () => ({ criteria: [], windows: [], trends: [], requiresApproval: false }),
      };
      const model = modelOf({ windows, minDataPoints: 1, policy });
      let state = model.start('ada');
      const check = (): void => {
        if (!seen) return;
        looks++;
        const shown = model.summary(state, state.now).windows;
        expect(seen.windows).toEqual(shown);
        expect(seen.finished).toEqual(shown.map((window) => window.tasksCompleted + window.tasksFailed));
        seen = undefined;
      };
      for (const [i, event] of events.entries()) {
        // What a person puts in the place of an overall score is shown elsewhere.
        if (event.type === 'override.set' && event.taskId === undefined) continue;
        const span = spans[i];
        if (span !== undefined && state.now > 0 && state.now + span <= event.recordedAt) {
          state = model.advance(state, state.now + span, state.seq).state;
          check();
        }
        state = model.apply(state, event).state;
        check();
      }
    }),
    { numRuns: 40 },
  );
  expect(looks).toBeGreaterThan(300);
});
