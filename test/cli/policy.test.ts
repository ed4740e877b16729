import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTracker } from '../../src/tracker.js';
import { hired, live, work } from '../support/careers.js';
import { clockAt } from '../support/tracker.js';
import { temporaryDirectory, tenure } from './harness.js';

it('shows what other thresholds would have recommended beside what was announced', async () => {
  const directory = await temporaryDirectory();
  const db = join(directory, 'db');
  const clock = clockAt();
  const tracker = await openTracker({ path: db, clock });
  await tracker.record(hired('bob', 'mid'));
  await live({ tracker, clock }, 0, 12, (day) => [...work('ada', day, 9), ...work('bob', day, 6)]);
  await tracker.close();
  const file = join(directory, 'policy.json');
  await writeFile(file, JSON.stringify({ promotion: { quality: 5, minCriteriaMet: 3 } }));
  const tables = (await readdir(db)).filter((name) => name.endsWith('.ldb')).sort();
  const bytes = await Promise.all(tables.map((name) => readFile(join(db, name))));

  const shown = await tenure(['policy', 'test', file, '--db', db]);
  expect(shown.stderr).toBe('');
  expect(shown.stdout).toMatch(/ada +promotion +2026-01-\d\d \d\d:\d\d +2026-01-\d\d \d\d:\d\d\n/);
  expect(shown.stdout).toMatch(/bob +promotion +– +2026-01-\d\d \d\d:\d\d\n/);
  expect(shown.stdout).toContain(
    '2 recommendations instead of 1: 1 that were not announced, 0 that would not have been.',
  );
  const json = JSON.parse(
    (await tenure(['policy', 'test', file, '--db', db, '--agent', 'bob', '--json'])).stdout,
  );
  expect(json).toMatchObject({ policy: 'default', announced: [], recommendations: [{ agentId: 'bob' }] });
  expect(await Promise.all(tables.map((name) => readFile(join(db, name))))).toEqual(bytes);

  expect(await tenure(['policy', 'test', file, '--db', db, '--agent', 'nobody'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'tenure: NO_AGENT: no agent is called "nobody"\n',
  });

  // A copy has agents in its journal alone.
  const [copy, journal] = [join(directory, 'copy'), join(directory, 'journal.jsonl')];
  await tenure(['export', journal, '--db', db]);
  await tenure(['import', journal, '--db', copy]);
  expect(await tenure(['policy', 'test', file, '--db', copy, '--agent', 'bob'])).toMatchObject({ code: 0 });

  const module = join(directory, 'policy.mjs');
  await writeFile(
    module,
    `export default { name: 'nobody', assess: () => ({ met: [] }), evidence: () => ({}) };`,
  );
  expect((await tenure(['policy', 'test', module, '--db', db])).stdout).toContain('Policy nobody on');
});

it('fails, and says of whom, when the policy fails', async () => {
  const directory = await temporaryDirectory();
  const db = join(directory, 'db');
  const clock = clockAt();
  const tracker = await openTracker({ path: db, clock });
  await live({ tracker, clock }, 0, 12, (day) => [...work('ada', day, 9), ...work('bob', day, 6)]);
  await tracker.close();
  const module = join(directory, 'failing.mjs');
  const assess = `assess: ({ agentId }) => { if (agentId === 'bob') throw new Error('no idea'); return { met: [] }; }`;
  await writeFile(module, `export default { name: 'failing', ${assess}, evidence: () => ({}) };`);
  const test = (...more: string[]) => tenure(['policy', 'test', module, '--db', db, ...more]);

  const shown = await test();
  expect(shown.code).toBe(1);
  expect(shown.stderr).toBe(`tenure: POLICY: ${module}: the policy failed on 1 agent\n`);
  expect(shown.stdout).toMatch(
    /\nThe policy failed on 1 agent, .*\n {2}bob at 2026-01-\d\d \d\d:\d\d, record \d+: Error: no idea\n$/,
  );
  const json = await test('--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout).failures).toMatchObject([{ agentId: 'bob', message: 'Error: no idea' }]);
  expect(await test('--agent', 'ada')).toMatchObject({ code: 0, stderr: '' });
});

it('stops when the user wants out', async () => {
  const directory = await temporaryDirectory();
  const [db, file] = [join(directory, 'db'), join(directory, 'policy.json')];
  await (await openTracker({ path: db, clock: clockAt() })).close();
  await writeFile(file, '{}');
  const argv = ['policy', 'test', file, '--db', db];
  expect(await tenure(argv, { signal: AbortSignal.abort() })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'tenure: INTERRUPTED: stopped\n',
  });
});

it('says what is wrong with the file', async () => {
  const directory = await temporaryDirectory();
  const db = join(directory, 'db');
  await (await openTracker({ path: db, clock: clockAt() })).close();
  const file = join(directory, 'policy.json');
  const refusal = async (name: string, text: string) => {
    await writeFile(join(directory, name), text);
    const { code, stderr } = await tenure(['policy', 'test', join(directory, name), '--db', db]);
    return `${code} ${stderr}`;
  };
  expect(await refusal('policy.json', '{')).toMatch(/^1 tenure: POLICY: .*expected a file of JSON/);
  expect(await refusal('policy.json', '{ "promotion": { "quality": 11 } }')).toBe(
    `1 tenure: POLICY: ${file}: Expected \`promotion.quality\` of defaultPolicy() to be a number from 0 to 10, got 11 (number)\n`,
  );
  expect(await refusal('policy.json', '{ "window": "4d" }')).toBe(
    `1 tenure: POLICY: ${file}: needs.windows: policy default needs "4d", there is 7d, 30d, 90d\n`,
  );
  expect(await refusal('none.mjs', 'export const policy = 1;')).toMatch(
    /POLICY: .*expected a default export/,
  );
  expect(await refusal('half.mjs', 'export default { name: "half" };')).toBe(
    `1 tenure: POLICY: ${join(directory, 'half.mjs')}: assess: expected a function; evidence: expected a function\n`,
  );
  const gone = join(directory, 'gone');
  for (const name of [`${gone}.json`, `${gone}.mjs`]) {
    expect((await tenure(['policy', 'test', name, '--db', db])).stderr).toBe(
      `tenure: POLICY: ${name} cannot be read: ENOENT: no such file or directory\n`,
    );
  }
  expect(await tenure(['policy', 'test', file, '--db', join(directory, 'nowhere')])).toMatchObject({
    code: 1,
  });
});
