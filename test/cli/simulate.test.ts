import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, someEvents } from './events.js';
import { temporaryDirectory, tenure, widthOf } from './harness.js';

const SMALL = ['--agents', '6', '--departments', '2', '--days', '40'];

async function database(): Promise<string> {
  return join(await temporaryDirectory(), 'db');
}

describe('tenure simulate', () => {
  it('runs a company, and compares what was said with what was true', async () => {
    const db = await database();
    const { code, stdout, stderr } = await tenure(['simulate', '--db', db, ...SMALL]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('6 agents in 2 departments, days 1 to 40 (2026-01-05 to 2026-02-13, seed 1)');
    expect(stdout).toMatch(/Tenure noticed \d+ of \d+ changes? of skill/);
    expect(stdout).toContain(`Database: ${db}`);
    expect(stdout).toContain(`tenure report --db ${db}`);
    expect(widthOf(stdout.split('Database')[0] ?? '')).toBeLessThanOrEqual(100);
  });

  it('goes on where it stopped when it is run again', async () => {
    const [once, twice] = [await database(), await database()];
    await tenure(['simulate', '--db', twice, ...SMALL]);
    const second = await tenure(['simulate', '--db', twice, '--days', '20']);
    expect(second.stdout).toContain('days 41 to 60');
    await tenure(['simulate', '--db', once, '--agents', '6', '--departments', '2', '--days', '60']);
    const agents = async (db: string) => JSON.parse((await tenure(['agents', '--db', db, '--json'])).stdout);
    expect(await agents(twice)).toEqual(await agents(once));
  });

  it('is what the seed says, and nothing else', async () => {
    const [one, same, other] = [await database(), await database(), await database()];
    const verdict = async (db: string, seed: string) =>
      JSON.parse((await tenure(['simulate', '--db', db, '--seed', seed, '--json', ...SMALL])).stdout).verdict;
    const first = await verdict(one, '5');
    expect(await verdict(same, '5')).toEqual(first);
    expect(await verdict(other, '6')).not.toEqual(first);
  });

  it('refuses to go on with another company than the database holds', async () => {
    const db = await database();
    await tenure(['simulate', '--db', db, ...SMALL]);
    for (const [option, value] of [
      ['--seed', '2'],
      ['--agents', '7'],
      ['--departments', '3'],
    ] as const) {
      const { code, stderr } = await tenure(['simulate', '--db', db, option, value]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^tenure: TENURE_INVALID_OPTIONS: The database holds a company with [^\n]+\n$/);
    }
  });

  it('runs under the policy that it is given', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'policy.json');
    const promotions = async (name: string, policy: string) => {
      const db = join(directory, name);
      const days = ['--agents', '6', '--departments', '2', '--days', '50'];
      const { stdout } = await tenure(['simulate', '--db', db, ...days, '--policy', policy, '--json']);
      const { right, wrong } = JSON.parse(stdout).verdict.promotions;
      return right + wrong;
    };
    await writeFile(file, JSON.stringify({ promotion: { quality: 0, successRate: 0, tasksCompleted: 1 } }));
    const [none, usual, generous] = [
      await promotions('none', 'none'),
      await promotions('usual', 'default'),
      await promotions('generous', file),
    ];
    expect(none).toBe(0);
    expect(generous).toBeGreaterThan(usual);
    const missing = await tenure(['simulate', '--db', join(directory, 'x'), '--policy', './no-such.json']);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain('no-such.json');
    expect(existsSync(join(directory, 'x'))).toBe(false);
  });

  it('does not mix with other events', async () => {
    const db = await database();
    await tenure(['replay', '-', '--db', db], { stdin: jsonLines(someEvents()) });
    const { code, stderr } = await tenure(['simulate', '--db', db]);
    expect(code).toBe(2);
    expect(stderr).toContain('The database holds events that are not a simulation’s');
  });

  it('stops when the user wants out, and goes on when run again', async () => {
    const db = await database();
    const stopped = await tenure(['simulate', '--db', db, ...SMALL], { signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({
      code: 1,
      stderr: 'tenure: INTERRUPTED: stopped; the same command goes on from there\n',
    });
    expect((await tenure(['simulate', '--db', db, ...SMALL])).code).toBe(0);
  });
});
