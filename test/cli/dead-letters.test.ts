import { join } from 'node:path';
import { Level } from 'level';
import { expect, it } from 'vitest';
import { layered } from '../../src/scoring/index.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker } from '../../src/tracker.js';
import { clockAt, DAY, START, task } from '../support/tracker.js';
import { temporaryDirectory, tenure, widthOf } from './harness.js';

/** A database of a program whose quality strategy, called as the default one is, failed on two events of three. */
async function failed(name = 'layered', isKilled = false): Promise<string> {
  const path = join(await temporaryDirectory(), 'db');
  const quality = {
    ...layered(),
    name,
    score: (facts: Parameters<ReturnType<typeof layered>['score']>[0]) => {
      if (facts.taskId !== 't0') throw new Error('no judge\nfor this');
      return layered().score(facts);
    },
  };
  const db = new FaultyDatabase(new Level(path));
  const tracker = await openTracker({ db, clock: clockAt(START + DAY), strategies: { quality } });
  await tracker.recordAll([task(0), task(1), task(2, { agentId: 'bob' })]);
  if (isKilled) db.failWrites({ times: Number.POSITIVE_INFINITY });
  await tracker.close().catch(() => undefined);
  return path;
}

it('tenure dead-letters lists what agents go on without, and why', async () => {
  const db = await failed();
  const { code, stdout } = await tenure(['dead-letters', '--db', db]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/2026-01-02 00:00 +ada +task-1 +task\.completed +Error: no judge/);
  expect(stdout).toContain('2 dead letters.');
  expect(widthOf(stdout)).toBeLessThanOrEqual(160);
  const { stdout: json } = await tenure(['dead-letters', '--db', db, '--agent', 'bob', '--json']);
  expect(JSON.parse(json)).toMatchObject([{ agentId: 'bob', eventId: 'task-2', event: { seq: 3 } }]);
});

it('tenure dead-letters --retry has them taken anew, each once', async () => {
  const db = await failed();
  const one = await tenure(['dead-letters', '--db', db, '--retry', '--event', 'task-1', '--json']);
  expect(JSON.parse(one.stdout)).toEqual({ retried: 1, recovered: 1, failed: 0 });
  const { stdout } = await tenure(['dead-letters', '--db', db, '--retry']);
  expect(stdout).toBe('1 taken anew: 1 recovered, 0 failed again.\n');
  expect((await tenure(['dead-letters', '--db', db])).stdout).toBe('No dead letters.\n');
  expect((await tenure(['report', '--db', db])).stdout).not.toContain('left out');
});

it.each([
  ['closed', false],
  ['killed before its first snapshots', true],
])(
  'tenure dead-letters refuses a database of other strategies than it has itself that was %s',
  async (_how, isKilled) => {
    const { code, stderr } = await tenure(['dead-letters', '--db', await failed('my own', isKilled)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tenure: OTHER_RULES: .*my own/);
  },
);
