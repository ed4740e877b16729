import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TrackerOptions } from '../../src/options.js';
import { defaultPolicy } from '../../src/policy/index.js';
import { openTracker } from '../../src/tracker.js';
import { progressiveTrust } from '../../src/trust/index.js';
import { clockAt, DAY, HOUR, START } from '../support/tracker.js';
import { temporaryDirectory, tenure } from './harness.js';

/** A database in which a promotion of ada, or of each of several, is open. */
async function withPromotion(
  options: TrackerOptions = {},
  agents: readonly string[] = ['ada'],
): Promise<{ db: string; id: string }> {
  const db = join(await temporaryDirectory(), 'db');
  const clock = clockAt();
  const tracker = await openTracker({ path: db, clock, ...options });
  for (let day = 0; day < 9; day++) {
    clock.set(START + day * DAY + HOUR);
    const signals = { criteriaMet: 9, criteriaTotal: 10 };
    for (const agentId of agents) {
      for (const n of [0, 1]) {
        const taskId = `t${day}-${n}`;
        await tracker.record({ type: 'task.completed', agentId, taskId, at: clock.now(), signals });
      }
    }
  }
  const [{ id } = { id: '' }] = await tracker.recommendations();
  await tracker.close();
  return { db, id };
}

it('lists what is open with its reasons, and takes the decision', async () => {
  const { db, id } = await withPromotion();
  const listed = await tenure(['decide', '--db', db]);
  expect(listed.stderr).toBe('');
  expect(listed.stdout).toContain(`1 open recommendation\n\n${id}\n  promotion of ada from junior to mid`);
  expect(listed.stdout).toMatch(/- quality 9\.\d over 30d \(\d+ tasks\), threshold 7\.0\n/);
  const json = JSON.parse((await tenure(['decide', '--db', db, '--json'])).stdout);
  expect(json).toMatchObject([
    {
      id,
      kind: 'promotion',
      explanation: [
        expect.any(String),
        expect.any(String),
        expect.any(String),
        expect.any(String),
        expect.any(String),
      ],
    },
  ]);
  const decided = await tenure([
    'decide',
    id,
    'approved',
    '--by',
    'grace',
    '--reason',
    'well done',
    '--db',
    db,
  ]);
  expect(decided).toMatchObject({ code: 0, stdout: `${id} approved by grace: ada is mid, steady\n` });
  expect((await tenure(['decide', '--db', db])).stdout).toBe(
    'Nothing is open: nobody waits for a decision.\n',
  );
  const again = await tenure(['decide', id, 'rejected', '--by', 'grace', '--db', db]);
  expect(again).toMatchObject({
    code: 1,
    stderr: `tenure: NO_RECOMMENDATION: ${id} is not open; open: nothing\n`,
  });
});

it('says what is missing or unknown, and who was called wrongly', async () => {
  const { db, id } = await withPromotion();
  expect((await tenure(['decide', id, '--db', db])).code).toBe(2);
  expect((await tenure(['decide', id, 'approved', '--db', db])).code).toBe(2);
  expect((await tenure(['decide', id, 'perhaps', '--by', 'grace', '--db', db])).code).toBe(2);
  expect((await tenure(['decide', '--department', 'none', '--json', '--db', db])).stdout).toBe('[]\n');
  expect(await tenure(['decide', id, 'approved', '--by', '', '--db', db])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^tenure: USAGE: --by: /),
  });
  for (const option of ['--by', '--reason']) {
    expect(await tenure(['decide', option, 'grace', '--db', db])).toEqual({
      code: 2,
      stdout: '',
      stderr: `tenure: USAGE: ${option} decides on one recommendation: its id is missing (see --help)\n`,
    });
  }
});

it('names a few of those that are open, and says where the others are', async () => {
  const { db } = await withPromotion({}, ['ada', 'bob', 'cy', 'dee', 'eve', 'fay', 'gus']);
  const { code, stderr } = await tenure(['decide', 'nothing', 'approved', '--by', 'grace', '--db', db]);
  expect(code).toBe(1);
  expect(stderr.match(/promotion-\d+-\w+/g)).toHaveLength(5);
  expect(stderr).toMatch(/ and 2 more, which "tenure decide" lists\n$/);
});

it('writes only under the policy that the database belongs to', async () => {
  const thresholds = { promotion: { quality: 8 } };
  const { db, id } = await withPromotion({ policy: defaultPolicy(thresholds) });
  const decision = ['decide', id, 'approved', '--by', 'grace', '--db', db];
  expect(await tenure(decision)).toMatchObject({ code: 1, stderr: expect.stringContaining('OTHER_RULES') });
  const file = join(await temporaryDirectory(), 'policy.json');
  await writeFile(file, JSON.stringify(thresholds));
  expect(await tenure([...decision, '--policy', file])).toMatchObject({ code: 0 });
  await writeFile(file, '{ "promotion": { "qualty": 8 } }');
  expect((await tenure([...decision, '--policy', file])).stderr).toContain(`POLICY: ${file}: `);
});

it('is told of in the report of the agent, with its reasons while it is open', async () => {
  const { db, id } = await withPromotion({ trust: progressiveTrust() });
  const open = await tenure(['report', '--agent', 'ada', '--db', db]);
  // How far agents are trusted is among the rules, and no command can be told of it.
  expect(open.stderr).toMatch(/^note: [^\n]+ trust differ, [^\n]+\n$/);
  expect(open.stdout).toMatch(
    /Standing promotable as of .* UTC\n {2}since 2026-01-0\d: Everything for a promotion holds: quality/,
  );
  expect(open.stdout).toMatch(/Trust \w+ since 2026-01-0\d, as last announced\n/);
  expect(open.stdout).toMatch(
    new RegExp(
      `Recommendations\n  2026-01-0\\d promotion from junior to mid: open as ${id}\n    - quality 9\\.\\d over 30d`,
    ),
  );
});

it('is told of in the report with what was decided', async () => {
  const { db, id } = await withPromotion();
  expect((await tenure(['report', '--agent', 'ada', '--db', db])).stdout).not.toContain('Trust');
  await tenure(['decide', id, 'deferred', '--by', 'grace', '--reason', 'not yet', '--db', db]);
  const { stdout } = await tenure(['report', '--agent', 'ada', '--db', db]);
  expect(stdout).toMatch(/promotion from junior to mid: deferred on 2026-01-09 by grace \(not yet\)\n/);
  const json = JSON.parse((await tenure(['report', '--agent', 'ada', '--json', '--db', db])).stdout);
  expect(json.career.recommendations).toMatchObject([{ isOpen: false, decision: { outcome: 'deferred' } }]);
});
