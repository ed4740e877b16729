import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileEvents, readEvent } from '../../src/events/compiled.js';
import { EVENT_TYPES, performanceEventSchema } from '../../src/events/schema.js';
import { anyHistory } from '../support/arbitraries.js';
import { NOW } from '../support/refusal.js';

const keys = [
  ...['type', 'id', 'agentId', 'at', 'department', 'metadata', 'taskId', 'complexity', 'assignedAt', 'usage'],
  ...[
    'signals',
    'budget',
    'kind',
    'verdict',
    'score',
    'succeeded',
    'target',
    'expiresAt',
    '__proto__',
    'seq',
  ],
];
const junk = fc.oneof(
  fc.constantFrom(undefined, null, '', 'x'.repeat(257), '𝕏'.repeat(256), 'epic', 'task.completed', 'meeting'),
  fc.constantFrom(-1, 0.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 253_402_300_799_999.5, 5n, true),
  fc.constantFrom(new Date(NOW), new Date(Number.NaN), '2026-01-31T12:00:00+01:00', '2026-01-31', NOW + 0.5),
  fc.constantFrom<unknown>(
    {},
    [],
    { cost: -1 },
    { cost: 1, tokens: 2 },
    { criteriaMet: 2, criteriaTotal: 1 },
  ),
  fc.constantFrom<unknown>({ a: { b: [1, 'x', null] } }, { a: new Map() }, () => 1, Symbol('s')),
);

/** Events as they should be, and ones with a field or two replaced, added or undefined. */
const inputs = fc
  .tuple(anyHistory({ maxLength: 1 }), fc.array(fc.tuple(fc.constantFrom(...keys), junk), { maxLength: 2 }))
  .map(([history, spoilt]) => {
    const input: object = { ...history[0]!.input };
    for (const [key, value] of spoilt) {
      Object.defineProperty(input, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return input;
  });

/** What a reader says of an input: the event with its keys in order, or all that is wrong with it. */
function answer({ success, data, error }: ReturnType<typeof readEvent>): unknown {
  return success ? { data, json: JSON.stringify(data) } : error.issues;
}

describe('the code that is compiled from the schema of events', () => {
  test('is made for a type at a time, and once', () => {
    expect([...compileEvents()]).toHaveLength(EVENT_TYPES.length);
    expect([...compileEvents()]).toEqual([]);
  });

  test('says of any input what the schema says', () => {
    const check = (input: object) => {
      expect(answer(readEvent(input))).toEqual(answer(performanceEventSchema.safeParse(input)));
    };
    fc.assert(fc.property(inputs, check), { numRuns: 3_000 });
  });

  test.for([undefined, null, 5, 'task.completed', [], Object.assign([], { type: 'agent.hired' }), () => 1])(
    'says of %s, which is no object, what the schema says',
    (input) => {
      expect(answer(readEvent(input))).toEqual(answer(performanceEventSchema.safeParse(input)));
    },
  );
});
