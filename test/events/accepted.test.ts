import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/events/parse.js';
import { frozen } from '../scoring/facts.js';
import { PARSING } from '../support/history.js';

const NOW = Date.UTC(2026, 2, 1);
const common = { id: 'e-1', agentId: 'ada', at: NOW - 1000 };
const parse = (input: unknown) => parseEvent(frozen(input), NOW, PARSING);

const USAGE = { inputTokens: 1, outputTokens: 0, toolCalls: 3, turns: 4, cost: 0.5, currency: 'USD' };
const SIGNALS = {
  criteriaMet: 2,
  criteriaTotal: 3,
  testsPassed: 5,
  testsFailed: 0,
  lintErrors: 1,
  coverageDelta: -0.5,
};
const ATTEMPT = {
  taskId: 't-1',
  taskType: 'feat',
  complexity: 'epic',
  assignedAt: NOW - 9000,
  startedAt: NOW - 5000,
  usage: USAGE,
  signals: SIGNALS,
  budget: 0,
};
const REVIEW = { type: 'review.submitted', taskId: 't-1', kind: 'peer', reviewerId: 'grace' };
const COLLABORATION = { type: 'collaboration.observed' };
const OVERRIDE = { target: 'quality', by: 'linus' };

/** Every type and kind there is, in full and with as little as it may have. */
const EVENTS: Record<string, readonly object[]> = {
  'agent.hired': [{}, { name: 'Ada', role: 'engineer', department: 'research', level: 'junior' }],
  'agent.transferred': [{ department: 'sales' }],
  'agent.level_changed': [{ level: 'c_suite' }],
  'agent.departed': [{}, { reason: '' }],
  'task.assigned': [{ taskId: 't-1' }, { taskId: 't-1', taskType: 'fix', complexity: 'simple' }],
  'task.completed': [{ taskId: 't-1' }, ATTEMPT, { taskId: 't-1', usage: {}, signals: {} }],
  'task.failed': [{ taskId: 't-1' }, { ...ATTEMPT, complexity: 'medium' }],
  'review.submitted': [
    { ...REVIEW, verdict: 'approved' },
    { ...REVIEW, kind: 'code', verdict: 'commented', comment: 'hm' },
    { ...REVIEW, kind: 'evaluation', score: 10, confidence: 0 },
    { ...REVIEW, verdict: 'rejected', score: 0, confidence: 1 },
    { ...REVIEW, verdict: 'changes_requested' },
  ],
  'collaboration.observed': [
    { ...COLLABORATION, kind: 'delegation', succeeded: false },
    { ...COLLABORATION, kind: 'delegation', succeeded: true, responseSeconds: 12.5 },
    { ...COLLABORATION, kind: 'conflict', constructiveness: 0 },
    { ...COLLABORATION, kind: 'meeting', contribution: 1 },
    { ...COLLABORATION, kind: 'loop' },
    { ...COLLABORATION, kind: 'handoff', completeness: 0.3 },
    { ...COLLABORATION, kind: 'message', quality: 0.5 },
    { ...COLLABORATION, kind: 'helpfulness', rating: 0.25 },
    { ...COLLABORATION, kind: 'helpfulness', rating: 0.25, fromAgentId: 'grace' },
  ],
  'override.set': [
    { ...OVERRIDE, score: 0, reason: '' },
    { ...OVERRIDE, taskId: 't-1', score: 10, reason: 'why', expiresAt: NOW },
    { ...OVERRIDE, target: 'collaboration', score: 5, reason: 'why' },
  ],
  'override.cleared': [OVERRIDE, { ...OVERRIDE, taskId: 't-1' }, { ...OVERRIDE, target: 'collaboration' }],
  'decision.recorded': [
    { recommendationId: 'r-1', outcome: 'deferred', by: 'linus' },
    { recommendationId: 'r-1', outcome: 'approved', by: 'linus', reason: 'well earned' },
    { recommendationId: 'r-1', outcome: 'rejected', by: 'linus' },
  ],
};

describe('every type of event is accepted and comes out as it went in', () => {
  for (const [type, bodies] of Object.entries(EVENTS)) {
    test(type, () => {
      for (const body of bodies) {
        const input = { ...common, ...body, type };
        expect(parse(input)).toEqual(input);
        const placed = {
          ...input,
          department: 'sales',
          projectId: 'apollo',
          metadata: { a: [1, { b: null }] },
        };
        expect(parse(placed)).toEqual(placed);
      }
    });
  }
});

describe('an event', () => {
  const hired = { ...common, type: 'agent.hired' };

  test('without an id gets one of its own', () => {
    const { id: _, ...rest } = hired;
    const [one, other] = [parse(rest), parse({ ...rest, id: undefined })];
    expect(one.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.id).not.toBe(one.id);
  });

  test('may say when in any way that says when', () => {
    const at = Date.UTC(2026, 0, 31, 12, 0, 0, 250);
    for (const given of [
      at,
      at + 0.75,
      new Date(at),
      '2026-01-31T12:00:00.250Z',
      '2026-01-31T13:30:00.250+01:30',
      '2026-01-31T06:00:00.250-06:00',
    ]) {
      expect(parse({ ...hired, at: given }).at).toBe(at);
    }
    expect(parse({ ...hired, at: 0 }).at).toBe(0);
    expect(parse({ ...hired, at: new Date(0) }).at).toBe(0);
  });

  test('may be ahead of the clock by the skew that is allowed, to the millisecond', () => {
    expect(parse({ ...hired, at: NOW + 300_000 }).at).toBe(NOW + 300_000);
  });

  test('may end at the moment at which it began, and an override a millisecond later', () => {
    const attempt = {
      ...common,
      type: 'task.failed',
      taskId: 't',
      assignedAt: common.at,
      startedAt: common.at,
    };
    expect(parse(attempt)).toEqual(attempt);
    const set = {
      ...common,
      type: 'override.set',
      ...OVERRIDE,
      score: 1,
      reason: '',
      expiresAt: common.at + 1,
    };
    expect(parse(set)).toEqual(set);
  });

  test('may have ids of 1 to 256 characters of any kind', () => {
    const ids = [
      'x',
      'x'.repeat(256),
      '__proto__',
      'constructor',
      'toString',
      ' ',
      '\u0000',
      '\n',
      'ü 漢字 🎉',
      '\uFFFF',
    ];
    for (const name of ids) {
      const input = { ...common, type: 'task.completed', id: name, agentId: name, taskId: name };
      const event = parse({ ...input, department: name, projectId: name });
      expect(event).toEqual({ ...input, department: name, projectId: name });
      expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
    }
  });

  test('may carry metadata of exactly 4 KiB', () => {
    // {"a":"…"} is 8 bytes around the text.
    const metadata = { a: 'x'.repeat(4096 - 8) };
    expect(parse({ ...hired, metadata }).metadata).toEqual(metadata);
  });

  test('keeps metadata with the names of prototypes as plain data', () => {
    const metadata = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as object;
    const event = parse({ ...hired, metadata });
    expect(Object.keys(event.metadata ?? {})).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('shares nothing with what was handed in', () => {
    const input = {
      ...common,
      type: 'task.completed',
      taskId: 't',
      usage: { cost: 1 },
      metadata: { tags: ['a'] },
    };
    const event = parseEvent(input, NOW, PARSING);
    input.usage.cost = 99;
    input.metadata.tags.push('b');
    expect(event).toMatchObject({ usage: { cost: 1 }, metadata: { tags: ['a'] } });
  });

  test('may leave fields undefined, which is as if they were not there', () => {
    expect(parse({ ...hired, level: undefined, metadata: undefined })).toEqual(hired);
  });

  test('may name costs in the currency of the tracker only', () => {
    const paid = { ...common, type: 'task.completed', taskId: 't', usage: { cost: 1, currency: 'EUR' } };
    expect(parseEvent(paid, NOW, { ...PARSING, currency: 'EUR' })).toEqual(paid);
  });
});
