import { describe, expect, test } from 'vitest';
import { isTenureError, type TenureError } from '../../src/errors.js';
import { parseEvent } from '../../src/events/parse.js';
import { PARSING } from '../support/history.js';

const NOW = Date.UTC(2026, 2, 1);
const common = { id: 'e-1', agentId: 'ada', at: NOW };
const hired = { ...common, type: 'agent.hired' };
const attempt = { ...common, type: 'task.completed', taskId: 't-1' };
const review = { ...common, type: 'review.submitted', taskId: 't-1', kind: 'code', reviewerId: 'grace' };
const approved = { ...review, verdict: 'approved' };
const set = { ...common, type: 'override.set', target: 'quality', score: 5, reason: 'why', by: 'linus' };
const meeting = { ...common, type: 'collaboration.observed', kind: 'meeting', contribution: 1 };

function refusal(input: unknown, now = NOW): TenureError {
  try {
    parseEvent(input, now, PARSING);
  } catch (error) {
    if (isTenureError(error)) return error;
    throw error;
  }
  return expect.fail(`accepted ${String(input)}`);
}

/** Expects `TENURE_INVALID_EVENT` about `path` that says why and about whom. */
function expectInvalid(input: object, path: string, reason: string | RegExp): void {
  const error = refusal(input);
  expect(error.code).toBe('TENURE_INVALID_EVENT');
  expect(error.issues.map((issue) => issue.path)).toContain(path);
  expect(error.message).toMatch(reason);
  if ('agentId' in input && input.agentId === 'ada') expect(error.message).toContain('"ada"');
}

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

describe('fields', () => {
  test('that nobody knows are refused by name, at any depth', () => {
    expectInvalid({ ...hired, salary: 1 }, 'salary', 'salary');
    expectInvalid({ ...attempt, usage: { tokens: 1 } }, 'usage.tokens', 'tokens');
    expectInvalid({ ...attempt, signals: { lint: 1 } }, 'signals.lint', 'lint');
    expectInvalid({ ...meeting, quality: 1 }, 'quality', 'quality');
    expectInvalid({ ...hired, seq: 1 }, 'seq', 'seq');
    expectInvalid(
      JSON.parse('{"type":"agent.departed","agentId":"ada","at":0,"__proto__":1}'),
      '__proto__',
      '__proto__',
    );
  });

  test('that a type needs and does not have are refused by name', () => {
    expectInvalid({ ...common, type: 'task.completed' }, 'taskId', /expected/i);
    expectInvalid({ ...common, type: 'agent.transferred' }, 'department', /expected/i);
    expectInvalid({ ...meeting, contribution: undefined }, 'contribution', /expected/i);
    expectInvalid({ ...set, reason: undefined }, 'reason', /expected/i);
  });

  test('of a review that say nothing are refused', () => {
    expectInvalid(review, 'verdict', 'a verdict, a score, or both');
    expectInvalid({ ...review, comment: 'hm', confidence: 1 }, 'verdict', 'a verdict, a score, or both');
  });

  test('of criteria that claim more met than there are are refused', () => {
    expectInvalid(
      { ...attempt, signals: { criteriaMet: 4, criteriaTotal: 3 } },
      'signals.criteriaMet',
      'no more criteria',
    );
  });

  test('that put a task to an override of collaboration are refused', () => {
    const cleared = {
      ...common,
      type: 'override.cleared',
      target: 'collaboration',
      by: 'linus',
      taskId: 't',
    };
    expectInvalid(cleared, 'taskId', 'not scored by task');
    expectInvalid({ ...set, target: 'collaboration', taskId: 't' }, 'taskId', 'not scored by task');
  });

  test('in another currency than the tracker has are refused, and what is no currency', () => {
    expectInvalid(
      { ...attempt, usage: { cost: 1, currency: 'EUR' } },
      'usage.currency',
      "expected USD, the tracker's",
    );
    expectInvalid(
      { ...attempt, type: 'task.failed', usage: { currency: 'EUR' } },
      'usage.currency',
      'got EUR',
    );
    for (const currency of ['usd', 'US', 'DOLLAR', '', 840]) {
      expectInvalid({ ...attempt, usage: { currency } }, 'usage.currency', /expected/i);
    }
  });

  test('are all named that are wrong, not only the first', () => {
    const error = refusal({ ...approved, score: 11, confidence: -1, taskId: '' });
    expect(error.issues.map(({ path }) => path).sort()).toEqual(['confidence', 'score', 'taskId']);
    expect(error.path).toBe(error.issues[0]?.path);
  });

  test('of too much text are refused', () => {
    expectInvalid({ ...approved, comment: 'x'.repeat(8_193) }, 'comment', /too/i);
    expectInvalid({ ...set, reason: 'x'.repeat(8_193) }, 'reason', /too/i);
  });
});

describe('metadata', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = [cyclic];

  test('that JSON would change without a word is refused', () => {
    for (const value of [
      new Date(),
      new Map(),
      Number.NaN,
      Infinity,
      undefined,
      () => 1,
      Symbol('s'),
      5n,
      cyclic,
      { toJSON: () => 'other' },
    ]) {
      expectInvalid({ ...hired, metadata: { a: value } }, 'metadata', /JSON/);
      expectInvalid({ ...hired, metadata: { a: [{ b: value }] } }, 'metadata', /JSON/);
    }
  });

  test('that is no object is refused', () => {
    for (const metadata of [null, [], 'text', 5, new Map(), new Date()]) {
      expectInvalid({ ...hired, metadata }, 'metadata', 'JSON object');
    }
  });

  test('over 4 KiB is refused, in bytes and not in characters', () => {
    expectInvalid(
      { ...hired, metadata: { a: 'x'.repeat(4096 - 7) } },
      'metadata',
      '4096 bytes of JSON, got 4097',
    );
    expectInvalid(
      { ...hired, metadata: { a: '漢'.repeat(1400) } },
      'metadata',
      '4096 bytes of JSON, got 4208',
    );
  });

  test('nested beyond all measure is refused, not fatal', () => {
    let deep: Record<string, unknown> = {};
    for (let depth = 0; depth < 100_000; depth++) deep = { deep };
    expectInvalid({ ...hired, metadata: deep }, 'metadata', /JSON/);
  });
});

describe('what is no event at all', () => {
  test('is refused', () => {
    for (const input of [undefined, null, 5, 'text', [], [hired], new Map(), () => hired, Symbol('s')]) {
      expect(refusal(input).code).toBe('TENURE_INVALID_EVENT');
    }
  });

  test('is refused when reading it throws', () => {
    const boom = () => {
      throw new Error('boom');
    };
    const inputs: object[] = [
      Object.defineProperty({ ...hired }, 'at', { get: boom, enumerable: true }),
      Object.defineProperty({ ...common }, 'type', { get: boom, enumerable: true }),
      Object.defineProperty({ ...hired, id: undefined }, 'id', { get: boom, enumerable: true }),
      new Proxy(hired, { get: boom }),
      new Proxy(hired, { ownKeys: boom }),
      { ...hired, metadata: Object.defineProperty({}, 'a', { get: boom, enumerable: true }) },
      { ...attempt, usage: Object.defineProperty({}, 'cost', { get: boom, enumerable: true }) },
    ];
    for (const input of inputs) {
      const error = refusal(input);
      expect(error.code).toBe('TENURE_INVALID_EVENT');
      expect(error.message).toContain('boom');
    }
  });

  test('is described in a message of bounded length', () => {
    const error = refusal({ ...hired, id: 'x'.repeat(1e6), agentId: 'y'.repeat(1e6) });
    expect(error.message.length).toBeLessThan(1_000);
  });
});

test('a refused event is left as it was', () => {
  const input = { ...hired, salary: 1, metadata: { a: 1 } };
  const before = structuredClone(input);
  refusal(input);
  expect(input).toEqual(before);
});
