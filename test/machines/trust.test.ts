import { expect, it } from 'vitest';
import { getShortestPaths } from 'xstate/graph';
import { stepTrust, trustMachine } from '../../machines/trust.js';
import { TRUST_LEVELS } from '../../src/trust/index.js';

it('reaches every level, and elevated by approval alone', () => {
  const paths = getShortestPaths(trustMachine);
  expect(new Set(paths.map(({ state }) => state.value))).toEqual(new Set(TRUST_LEVELS));
  const elevated = paths.find(({ state }) => state.value === 'elevated');
  expect(elevated?.steps.at(-1)?.event.type).toBe('elevation.approved');
  const earned = getShortestPaths(trustMachine, {
    events: [{ type: 'trust.earned' }, { type: 'trust.lost' }],
  });
  expect(new Set(earned.map(({ state }) => state.value))).toEqual(
    new Set(['sandboxed', 'restricted', 'standard']),
  );
});

it('moves a step at a time', () => {
  const moves = (event: Parameters<typeof stepTrust>[1]) =>
    TRUST_LEVELS.map((level) => stepTrust(level, event));
  expect(moves('trust.earned')).toEqual(['restricted', 'standard', 'standard', 'elevated']);
  expect(moves('trust.lost')).toEqual(['sandboxed', 'sandboxed', 'restricted', 'standard']);
  expect(moves('elevation.approved')).toEqual(['elevated', 'elevated', 'elevated', 'elevated']);
});
