import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { importJournal } from '../../src/transfer/import.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { anyHistory } from '../support/arbitraries.js';
import { clockAt, collect, DAY, idle } from '../support/tracker.js';

const AGENTS = ['ada', 'bob', '__proto__'];
const OPTIONS = { windows: ['1d', '3d'], minDataPoints: 2, maxActiveAgents: 1, retention: '5d' };

/** Everything that can be asked of times that both keep: which records are in one commit decides what is dropped. */
async function answersOf(dbs: readonly MemoryLevel[], now: number) {
  const trackers: Tracker[] = [];
  for (const db of dbs) trackers.push(await openTracker({ db, clock: clockAt(now), ...OPTIONS }));
  let from = 0;
  for (const tracker of trackers) {
    await idle(tracker);
    from = Math.max(from, (await tracker.query()).from);
  }
  const found = [];
  for (const tracker of trackers) found.push(await answers(tracker, from, now));
  return found;
}

async function answers(tracker: Tracker, from: number, now: number) {
  const moments = [from, from + DAY / 3, (from + now) / 2, now - 1].filter((at) => at >= from && at <= now);
  const found = {
    from,
    agents: await tracker.agents(),
    performances: await Promise.all(AGENTS.map((agentId) => tracker.performance(agentId))),
    past: await Promise.all(
      moments.flatMap((at) => AGENTS.map((agentId) => tracker.performance(agentId, Math.floor(at)))),
    ),
    company: await tracker.query({ from }),
    byAgent: await tracker.query({ from, groupBy: 'agent' }),
    series: await tracker.series({ metric: 'quality', every: '1d', from }),
    events: await collect(tracker.events({ from })),
    log: await collect(tracker.log()),
    letters: await collect(tracker.deadLetters()),
    recommendations: await tracker.recommendations(),
  };
  await tracker.close();
  return found;
}

describe('an export of a database that has dropped records', () => {
  it('makes a database that gives the same answers to everything, and exports to the very same lines', async () => {
    let dropped = 0;
    const histories = anyHistory({ agents: AGENTS, minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.integer({ min: 0, max: 12 }),
        fc.option(fc.nat(), { nil: undefined }),
        async (history, opensWithOthers, cut) => {
          const db = new MemoryLevel();
          const clock = clockAt(0);
          let tracker = await openTracker({ db, clock, ...OPTIONS });
          for (const [i, { now, input }] of history.entries()) {
            if (now > clock.now()) clock.set(now);
            await tracker.record(input).catch((error) => {
              expect(error).toMatchObject({ code: 'TENURE_INVALID_EVENT', path: 'at' });
            });
            if (i % 12 === 11) await idle(tracker);
            if (i === 12 + opensWithOthers && opensWithOthers < 6) {
              await tracker.close();
              tracker = await openTracker({ db, clock, ...OPTIONS, windows: ['2d'] });
              await tracker.close();
              tracker = await openTracker({ db, clock, ...OPTIONS });
            }
          }
          await tracker.close();
          // As through a file.
          const lines: unknown[] = JSON.parse(JSON.stringify(await collect(exportJournal({ db }))));
          const copy = new MemoryLevel();
          if (cut !== undefined) {
            // One that was broken off is gone on with.
            const some = lines.slice(0, 1 + (cut % (lines.length - 1)));
            await expect(importJournal(some, { db: copy })).rejects.toMatchObject({
              code: 'TENURE_INVALID_EVENT',
            });
            await expect(openTracker({ db: copy, ...OPTIONS })).rejects.toMatchObject({
              code: 'TENURE_CORRUPT',
            });
          }
          await importJournal(lines, { db: copy });
          expect(JSON.parse(JSON.stringify(await collect(exportJournal({ db: copy }))))).toEqual(lines);
          const report = await verifyDatabase({ db: copy, ...OPTIONS });
          expect(report).toMatchObject({ findings: [], notes: [] });
          const now = clock.now();
          const [says, should] = await answersOf([copy, db], now);
          expect(says).toEqual(should);
          if (lines.length > 1 && (lines[0] as { format: number }).format === 2) dropped++;
          expect((await verifyDatabase({ db: copy, ...OPTIONS })).findings).toEqual([]);
        },
      ),
      { numRuns: Number(process.env.TRANSFERS ?? 8), endOnFailure: true },
    );
    expect(dropped).toBeGreaterThan(0);
  }, 1_800_000);
});
