import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import type { Query } from '../../src/query/types.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { entriesOf, harmRaw, type Part } from '../store/support/raw.js';
import { differencesOf } from '../support/agreement.js';
import { anyHistory, START } from '../support/arbitraries.js';
import { reportFaults } from '../support/faults.js';
import { clockAt, collect, DAY } from '../support/tracker.js';
import { twinQuery } from '../support/twin-query.js';

reportFaults('Random damage while a tracker is open');

const AGENTS = ['ada', 'bob', '__proto__'];
const OPTIONS = { windows: ['2d', '30d'], minDataPoints: 2, retention: '36500d' };

/** What is made anew, or on the spot, when somebody reads it; `shelves` are read once, after the opening. */
const PARTS: Part[] = ['rollups', 'states', 'index', 'outputs', 'shelves'];
const HARMS: Record<string, (value: Buffer, at: number, other: Buffer) => Buffer | undefined> = {
  flipped: (value, at) => {
    const copy = Buffer.from(value);
    copy[at % copy.length]! ^= 1 << (at & 7);
    return copy;
  },
  truncated: (value, at) => value.subarray(0, at % value.length),
  vanished: () => undefined,
  replaced: (_value, _at, other) => other,
};
const anyHarm = fc.record({
  part: fc.constantFrom(...PARTS),
  entry: fc.nat(),
  other: fc.nat(),
  harm: fc.constantFrom(...Object.keys(HARMS)),
  at: fc.nat(),
});
type Harm = typeof anyHarm extends fc.Arbitrary<infer T> ? T : never;

async function harm(db: MemoryLevel, one: Harm, isOpen: boolean): Promise<void> {
  const { entry, other, harm, at } = one;
  const part = isOpen && one.part === 'shelves' ? 'rollups' : one.part;
  const all = await entriesOf(db, part);
  if (all.length === 0) return;
  const [key, value] = all[entry % all.length]!;
  await harmRaw(db, key, HARMS[harm]!(value, at, all[other % all.length]![1]));
}

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const anyQuestion = fc.record({
  agentId: optional(fc.constantFrom(...AGENTS)),
  department: optional(fc.constantFrom('engineering', 'research')),
  projectId: optional(fc.constantFrom('apollo')),
  groupBy: optional(fc.constantFrom('agent' as const, 'department' as const, 'project' as const)),
  /** Days of the history left out at its beginning, and hours at its end. */
  cut: fc.tuple(fc.nat(20), fc.nat(60)),
});
const anyStep = fc.record({
  size: fc.integer({ min: 3, max: 12 }),
  isReopened: fc.boolean(),
  harms: fc.array(anyHarm, { maxLength: 3, size: 'max' }),
  questions: fc.array(anyQuestion, { minLength: 1, maxLength: 4 }),
});

/** Questions that between them read all but some totals: of hours, and of a department's part in a project. */
const EVERYTHING: Query[] = [
  ...(['agent', 'department', 'project', undefined] as const).map((groupBy) => ({ groupBy })),
  ...AGENTS.map((agentId) => ({ agentId })),
];
const OF_TOTALS = /^(The entry under "!rollups!\\u000[12]|Totals are missing)/;

async function expectAnswer(tracker: Tracker, now: number, query: Query): Promise<void> {
  const { from, to } = await tracker.query({});
  const range = { from, to, ...query };
  const events = await collect(tracker.events());
  const expected = twinQuery(events, range as never, now, OPTIONS.minDataPoints);
  const found = differencesOf(await tracker.query(query), expected);
  if (found.length > 0) expect.fail(`${JSON.stringify(query)} at ${now}: ${found.join('; ')}`);
}

describe('what is damaged while a tracker has it open', () => {
  test('is made anew by the question that finds it, and every answer is that of a recount', async () => {
    let mended = 0;
    await fc.assert(
      fc.asyncProperty(
        anyHistory({ agents: AGENTS, minLength: 20, maxLength: 50 }),
        fc.array(anyStep, { minLength: 3, maxLength: 6 }),
        fc.constantFrom(1, 10),
        async (history, steps, maxActiveAgents) => {
          const clock = clockAt(START);
          const db = new MemoryLevel();
          const open = async () => {
            const tracker = await openTracker({ db, clock, ...OPTIONS, maxActiveAgents });
            tracker.actor.on('snapshot.rebuilt', ({ agentId }) => {
              if (agentId === '*') mended++;
            });
            return tracker;
          };
          let tracker = await open();
          // The same life without damage.
          const soundDb = new MemoryLevel();
          const openSound = () => openTracker({ db: soundDb, clock, ...OPTIONS, maxActiveAgents });
          let sound = await openSound();
          let begin = 0;
          for (const { size, isReopened, harms, questions } of steps) {
            const batch = history.slice(begin, begin + size);
            const last = batch.at(-1);
            if (!last) break;
            begin += size;
            clock.set(Math.max(clock.now(), last.now));
            const recording = tracker.recordAll(batch.map(({ input }) => input));
            // Some of it is damaged while it is written and read.
            for (const one of harms.slice(2)) await harm(db, one, true);
            const { rejected } = await recording;
            expect(rejected).toEqual([]);
            await sound.recordAll(batch.map(({ input }) => input));
            if (isReopened) {
              await sound.close();
              sound = await openSound();
              await tracker.close();
              await db.open();
              for (const one of harms.slice(0, 1)) await harm(db, one, false);
              tracker = await open();
            }
            for (const one of harms.slice(1, 2)) await harm(db, one, true);
            await Promise.all(
              questions.map(({ cut: [days, hours], ...scope }) => {
                const query = { ...scope, from: START + days * DAY, to: clock.now() - hours * 3_600_000 };
                return query.from <= query.to ? expectAnswer(tracker, clock.now(), query) : undefined;
              }),
            );
          }
          for (const query of EVERYTHING) await expectAnswer(tracker, clock.now(), query);
          for (const agentId of AGENTS) {
            await tracker.performance(agentId);
            await collect(tracker.events({ agentId }));
          }
          expect(await collect(tracker.log())).toEqual(await collect(sound.log()));
          await tracker.close();
          await sound.close();
          const { findings } = await verifyDatabase({ db, ...OPTIONS });
          // Nobody reads the snapshot of an agent that is awake.
          const touched = findings.filter(
            ({ part, message }) => part !== 'states' && !OF_TOTALS.test(message),
          );
          expect(touched).toEqual([]);
        },
      ),
      { numRuns: Number(process.env.DAMAGES ?? 12), endOnFailure: true },
    );
    expect(mended).toBeGreaterThan(0);
  }, 1_800_000);
});
