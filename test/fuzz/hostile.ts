import fc from 'fast-check';

const boom = (): never => {
  throw new Error('boom');
};

function cyclic(): unknown {
  const self: Record<string, unknown> = {};
  self.self = self;
  return self;
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

/** Whoever awaits it waits for ever. */
const neverAnswering = (): unknown => Object.fromEntries([['then', () => undefined]]);

const traps = Object.fromEntries(
  ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'].map((trap) => [trap, boom]),
);

/** What a host could hand in by mistake or out of malice; made anew each time, for some of it could be changed. */
export const hostileValues: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => -0,
  () => 2 ** 53,
  () => 1.7976931348623157e308,
  () => 10n,
  () => Symbol('s'),
  () => boom,
  () => async () => boom(),
  () => [],
  () => Array.from({ length: 20_000 }, (_, n) => n),
  () => new Array(20_000),
  () => new Proxy({}, traps),
  () => new Proxy(boom, traps),
  () => new Proxy([], traps),
  () => ({
    get type() {
      return boom();
    },
  }),
  () => Object.defineProperty({}, 'then', { get: boom }),
  () => Object.fromEntries([['then', boom]]),
  () => Object.fromEntries([['then', 5]]),
  neverAnswering,
  () => ({ toString: boom, valueOf: boom, toJSON: boom, [Symbol.toPrimitive]: boom }),
  () => ({ [Symbol.iterator]: boom, [Symbol.asyncIterator]: boom }),
  () => ({ [Symbol.iterator]: 5 }),
  () => ({ subscribe: boom }),
  () => ({ subscribe: () => undefined, next: boom }),
  () => Object.create(null),
  () => JSON.parse('{"__proto__": {"type": "agent.hired"}, "constructor": 1}'),
  cyclic,
  () => deep(1_000),
  () => deep(100_000),
  () => new Date(Number.NaN),
  () => Object.assign(new Date(0), { getTime: boom }),
  () => new Map([['a', 1]]),
  () => new Uint8Array(10),
  () => 'x'.repeat(1_000_000),
  () => ' ',
  () => '',
  () => '\ud800',
  () => '\0',
  () => '__proto__',
  () => '2026-01-01T00:00:00Z'.repeat(10_000),
  () => `${'1'.repeat(50_000)}d`,
  () => Object.freeze({}),
  () => new Error('e'),
  () => globalThis,
];

/** Ids that once broke something somewhere: prototypes, separators, surrogates, lengths, numbers, paths. */
export const hostileIds: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  'valueOf',
  'then',
  'length',
  'null',
  'undefined',
  '0',
  '-1',
  '1e3',
  'NaN',
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\0',
  '\0\0',
  '!',
  '!ids!',
  '!ids!u',
  '!journal!',
  '~',
  '\x7f',
  '/',
  '..',
  '../..',
  '\\',
  '"',
  "'",
  '{}',
  '[]',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '\uffff',
  '\u0301',
  'é',
  'e\u0301',
  '😀',
  '\ud83d',
  '\ude00',
  '\ude00\ud83d',
  '\ud800',
  '\udfff',
  '\ud800a',
  'a\ud800',
  'w00d8',
  'u',
  'w',
  'ﷺ',
  '中文',
  'x'.repeat(256),
  '😀'.repeat(128),
  '\ud800'.repeat(256),
];

export const anyId: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileIds),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  // Code units that need not be characters.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 8 })
    .map((units) => String.fromCharCode(...units)),
);

/** Makes a value. Generators pass these around: to look at some of the values is to be harmed. */
export type Maker = () => unknown;

/** What a host has who spreads it; nothing where that throws. It is not to be awaited: it may never answer. */
export function spread(value: unknown): object {
  try {
    return { ...(value as object) };
  } catch {
    return {};
  }
}

function makersOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<Maker> {
  return values.map((value) => () => value);
}

export const anything: fc.Arbitrary<Maker> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileValues) },
  {
    weight: 2,
    arbitrary: makersOf(
      fc.anything({
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withNullPrototype: true,
        withObjectString: true,
        withSparseArray: true,
        withTypedArray: true,
      }),
    ),
  },
  { weight: 1, arbitrary: makersOf(anyId) },
);

/** Functions that answer with anything. */
export const anyFunction: fc.Arbitrary<Maker> = anything.map((answer) => () => answer);

/** An object that has some of the given fields, most of them with values that belong there. */
export function shaped(
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  made: Readonly<Record<string, fc.Arbitrary<Maker>>> = {},
): fc.Arbitrary<Maker> {
  const sound = {
    ...Object.fromEntries(Object.entries(fields).map(([key, values]) => [key, makersOf(values)])),
    ...made,
  };
  const each = Object.fromEntries(
    Object.entries(sound).map(([key, values]) => [
      key,
      fc.oneof({ weight: 8, arbitrary: values }, { weight: 1, arbitrary: anything }),
    ]),
  );
  return fc
    .tuple(
      fc.record(each, { requiredKeys: [] }),
      fc.option(fc.tuple(anyId, anything), { freq: 8 }),
      fc.constantFrom('plain', 'plain', 'plain', 'plain', 'getter', 'proxy', 'frozen'),
    )
    .map(([makers, extra, kind]) => () => {
      const object = Object.fromEntries(Object.entries(makers).map(([key, make]) => [key, make?.()]));
      const define = (key: string, descriptor: PropertyDescriptor) =>
        Object.defineProperty(object, key, { enumerable: true, configurable: true, ...descriptor });
      if (extra) define(extra[0], { value: extra[1](), writable: true });
      if (kind === 'getter') define(Object.keys(object)[0] ?? 'type', { get: boom });
      if (kind === 'frozen') return Object.freeze(object);
      return kind === 'proxy' ? new Proxy(object, {}) : object;
    });
}

const small = fc.constantFrom<unknown>(0, 1, 0.5, 10, -1, 1e15, 2 ** 53);
const time = fc.constantFrom<unknown>(
  Date.UTC(2026, 0, 1),
  '2026-01-01T00:00:00Z',
  new Date(0),
  0,
  253_402_300_799_999,
  -1,
  '2026-01-01',
  1e20,
);
const word = (...words: string[]) => fc.constantFrom(...words);

export const anyEvent: fc.Arbitrary<Maker> = shaped(
  {
    id: anyId,
    type: word(
      'agent.hired',
      'agent.transferred',
      'agent.level_changed',
      'agent.departed',
      'task.assigned',
      'task.completed',
      'task.failed',
      'review.submitted',
      'collaboration.observed',
      'override.set',
      'override.cleared',
      'decision.recorded',
    ),
    agentId: anyId,
    at: time,
    taskId: anyId,
    department: anyId,
    projectId: anyId,
    metadata: fc.object(),
    kind: word('code', 'evaluation', 'peer', 'loop', 'message', 'delegation', 'meeting'),
    reviewerId: anyId,
    verdict: word('approved', 'rejected'),
    score: small,
    quality: small,
    target: word('quality', 'collaboration'),
    reason: anyId,
    by: anyId,
    level: word('junior', 'senior'),
    assignedAt: time,
    expiresAt: time,
    recommendationId: anyId,
    outcome: word('approved', 'rejected'),
  },
  {
    usage: shaped({
      inputTokens: small,
      outputTokens: small,
      toolCalls: small,
      cost: small,
      currency: word('USD', 'EUR'),
    }),
    signals: shaped({ criteriaMet: small, criteriaTotal: small, testsPassed: small, testsFailed: small }),
  },
);

export const anyQuery: fc.Arbitrary<Maker> = fc.oneof(
  anything,
  shaped({
    agentId: anyId,
    department: anyId,
    projectId: anyId,
    eventId: anyId,
    standing: word('steady', 'unproven'),
    from: time,
    to: time,
    metric: word('quality', 'cost', 'collaboration', 'tokens'),
    metrics: fc.array(word('successRate', 'totalCost')),
    every: word('1h', '1d', '7d', '36500d', '1m'),
    groupBy: word('agent', 'department', 'project'),
    types: fc.array(word('task.completed', 'agent.hired')),
    limit: small,
    reverse: fc.boolean(),
  }),
);
