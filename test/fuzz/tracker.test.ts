import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { isTenureError } from '../../src/errors.js';
import type { TrackerOptions } from '../../src/options.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { noUncaughtErrors, settled } from '../support/host-errors.js';
import { clockAt, collect, fading, START, task } from '../support/tracker.js';
import { reportEffort, runs, tries } from './effort.js';
import { anyEvent, anyFunction, anyId, anyQuery, anything, type Maker, shaped, spread } from './hostile.js';
import { outcome as anyOutcome } from './outcome.js';

const NOW = START + 100 * 86_400_000;

/** Whatever comes of it must be an answer or an error of ours, and no failure of the database. */
async function outcome(work: () => unknown): Promise<unknown> {
  const result = await anyOutcome(work);
  if (isTenureError(result)) expect(['TENURE_STORAGE', 'TENURE_CORRUPT']).not.toContain(result.code);
  return result;
}

async function withWitness(work: (tracker: Tracker) => Promise<void>): Promise<void> {
  const tracker = await openTracker({
    db: new MemoryLevel(),
    clock: clockAt(NOW),
    onHostError: () => undefined,
  });
  await tracker.recordAll(fading(10, 'the witness'));
  const before = await tracker.performance('the witness');
  await work(tracker);
  expect(await tracker.performance('the witness')).toEqual(before);
  expect(await tracker.record(task(0, { id: 'the last', agentId: 'somebody else' }))).toMatchObject({
    duplicate: false,
  });
  await tracker.close();
}

const anySource: fc.Arbitrary<Maker> = fc.oneof(
  anything,
  fc.array(anyEvent, { maxLength: 5 }).map((makers) => () => makers.map((make) => make())),
);

describe('whatever is handed to a tracker', () => {
  noUncaughtErrors();
  reportEffort('tracker');

  it('as an event is recorded or refused, and touches nobody else', async () => {
    await withWitness(async (tracker) => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(anyEvent, anything), async (make) => {
          const event = make();
          fc.pre(agentOf(event) !== 'the witness');
          await outcome(() => tracker.record(event as never));
        }),
        runs(1_500),
      );
    });
  });

  it('as a source of events is taken or refused', async () => {
    await withWitness(async (tracker) => {
      await fc.assert(
        fc.asyncProperty(anySource, async (make) => {
          const source = make();
          // A source of its own failure rejects with it.
          await outcome(() => tracker.recordAll(source as never)).catch((error) => {
            expect(String(error)).toMatch(/boom|is not|Symbol.iterator|is not a function/);
          });
          await outcome(() => tracker.connect(source as never)?.unsubscribe());
          await settled();
        }),
        runs(300),
      );
    });
  });

  it('as a question is answered or refused', async () => {
    await withWitness(async (tracker) => {
      await tracker.recordAll([task(1, { projectId: 'p', department: 'd' })]);
      const streams = (query: never) => [
        () => collect(limited(tracker.events(query))),
        () => collect(limited(tracker.log(query))),
        () => collect(limited(tracker.deadLetters(query))),
      ];
      await fc.assert(
        fc.asyncProperty(anyQuery, anything, async (makeQuery, makeId) => {
          const [query, id] = [makeQuery(), makeId()];
          const asked = [
            () => tracker.performance(id as never, query as never),
            () => tracker.performance('ada', id as never),
            () => tracker.agents(query as never),
            () => tracker.series(query as never),
            () => tracker.query(query as never),
            () => tracker.retry(query as never),
            () => tracker.agentActor(id as never),
            ...streams(query as never),
            ...streams(id as never),
          ];
          for (const ask of asked) await outcome(ask);
        }),
        runs(200),
      );
    });
  });

  it('as options opens or is refused', async () => {
    const words = (...all: string[]) => fc.constantFrom(...all);
    const strategies = shaped(
      {},
      {
        quality: shaped({ name: anyId }, { score: anyFunction, settings: anything }),
        collaboration: shaped({ name: anyId }, { score: anyFunction, settings: anything }),
        trend: shaped({ name: anyId }, { detect: anyFunction, track: anyFunction, settings: anything }),
        window: shaped(
          { name: anyId, minDataPoints: fc.constantFrom(1, 2) },
          {
            windows: shaped({ label: anyId, ms: fc.constantFrom(1, 1000, 1e9) }).map((make) => () => [
              make(),
              make(),
            ]),
          },
        ),
      },
    );
    const some = shaped(
      {
        windows: fc.array(words('7d', '1h', '7h', '0d', 'x', '99999999d'), { maxLength: 4 }),
        minDataPoints: fc.constantFrom(0, 1, 5, 2.5, 1e9),
        currency: words('USD', 'usd', ''),
        levels: fc.array(anyId, { maxLength: 3 }),
        durability: words('process', 'power', 'hope'),
        maxClockSkew: fc.constantFrom(0, 1e308, -1),
        maxActiveAgents: fc.constantFrom(0, 1, 1.5),
        maxPending: fc.constantFrom(0, 1),
      },
      {
        inspect: anything,
        hiring: anything,
        policy: shaped({ name: anyId }, { assess: anyFunction, evidence: anyFunction, needs: anything }),
        retention: anything,
        clock: shaped({}, { now: anyFunction, setTimeout: anyFunction, clearTimeout: anyFunction }),
        strategies,
      },
    );
    await fc.assert(
      fc.asyncProperty(some, async (make) => {
        const quiet = { onHostError: () => undefined };
        const options: TrackerOptions = { ...quiet, ...spread(make()), db: new MemoryLevel() };
        const tracker = (await outcome(() => openTracker(options))) as Tracker;
        if (isTenureError(tracker)) return;
        for (const event of fading(8)) await outcome(() => tracker.record(event));
        await outcome(() => tracker.performance('ada'));
        await outcome(() => tracker.agents());
        await tracker.close();
      }),
      runs(150),
    );
  });

  it('as no options at all is refused, without a database being made', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (make) => {
        const options = make();
        fc.pre(typeof options !== 'object' || options === null || Object.keys(keysOf(options)).length > 0);
        fc.pre(options !== undefined);
        const opened = await outcome(() => openTracker(options as never));
        expect(isTenureError(opened, 'TENURE_INVALID_OPTIONS')).toBe(true);
      }),
      runs(200),
    );
  });
});

describe('two ids that differ', () => {
  noUncaughtErrors();
  reportEffort('ids');

  it('are never taken for one another, whatever they are made of, also after a restart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyId, { minLength: 1, maxLength: 12 }), async (ids) => {
        tries(ids.length);
        const clock = clockAt(NOW);
        const db = new MemoryLevel();
        const first = await openTracker({ db, clock });
        const events = ids.flatMap((id, n) => {
          const named = { id, agentId: id, taskId: id, department: id, projectId: id };
          return [task(n, named), { ...task(n, { ...named, id: `${id} again`.slice(0, 256) }) }];
        });
        const own = events.filter(({ id }, i) => events.findIndex((other) => other.id === id) === i);
        expect(await first.recordAll(own)).toMatchObject({ accepted: own.length, rejected: [] });
        await check(first, ids, own);
        await first.close();
        const second = await openTracker({ db, clock, maxActiveAgents: 1 });
        await check(second, ids, own);
        expect(await second.recordAll(own)).toMatchObject({ duplicates: own.length, rejected: [] });
        await second.close();
      }),
      runs(100),
    );
  });
});

async function check(
  tracker: Tracker,
  ids: readonly string[],
  events: readonly { id?: string | undefined; agentId: string }[],
) {
  expect((await tracker.agents()).map(({ agentId }) => agentId).sort()).toEqual([...ids].sort());
  const stored = await collect(tracker.events());
  expect(stored.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
  for (const id of ids) {
    const of = events.filter(({ agentId }) => agentId === id);
    const performance = await tracker.performance(id);
    expect(performance).toMatchObject({
      agentId: id,
      department: id,
      lifetime: { tasksCompleted: of.length },
    });
    const own = await collect(tracker.events({ agentId: id }));
    expect(own.map((event) => [event.agentId, event.department, event.projectId])).toEqual(
      of.map(() => [id, id, id]),
    );
  }
}

function agentOf(event: unknown): unknown {
  try {
    return (event as { agentId?: unknown } | null | undefined)?.agentId;
  } catch {
    return undefined;
  }
}

function keysOf(value: object): object {
  try {
    return Object.fromEntries(Object.keys(value).map((key) => [key, 1]));
  } catch {
    return { unreadable: 1 };
  }
}

async function* limited<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  let count = 0;
  for await (const item of items) {
    yield item;
    if (++count >= 50) return;
  }
}
