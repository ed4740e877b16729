import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { openTracker } from '../../src/tracker.js';
import { differencesOf } from '../support/agreement.js';
import { clockAt, collect, DAY, HOUR } from '../support/tracker.js';
import { twinBuckets, twinQuery } from '../support/twin-query.js';

const FILE = fileURLToPath(new URL('../../../shared/data/aidev.events.jsonl.gz', import.meta.url));

describe.skipIf(!existsSync(FILE))(
  `questions about five coding agents (${FILE}, skipped when absent)`,
  () => {
    test('are answered as a recount of all 23,877 events answers them, live and reopened', async () => {
      const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
      const inputs = lines.map((line) => JSON.parse(line) as PerformanceEventInput & { readonly at: string });
      const times = inputs.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
      const [first, end] = [times[0] as number, times.at(-1) as number];
      const clock = clockAt(end);
      const db = new MemoryLevel();
      const live = await openTracker({ db, clock });
      expect((await live.recordAll(inputs)).accepted).toBe(inputs.length);
      const events = await collect(live.events());
      const [middle] = events.slice(events.length / 2);
      const queries = [
        { from: 0, to: end },
        { from: middle!.at, to: middle!.at + 30 * DAY, groupBy: 'department' as const },
        { from: middle!.at - 20 * DAY + 1, to: middle!.at - 1, groupBy: 'project' as const },
        { from: first, to: end, department: middle!.department, groupBy: 'agent' as const },
        { from: middle!.at - HOUR, to: middle!.at + HOUR, agentId: middle!.agentId },
      ];
      const series = { from: middle!.at - 10 * DAY, to: middle!.at, department: middle!.department };
      const ms = { '1d': DAY, '6h': 6 * HOUR };
      const buckets = { ...series, metric: 'quality' as const };
      const expected = queries.map((query) => twinQuery(events, query, end, 5));
      const answers = async (tracker: typeof live) => {
        for (const [i, query] of queries.entries()) {
          expect(differencesOf(await tracker.query(query), expected[i]!)).toEqual([]);
        }
        for (const every of ['1d', '6h'] as const) {
          const { buckets: found } = await tracker.series({ ...buckets, every });
          expect(differencesOf(found, twinBuckets(events, { ...buckets, ms: ms[every] }, end))).toEqual([]);
        }
      };
      await answers(live);
      await live.close();
      await using reopened = await openTracker({ db, clock });
      await answers(reopened);
    });
  },
);
