import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES } from '../../src/cli/input.js';
import { openTracker } from '../../src/tracker.js';
import { clockAt, DAY, idle, START, task } from '../support/tracker.js';
import { jsonLines, someEvents } from './events.js';
import { temporaryDirectory, tenure } from './harness.js';

const REAL = fileURLToPath(new URL('../../../shared/data/aidev.events.jsonl.gz', import.meta.url));

type Names = [db: string, copy: string, file: string];

async function recorded(): Promise<{ directory: string; db: string }> {
  const directory = await temporaryDirectory();
  const db = join(directory, 'db');
  await tenure(['replay', '-', '--db', db], { stdin: jsonLines(someEvents()) });
  return { directory, db };
}

/** What the commands that look say of a database. */
async function answers(db: string, commands = [['report'], ['agents'], ['transitions']]): Promise<string[]> {
  const outcomes = [];
  for (const command of commands) outcomes.push(await tenure([...command, '--db', db, '--json']));
  return outcomes.map(({ code, stdout, stderr }) => `${code}${stdout}${stderr}`);
}

describe('tenure export and import', () => {
  it('make a copy that gives the same answers, through a file, compressed or not, and through a pipe', async () => {
    const { directory, db } = await recorded();
    const expected = await answers(db);
    for (const name of ['plain.jsonl', 'packed.jsonl.gz']) {
      const file = join(directory, name);
      const written = await tenure(['export', file, '--db', db]);
      expect(written).toMatchObject({ code: 0, stderr: '' });
      expect(written.stdout).toMatch(/^\d+ records of the journal in .*\n$/);
      const copy = join(directory, `copy of ${name}`);
      expect(await tenure(['import', file, '--db', copy])).toMatchObject({ code: 0, stderr: '' });
      // No state of an agent is saved yet.
      expect((await tenure(['verify', '--db', copy])).stdout).toMatch(/^\d+ records, 36 events, 2 agents\n/);
      expect(await answers(copy)).toEqual(expected);
    }
    const { stdout } = await tenure(['export', '-', '--db', db]);
    expect(stdout).toBe(await readFile(join(directory, 'plain.jsonl'), 'utf8'));
    expect(gunzipSync(await readFile(join(directory, 'packed.jsonl.gz'))).toString()).toBe(stdout);
    const piped = join(directory, 'piped');
    await tenure(['import', '-', '--db', piped], { stdin: stdout });
    expect(await answers(piped)).toEqual(expected);
  });

  it('make a copy of what has dropped records, with states that no one line could hold', async () => {
    const directory = await temporaryDirectory();
    const [db, copy, file] = ['db', 'copy', 'x.jsonl.gz'].map((name) => join(directory, name)) as Names;
    const clock = clockAt(START + DAY);
    const tracker = await openTracker({ path: db, clock, retention: '90d' });
    await tracker.recordAll(Array.from({ length: 4_000 }, (_, n) => task(n, { at: START + n * 1_000 })));
    clock.set(START + 200 * DAY);
    await tracker.record(task(4_000, { agentId: 'bob', at: clock.now() }));
    await idle(tracker);
    const agents = (await tracker.agents()).length;
    await tracker.close();
    const expected = await answers(db);
    expect(await tenure(['export', file, '--db', db])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d records of the journal in /),
    });
    const lines = gunzipSync(await readFile(file))
      .toString()
      .split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(MAX_LINE_BYTES / 3);
    expect(lines.filter((line) => line.startsWith('{"kind":"piece"')).length).toBeGreaterThan(5);
    expect(await tenure(['import', file, '--db', copy])).toMatchObject({ code: 0, stderr: '' });
    expect(await answers(copy)).toEqual(expected);
    expect(JSON.parse((await tenure(['verify', '--db', copy, '--json'])).stdout)).toMatchObject({
      ok: true,
      agents,
      findings: [],
    });
  });

  it('say what is wrong, and leave nothing that could be mistaken for whole', async () => {
    const { directory, db } = await recorded();
    const file = join(directory, 'x.jsonl');
    await tenure(['export', file, '--db', db]);
    const again = await tenure(['import', file, '--db', db]);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('TENURE_STORAGE');
    expect(again.stderr).toContain('the database holds records already');

    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [...lines.slice(0, 5), '{"kind":', ...lines.slice(5)].join('\n'));
    const copy = join(directory, 'copy');
    const broken = await tenure(['import', file, '--db', copy]);
    expect(broken).toMatchObject({ code: 1, stderr: 'tenure: INPUT: line 6: not JSON\n' });
    expect((await tenure(['report', '--db', copy])).stderr).toContain('did not come to its end');
    expect((await tenure(['export', '-', '--db', join(directory, 'none')])).stderr).toContain('NO_DATABASE');
    const nowhere = join(directory, 'no', 'such', 'place.jsonl');
    expect((await tenure(['export', nowhere, '--db', db])).code).toBe(1);
  });

  it('stop when the user wants out, and leave no file behind', async () => {
    const { directory, db } = await recorded();
    const file = join(directory, 'x.jsonl.gz');
    const stopped = await tenure(['export', file, '--db', db], { signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({
      code: 1,
      stderr: 'tenure: INTERRUPTED: stopped; nothing is left of it\n',
    });
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  });

  it.skipIf(!existsSync(REAL))(`carry over real events (${REAL}, skipped when absent)`, async () => {
    const directory = await temporaryDirectory();
    const [db, copy, file] = ['db', 'copy', 'x.jsonl.gz'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    await tenure(['replay', REAL, '--db', db, '--json']);
    await tenure(['export', file, '--db', db]);
    const { code, stdout } = await tenure(['import', file, '--db', copy, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ events: 23_877, resumed: 0 });
    const commands = [['agents'], ['transitions']];
    expect(await answers(copy, commands)).toEqual(await answers(db, commands));
  });
});
