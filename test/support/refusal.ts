import { expect } from 'vitest';
import { isTenureError, type TenureError } from '../../src/errors.js';
import { parseEvent } from '../../src/events/parse.js';
import { PARSING } from './history.js';

/** What the clock says when the events of these tests arrive. */
export const NOW = Date.UTC(2026, 2, 1);

const common = { id: 'e-1', agentId: 'ada', at: NOW };

/** Events that would be accepted if a test did not spoil them. */
export const GOOD = Object.freeze({
  common,
  hired: { ...common, type: 'agent.hired' },
  attempt: { ...common, type: 'task.completed', taskId: 't-1' },
  review: { ...common, type: 'review.submitted', taskId: 't-1', kind: 'code', reviewerId: 'grace' },
  set: { ...common, type: 'override.set', target: 'quality', score: 5, reason: 'why', by: 'linus' },
  meeting: { ...common, type: 'collaboration.observed', kind: 'meeting', contribution: 1 },
});

/** The error that refuses an input. */
export function refusal(input: unknown, now = NOW): TenureError {
  try {
    parseEvent(input, now, PARSING);
  } catch (error) {
    if (isTenureError(error)) return error;
    throw error;
  }
  return expect.fail(`accepted ${String(input)}`);
}

/** Expects `TENURE_INVALID_EVENT` about `path` that says why and about whom. */
export function expectInvalid(input: object, path: string, reason: string | RegExp): void {
  const error = refusal(input);
  expect(error.code).toBe('TENURE_INVALID_EVENT');
  expect(error.issues.map((issue) => issue.path)).toContain(path);
  expect(error.message).toMatch(reason);
  if ('agentId' in input && input.agentId === 'ada') expect(error.message).toContain('"ada"');
}
