import { describe, expect, test } from 'vitest';
import { expectInvalid, GOOD, refusal } from '../support/refusal.js';

const { common, hired, attempt, review, set, meeting } = GOOD;
const approved = { ...review, verdict: 'approved' };

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
