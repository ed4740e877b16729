import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import type { SimulatedClock } from 'xstate';
import type { StoredEvent } from '../../src/events/schema.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { differencesOf } from '../support/agreement.js';
import { type Arrival, anyHistory, START } from '../support/arbitraries.js';
import { clockAt, collect, DAY, HOUR } from '../support/tracker.js';
import { twinBuckets, twinQuery } from '../support/twin-query.js';

const AGENTS = ['ada', 'bob', '__proto__'];
const OPTIONS = { windows: ['2d', '30d'], minDataPoints: 2, retention: '36500d' };

const anyArrivals = anyHistory({ agents: AGENTS, maxLength: 50 });

/** Now and then the tracker is closed, dies, or only time passes. */
type Turn = 'wait' | 'close' | 'die' | 'tick';
const anyTurns = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 12 }),
    next: fc.constantFrom<Turn>('wait', 'wait', 'close', 'die', 'tick'),
    pause: fc.constantFrom(0, 10 * 60_000, 30 * HOUR, 45 * DAY),
  }),
  { minLength: 6, maxLength: 20 },
);

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const anyScope = fc.record({
  agentId: optional(fc.constantFrom(...AGENTS, 'nobody')),
  department: optional(fc.constantFrom('engineering', 'research', 'nowhere')),
  projectId: optional(fc.constantFrom('apollo', 'gemini')),
});
/** Ends of ranges that lie on events, beside them, on the hour and on the day. */
const anyEnd = fc.record({
  pick: fc.nat(),
  shift: fc.constantFrom(-1, 0, 1, 'hour', 'day', 'before', 'after'),
});
const anyQuestion = fc.record({
  scope: anyScope,
  ends: fc.tuple(anyEnd, anyEnd),
  groupBy: optional(fc.constantFrom('agent' as const, 'department' as const, 'project' as const)),
  metric: fc.constantFrom(
    ...(['quality', 'cost', 'completionTime', 'tokens', 'toolCalls', 'collaboration'] as const),
    ...(['successRate', 'throughput'] as const),
  ),
  every: fc.constantFrom('1h', '5h', '1d', '7d'),
});
type Of<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Question = Of<typeof anyQuestion>;
const MS: Record<string, number> = { '1h': HOUR, '5h': 5 * HOUR, '1d': DAY, '7d': 7 * DAY };

function endOf({ pick, shift }: Of<typeof anyEnd>, events: readonly StoredEvent[]): number {
  const at = events[pick % events.length]?.at ?? START;
  if (shift === 'hour') return Math.floor(at / HOUR) * HOUR;
  if (shift === 'day') return Math.floor(at / DAY) * DAY;
  if (shift === 'before') return at - 3 * DAY;
  return shift === 'after' ? at + 40 * DAY : at + (shift as number);
}

async function expectAnswers(tracker: Tracker, now: number, questions: readonly Question[]): Promise<void> {
  const events = await collect(tracker.events());
  for (const { scope, ends, groupBy, metric, every } of questions) {
    const [from = 0, to = 0] = ends.map((end) => Math.max(0, endOf(end, events))).sort((a, b) => a - b);
    const query = { ...scope, from, to, ...(groupBy && { groupBy }) };
    const expected = twinQuery(events, query, now, OPTIONS.minDataPoints);
    const actual = await tracker.query(query);
    const found = differencesOf(actual, expected);
    if (found.length > 0) expect.fail(`${JSON.stringify(query)} at ${now}: ${found.join('; ')}`);

    const ranged = { ...scope, metric, from: Math.max(from, to - 60 * DAY), to };
    const { buckets } = await tracker.series({ ...ranged, every });
    const different = differencesOf(
      buckets,
      twinBuckets(events, { ...ranged, ms: MS[every] as number }, now),
    );
    if (different.length > 0)
      expect.fail(`${JSON.stringify(ranged)} ${every} at ${now}: ${different.join('; ')}`);
  }
}

/** All that is in a database at this moment, in another one: what is left when a process dies. */
async function remains(db: MemoryLevel): Promise<MemoryLevel> {
  const encodings = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
  const copy = new MemoryLevel();
  await copy.open();
  for await (const [key, value] of db.iterator<Buffer, Buffer>(encodings))
    await copy.put(key, value, encodings);
  return copy;
}

/** A tracker that lives through a history, dying and coming back, and is asked questions at every stop. */
async function live(
  history: readonly Arrival[],
  turns: Of<typeof anyTurns>,
  { clock, maxActiveAgents }: { clock: SimulatedClock; maxActiveAgents: number },
  look: (tracker: Tracker) => Promise<void>,
): Promise<void> {
  let db = new MemoryLevel();
  const open = () => openTracker({ db, clock, ...OPTIONS, maxActiveAgents });
  let tracker = await open();
  let begin = 0;
  for (const { size, next, pause } of turns) {
    const batch = history.slice(begin, begin + size);
    const last = batch.at(-1);
    if (!last) break;
    begin += size;
    clock.set(Math.max(clock.now(), last.now));
    const { accepted, rejected } = await tracker.recordAll(batch.map(({ input }) => input));
    expect([accepted, rejected]).toEqual([batch.length, []]);
    await look(tracker);
    if (next === 'tick') {
      clock.increment(pause);
      await tracker.flush();
    } else if (next === 'wait') {
      // Too short for a tick: what time alone changes is only known by looking.
      clock.increment(10 * 60_000);
    } else {
      const rest = next === 'die' ? await remains(db) : undefined;
      await tracker.close();
      if (rest) db = rest;
      clock.set(clock.now() + pause);
      tracker = await open();
    }
    await look(tracker);
  }
  await tracker.close();
}

describe('a question about the company', () => {
  test('is answered as a recount of all events answers it: live, after passivation, restart and death', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyArrivals,
        anyTurns,
        fc.array(anyQuestion, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(1, 10),
        async (history, turns, questions, maxActiveAgents) => {
          const clock = clockAt(START);
          await live(history, turns, { clock, maxActiveAgents }, (tracker) =>
            expectAnswers(tracker, clock.now(), questions),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
