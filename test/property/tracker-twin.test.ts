import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import type { SimulatedClock } from 'xstate';
import type { JournalledEvent, StoredEvent } from '../../src/events/schema.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { multiWindow } from '../../src/windows/index.js';
import { expectAgreement } from '../support/agreement.js';
import { type Arrival, anyHistory, START } from '../support/arbitraries.js';
import { stored } from '../support/history.js';
import { clockAt, collect, DAY, HOUR, inDirectory } from '../support/tracker.js';
import { twin } from '../support/twin.js';

const AGENTS = ['ada', 'bob', '__proto__'];
/** One active agent at a time, so that the others come and go between memory and their snapshots. */
const OPTIONS = { windows: ['2d', '30d'], minDataPoints: 2, maxActiveAgents: 1, retention: '36500d' };
const WINDOWS = multiWindow({ windows: OPTIONS.windows, minDataPoints: OPTIONS.minDataPoints });

const anyArrivals = anyHistory({ agents: AGENTS, maxLength: 40 });
const anyBatches = fc.array(fc.record({ size: fc.integer({ min: 1, max: 8 }), together: fc.boolean() }), {
  minLength: 40,
  maxLength: 40,
});
type Batches = readonly { readonly size: number; readonly together: boolean }[];

/** Records a history in batches as the clock comes to each of them; looks on after each batch. */
async function live(
  tracker: Tracker,
  clock: SimulatedClock,
  history: readonly Arrival[],
  batches: Batches,
  look: () => Promise<void>,
): Promise<void> {
  let begin = 0;
  for (const { size, together } of batches) {
    const batch = history.slice(begin, begin + size);
    const last = batch.at(-1);
    if (!last) break;
    begin += size;
    clock.increment(last.now - clock.now());
    if (together) {
      const summary = await tracker.recordAll(batch.map(({ input }) => input));
      expect(summary).toEqual({ accepted: batch.length, duplicates: 0, rejected: [] });
    } else {
      const receipts = await Promise.all(batch.map(({ input }) => tracker.record(input)));
      for (const { duplicate } of receipts) expect(duplicate).toBe(false);
    }
    await look();
  }
}

/** Events as they are stored, with whether they themselves named their department. */
function journalled(events: readonly StoredEvent[], history: readonly Arrival[]): JournalledEvent[] {
  const given = new Map(stored(history).map((event) => [event.id, event]));
  return events.map((event) =>
    event.department !== undefined && given.get(event.id)?.department === undefined
      ? { ...event, isDepartmentStamped: true }
      : event,
  );
}

interface Moment {
  readonly at: number;
  readonly isPast: boolean;
}

async function expectTwins(
  tracker: Tracker,
  history: readonly Arrival[],
  { at, isPast }: Moment,
): Promise<void> {
  const events = journalled(await collect(tracker.events()), history);
  for (const agentId of AGENTS) {
    const actual = isPast ? await tracker.performance(agentId, at) : await tracker.performance(agentId);
    expectAgreement(actual, twin(events, agentId, at, WINDOWS), { standing: false });
  }
}

/** Stored as they went in, in the order of time, each with the department that the agent had then. */
function expectStored(events: readonly StoredEvent[], history: readonly Arrival[]): void {
  expect(events.map(({ at, seq }) => [at, seq])).toEqual(
    events.map(({ at, seq }) => [at, seq] as const).sort(([a, m], [b, n]) => a - b || m - n),
  );
  const given = new Map(stored(history).map((event) => [event.id, event]));
  expect(events).toHaveLength(given.size);
  for (const event of events) {
    const { seq: _, recordedAt: __, department, ...rest } = event;
    const { seq: ___, recordedAt: ____, department: own, ...original } = given.get(event.id) as StoredEvent;
    expect(rest).toEqual(original);
    const before = journalled(events, history).filter(({ seq }) => seq < event.seq);
    expect(department).toBe(own ?? twin(before, event.agentId, event.recordedAt, WINDOWS)?.department);
  }
}

describe('a tracker', () => {
  test('says of every agent what a recount says: now, later, and as of any moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyArrivals,
        anyBatches,
        fc.array(fc.nat(), { maxLength: 3 }),
        async (history, batches, picks) => {
          const clock = clockAt(START);
          await using tracker = await openTracker({ db: new MemoryLevel(), clock, ...OPTIONS });
          await live(tracker, clock, history, batches, () =>
            expectTwins(tracker, history, { at: clock.now(), isPast: false }),
          );
          expectStored(await collect(tracker.events()), history);
          for (const pick of picks) {
            const { at } = stored(history)[pick % history.length] as StoredEvent;
            const moment = Math.min(clock.now(), Math.max(0, at + (pick % 3) - 1));
            await expectTwins(tracker, history, { at: moment, isPast: true });
          }
          for (const span of [10 * 60_000, 30 * HOUR, 31 * DAY]) {
            clock.increment(span);
            await expectTwins(tracker, history, { at: clock.now(), isPast: false });
            await tracker.flush();
            await expectTwins(tracker, history, { at: clock.now(), isPast: false });
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('knows the same after it was closed and opened again', async () => {
    await fc.assert(
      fc.asyncProperty(anyArrivals, anyBatches, fc.nat(), async (history, batches, pick) => {
        await inDirectory(async (path) => {
          const clock = clockAt(START);
          const known = async (tracker: Tracker) => ({
            now: await Promise.all(AGENTS.map((agentId) => tracker.performance(agentId))),
            past: await Promise.all(
              AGENTS.map((agentId) => tracker.performance(agentId, clock.now() - 3 * DAY)),
            ),
            agents: await tracker.agents(),
            events: await collect(tracker.events()),
            log: await collect(tracker.log()),
          });
          const half = pick % history.length;
          const first = await openTracker({ path, clock, ...OPTIONS });
          await live(first, clock, history.slice(0, half), batches, async () => {});
          await first.flush();
          const before = await known(first);
          await first.close();

          await using second = await openTracker({ path, clock, ...OPTIONS });
          expect(await known(second)).toEqual(before);
          await live(second, clock, history.slice(half), batches, async () => {});
          await expectTwins(second, history, { at: clock.now(), isPast: false });
        });
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  test('is not changed by what it has been told before, nor by a contradiction', async () => {
    await fc.assert(
      fc.asyncProperty(anyArrivals, anyBatches, async (history, batches) => {
        const clock = clockAt(START);
        await using tracker = await openTracker({ db: new MemoryLevel(), clock, ...OPTIONS });
        await live(tracker, clock, history, batches, async () => {});
        await tracker.flush();
        const known = async () => ({
          agents: await Promise.all(AGENTS.map((agentId) => tracker.performance(agentId))),
          events: await collect(tracker.events()),
          log: await collect(tracker.log()),
        });
        const before = await known();
        const again = await tracker.recordAll(history.map(({ input }) => input));
        expect(again).toEqual({ accepted: 0, duplicates: history.length, rejected: [] });
        const contradictions = history.map(({ input }) => ({ ...input, metadata: { other: true } }));
        const { accepted, duplicates, rejected } = await tracker.recordAll(contradictions);
        expect([accepted, duplicates, rejected.length]).toEqual([0, 0, history.length]);
        for (const { error } of rejected) expect(error.code).toBe('TENURE_EVENT_CONFLICT');
        expect(await known()).toEqual(before);
      }),
      { numRuns: 15 },
    );
  });
});
