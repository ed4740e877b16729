import { describe, expect, it } from 'vitest';
import { getShortestPaths } from 'xstate/graph';
import { stepTrend, trendMachine } from '../../machines/trend.js';
import type { TrendDirection } from '../../src/trends/types.js';

const DIRECTIONS: readonly TrendDirection[] = ['insufficient_data', 'stable', 'improving', 'declining'];

const events = [
  { type: 'evidence.insufficient', at: 1 },
  { type: 'evidence.stable', at: 1 },
  { type: 'evidence.improving', at: 1 },
  { type: 'evidence.declining', at: 1 },
] as const;

describe('the trend machine', () => {
  it('reaches every state', () => {
    const paths = getShortestPaths(trendMachine, { events: [...events] });
    const reached = new Set(paths.map(({ state }) => state.value));
    expect(reached).toEqual(new Set(['insufficientData', 'stable', 'improving', 'declining']));
  });

  it('goes from every direction to every other as the evidence says, and remembers since when', () => {
    for (const from of DIRECTIONS) {
      for (const to of DIRECTIONS) {
        const status = stepTrend({ direction: from, since: 5 }, to, 9);
        expect(status).toEqual(from === to ? { direction: from, since: 5 } : { direction: to, since: 9 });
      }
    }
  });

  it('leaves the status that it is given as it was', () => {
    const status = Object.freeze({ direction: 'stable', since: 1 } as const);
    stepTrend(status, 'declining', 2);
    expect(status).toEqual({ direction: 'stable', since: 1 });
  });
});
