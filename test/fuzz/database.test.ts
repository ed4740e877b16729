import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { beforeAll, describe, expect, it } from 'vitest';
import { isTenureError } from '../../src/errors.js';
import { defaultPolicy } from '../../src/policy/index.js';
import { openTracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { importJournal } from '../../src/transfer/import.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { testPolicy } from '../../src/what-if.js';
import { lived, SHORT } from '../support/dropping.js';
import { noUncaughtErrors } from '../support/host-errors.js';
import { clockAt, collect, fading } from '../support/tracker.js';
import { reportEffort, runs } from './effort.js';
import { anyFunction, anyId, anything, type Maker, shaped, spread } from './hostile.js';
import { outcome } from './outcome.js';

/** Exports are as through a file. */
const linesOf = async (db: MemoryLevel): Promise<Record<string, unknown>[]> =>
  JSON.parse(JSON.stringify(await collect(exportJournal({ db }))));

const words = (...all: string[]) => fc.constantFrom(...all);
let db: MemoryLevel;

/** Never a path: what lies there is the host's. */
const anyOptions: fc.Arbitrary<Maker> = shaped(
  {
    windows: fc.array(words('7d', '1h', 'x'), { maxLength: 3 }),
    minDataPoints: fc.constantFrom(0, 1, 5, 2.5),
    retention: words('5d', '400d', '0d', 'x'),
    repair: fc.boolean(),
    path: fc.constantFrom(0, 1),
  },
  {
    db: fc.oneof(
      anything,
      fc.constant(() => db),
    ),
    onProgress: anyFunction,
    policy: anything,
    trust: anything,
    clock: anything,
    inspect: anything,
  },
).map((make) => () => {
  const given = make() as { path?: unknown };
  try {
    return typeof given.path === 'string' ? {} : given;
  } catch {
    return given;
  }
});

describe('whatever the functions are called with that take a database', () => {
  noUncaughtErrors();
  reportEffort('databases');
  let lines: Record<string, unknown>[];
  beforeAll(async () => {
    const company = await lived(12);
    await company.tracker.close();
    db = company.db;
    lines = await linesOf(db);
  });

  it('they answer or refuse, and leave the database as it is', async () => {
    await fc.assert(
      fc.asyncProperty(anyOptions, anything, async (makeOptions, make) => {
        const options = makeOptions();
        // Without a database of its own it would look where the host keeps one.
        const isNamed = await outcome(() => Boolean((options as { db?: unknown } | null)?.db)).catch(
          () => true,
        );
        fc.pre(isNamed === true);
        await outcome(() => verifyDatabase(options as never));
        await outcome(() => collect(exportJournal(options as never)));
        await outcome(() => importJournal([], options as never));
        await outcome(() => testPolicy(defaultPolicy(), options as never));
        await outcome(() => testPolicy(make() as never, { db: new MemoryLevel() }));
        await outcome(() => importJournal(make() as never, { db: new MemoryLevel() })).catch((error) => {
          // A source of its own failure rejects with it.
          expect(String(error)).toMatch(/boom|is not|Symbol.iterator|is not a function/);
        });
      }),
      runs(120),
    );
    expect(await linesOf(db)).toEqual(lines);
  });

  it('an import is whole, or refused with the line, and then nothing opens what it left', async () => {
    const harm = fc.record({
      how: fc.constantFrom('replaced', 'field', 'extra', 'gone', 'twice'),
      pick: fc.nat(),
      field: fc.nat(),
      id: anyId,
    });
    await fc.assert(
      fc.asyncProperty(harm, anything, async ({ how, pick, field, id }, make) => {
        const at = pick % lines.length;
        const line = lines[at] as Record<string, unknown>;
        const wrong: unknown[] = [...lines];
        const names = Object.keys(line);
        if (how === 'replaced') wrong[at] = make();
        if (how === 'field') wrong[at] = { ...line, [names[field % names.length] as string]: make() };
        if (how === 'extra') wrong[at] = { ...line, [id]: make() };
        if (how === 'gone') wrong.splice(at, 1);
        if (how === 'twice') wrong.splice(at, 0, line);
        const target = new MemoryLevel();
        // A source of its own failure rejects with it.
        const result = await outcome(() => importJournal(wrong, { db: target })).catch((error) => {
          expect(String(error)).toMatch(/boom/);
          return undefined;
        });
        if (result !== undefined && !isTenureError(result)) {
          expect(await linesOf(target)).toEqual(lines);
          return;
        }
        const refusal = { code: 'TENURE_INVALID_EVENT', message: expect.stringMatching(/^line \d+: /) };
        if (result !== undefined) expect(result).toMatchObject(refusal);
        await expect(openTracker({ db: target, ...SHORT })).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
        await importJournal(lines, { db: target });
        expect(await linesOf(target)).toEqual(lines);
      }),
      runs(60),
    );
  });

  it('a policy, a trust policy and rules of hiring that are anything harm nobody', async () => {
    const days = words('1d', '14d', '0d', '400d', '12h', 'x');
    const small = fc.constantFrom(0, 1, 0.5, 3, -1, 1e308, Number.NaN);
    const some = shaped(
      { retention: words('7d', '400d', '90d') },
      {
        hiring: shaped(
          {
            window: days,
            trendWindow: days,
            sustain: days,
            cooldown: days,
            timeInQueue: days,
            minEvidence: small,
            minCriteriaMet: small,
            arrivalRatio: small,
            idleTasksPerAgentDay: small,
          },
          { trend: shaped({ name: anyId }, { detect: anyFunction, track: anyFunction }) },
        ),
        trust: shaped(
          { name: anyId, metrics: fc.array(words('quality'), { maxLength: 2 }) },
          {
            score: anyFunction,
            level: anyFunction,
            assess: anyFunction,
            needs: anything,
            allows: anyFunction,
          },
        ),
        policy: shaped({ name: anyId }, { assess: anyFunction, evidence: anyFunction, needs: anything }),
      },
    );
    await fc.assert(
      fc.asyncProperty(some, async (make) => {
        const given = spread(make());
        const place = new MemoryLevel();
        const options = { ...given, db: place, clock: clockAt(0), onHostError: () => undefined };
        const tracker = await outcome(() => openTracker(options));
        if (isTenureError(tracker)) return;
        const open = tracker as Awaited<ReturnType<typeof openTracker>>;
        for (const event of fading(6)) await outcome(() => open.record(event));
        await outcome(() => open.recommendations(given as never));
        await outcome(() => open.whatIf(make() as never));
        await outcome(() => open.whatIf((given as { policy?: never }).policy as never));
        await outcome(() => open.performance('ada'));
        await outcome(() => open.retry());
        await open.close();
        const plain = await openTracker({ db: place, clock: clockAt(0) });
        await plain.agents();
        await plain.close();
      }),
      runs(80),
    );
  });
});
