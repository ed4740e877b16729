import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory, tenure, widthOf } from './harness.js';

const FILE = join(import.meta.dirname, '../../../shared/data/aidev.events.jsonl.gz');
const isThere = existsSync(FILE);

describe.skipIf(!isThere)(`replaying real events${isThere ? '' : ` (skipped: ${FILE} is not there)`}`, () => {
  it('accepts all, finds only duplicates when run again, and says the same after reopening', {
    timeout: 120_000,
  }, async () => {
    const db = join(await temporaryDirectory(), 'db');
    const first = JSON.parse((await tenure(['replay', FILE, '--db', db, '--json'])).stdout);
    expect(first).toMatchObject({
      read: 23_877,
      accepted: 23_877,
      duplicates: 0,
      rejected: 0,
      rejections: [],
      agents: 925,
      deadLetters: { count: 0 },
    });
    const sum = (key: string) =>
      first.departments.reduce((total: number, one: Record<string, number>) => total + (one[key] ?? 0), 0);
    expect([sum('tasksCompleted'), sum('tasksFailed')]).toEqual([3_775, 2_426]);

    const read = async () => [
      await tenure(['report', '--db', db]),
      await tenure(['agents', '--db', db]),
      await tenure(['transitions', '--db', db]),
      await tenure(['report', '--db', db, '--agent', 'openai-codex@repo-7c9d9aba']),
    ];
    const before = await read();
    for (const { code, stdout } of before) {
      expect(code).toBe(0);
      expect(widthOf(stdout)).toBeLessThanOrEqual(100);
    }
    const again = JSON.parse((await tenure(['replay', FILE, '--db', db, '--json'])).stdout);
    const { accepted, duplicates, rejected, seconds, ...figures } = again;
    expect({ accepted, duplicates, rejected }).toEqual({ accepted: 0, duplicates: 23_877, rejected: 0 });
    expect(figures).toEqual(Object.fromEntries(Object.keys(figures).map((key) => [key, first[key]])));
    expect(await read()).toEqual(before);
  });
});
