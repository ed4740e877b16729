import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/events/parse.js';
import { PARSING } from '../support/history.js';
import { expectInvalid, GOOD, NOW, refusal } from '../support/refusal.js';

const { common, hired, attempt, review, set, meeting } = GOOD;
const approved = { ...review, verdict: 'approved' };

describe('numbers that are none', () => {
  const NOT_COUNTS = [Number.NaN, Infinity, -Infinity, -1, 1.5, 2 ** 53, '3', null, true, 3n];
  const NOT_AMOUNTS = [Number.NaN, Infinity, -Infinity, -0.01, '3', null, true, 3n];

  test('are refused as counts', () => {
    for (const value of NOT_COUNTS) {
      for (const key of ['inputTokens', 'outputTokens', 'toolCalls', 'turns']) {
        expectInvalid({ ...attempt, usage: { [key]: value } }, `usage.${key}`, /expected|too/i);
      }
      for (const key of ['criteriaTotal', 'testsPassed', 'testsFailed', 'lintErrors']) {
        expectInvalid({ ...attempt, signals: { [key]: value } }, `signals.${key}`, /expected|too/i);
      }
    }
  });

  test('are refused as money and seconds', () => {
    for (const value of NOT_AMOUNTS) {
      expectInvalid({ ...attempt, usage: { cost: value } }, 'usage.cost', /expected|too/i);
      expectInvalid({ ...attempt, budget: value }, 'budget', /expected|too/i);
      const delegation = { ...meeting, kind: 'delegation', contribution: undefined, succeeded: true };
      expectInvalid({ ...delegation, responseSeconds: value }, 'responseSeconds', /expected|too/i);
    }
  });

  test('are refused as scores and ratios, like those beyond their range', () => {
    for (const value of [...NOT_AMOUNTS, 10.0001, 11]) {
      expectInvalid({ ...approved, score: value }, 'score', /expected|too/i);
      expectInvalid({ ...set, score: value }, 'score', /expected|too/i);
    }
    for (const value of [...NOT_AMOUNTS, 1.0001]) {
      expectInvalid({ ...approved, confidence: value }, 'confidence', /expected|too/i);
      expectInvalid({ ...meeting, contribution: value }, 'contribution', /expected|too/i);
    }
  });

  test('are refused as changes of coverage', () => {
    for (const value of [Number.NaN, Infinity, '1']) {
      expectInvalid({ ...attempt, signals: { coverageDelta: value } }, 'signals.coverageDelta', /expected/i);
    }
  });
});

describe('times', () => {
  test('outside 1970 to 9999, or that are none, are refused', () => {
    const none = [
      -1,
      253_402_300_800_000,
      Number.NaN,
      Infinity,
      new Date(Number.NaN),
      new Date(-1),
      null,
      {},
      5n,
    ];
    for (const at of none) expectInvalid({ ...hired, at }, 'at', 'between 1970 and 9999');
    expectInvalid({ ...hired, at: '1969-12-31T23:59:59Z' }, 'at', 'between 1970 and 9999');
    expectInvalid({ ...hired, at: '+010000-01-01T00:00:00Z' }, 'at', 'between 1970 and 9999');
    expectInvalid({ type: 'agent.hired', agentId: 'ada' }, 'at', 'between 1970 and 9999');
  });

  test('as text without an offset, or not as ISO 8601 has it, are refused', () => {
    for (const at of [
      '2026-01-31T12:00:00',
      '2026-01-31',
      '2026-02-30T12:00:00Z',
      '31 Jan 2026 12:00 UTC',
      '1767225600000',
      '',
    ]) {
      expectInvalid({ ...hired, at }, 'at', 'ISO 8601 with an offset');
    }
  });

  test('ahead of the clock by more than the skew are refused, with a code of their own', () => {
    const error = refusal({ ...hired, at: NOW + 300_001 });
    expect(error).toMatchObject({ code: 'TENURE_FUTURE_EVENT', path: 'at' });
    expect(error.message).toMatch(/"e-1" of agent "ada".*300000 ms/);
    expect(refusal({ ...hired, at: 253_402_300_799_999 }).code).toBe('TENURE_FUTURE_EVENT');
  });

  test('at which work began after it ended are refused', () => {
    for (const key of ['assignedAt', 'startedAt']) {
      expectInvalid({ ...attempt, [key]: NOW + 1 }, key, 'not after `at`');
      expectInvalid({ ...attempt, type: 'task.failed', [key]: NOW + 1 }, key, 'not after `at`');
      expectInvalid({ ...attempt, [key]: -1 }, key, 'between 1970 and 9999');
    }
  });

  test('at which an override ends before it began, or as it begins, are refused', () => {
    expectInvalid({ ...set, expiresAt: NOW }, 'expiresAt', 'after `at`');
    expectInvalid({ ...set, expiresAt: NOW - 1 }, 'expiresAt', 'after `at`');
  });
});

describe('names', () => {
  test('that are empty, too long or no text are refused', () => {
    for (const value of ['', 'x'.repeat(257), 5, null, {}, ['ada']]) {
      for (const key of ['id', 'agentId', 'department', 'projectId']) {
        const error = refusal({ ...hired, [key]: value });
        expect(error).toMatchObject({ code: 'TENURE_INVALID_EVENT', path: key });
      }
      expectInvalid({ ...attempt, taskId: value }, 'taskId', /expected|too/i);
      expectInvalid({ ...approved, reviewerId: value }, 'reviewerId', /expected|too/i);
      expectInvalid({ ...set, by: value }, 'by', /expected|too/i);
    }
    expect(refusal({ type: 'agent.hired', at: NOW })).toMatchObject({ path: 'agentId' });
  });

  test('with half a character are refused, or come back from UTF-8 as they went in', () => {
    for (const name of ['\uD83C', 'a\uDC00b', '\uDF89\uD83C']) {
      let stored: unknown;
      try {
        stored = parseEvent({ ...hired, agentId: name }, NOW, PARSING);
      } catch (error) {
        expect(error).toMatchObject({ code: 'TENURE_INVALID_EVENT', path: 'agentId' });
        continue;
      }
      expect(JSON.parse(Buffer.from(JSON.stringify(stored), 'utf8').toString('utf8'))).toEqual(stored);
    }
  });

  test('of levels, types and kinds that there are not are refused', () => {
    expectInvalid(
      { ...hired, level: 'emperor' },
      'level',
      'junior, mid.*"emperor"'.replace('.*', ', senior, lead, principal, director, vp, c_suite, got '),
    );
    expectInvalid({ ...common, type: 'agent.level_changed', level: 'Junior' }, 'level', 'got "Junior"');
    expectInvalid({ ...common, type: 'agent.level_changed' }, 'level', /expected/i);
    for (const type of ['agent.promoted', 'constructor', '__proto__', '', undefined, 5]) {
      expectInvalid({ ...common, type }, 'type', /invalid/i);
    }
    expectInvalid({ ...meeting, kind: 'gossip' }, 'kind', /invalid/i);
    expectInvalid({ ...approved, kind: 'self' }, 'kind', /invalid/i);
    expectInvalid({ ...attempt, complexity: 'hard' }, 'complexity', /invalid/i);
  });
});
