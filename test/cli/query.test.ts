import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, someEvents } from './events.js';
import { temporaryDirectory, tenure, widthOf } from './harness.js';

async function recorded(): Promise<string> {
  const db = join(await temporaryDirectory(), 'db');
  await tenure(['replay', '-', '--db', db], { stdin: jsonLines(someEvents()) });
  return db;
}

describe('tenure query', () => {
  it('shows one line for all together, or one for each', async () => {
    const db = await recorded();
    const { code, stdout } = await tenure(['query', '--db', db]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +done +failed +rate +quality/);
    expect(stdout).toMatch(/\n +15 +3 +83 % +8\.3 +– +0\.000 +– +– +4\.0 h +–\n/);
    expect(stdout).toContain('All together, up to 2025-03-09 12:00 UTC.');
    const each = (await tenure(['query', '--db', db, '--group-by', 'agent'])).stdout;
    expect(each).toMatch(/\n +ada +9 +0 +100 %/);
    expect(each).toMatch(/\n +alan +6 +3 +67 %/);
    expect(each).toContain('2 agents');
    expect(widthOf(each)).toBeLessThanOrEqual(100);
  });

  it('asks about a range, an agent, a department or a project', async () => {
    const db = await recorded();
    const done = async (...argv: string[]) => {
      const { stdout } = await tenure(['query', '--db', db, '--json', ...argv]);
      return JSON.parse(stdout).groups[0].tasksCompleted;
    };
    expect(await done('--agent', 'ada')).toBe(9);
    expect(await done('--department', 'lab', '--from', '2025-03-02', '--to', '2025-03-03')).toBe(4);
    expect(await done('--agent', 'ada', '--from', '2025-03-02T12:00:00.001Z')).toBe(7);
    expect(await done('--project', 'apollo')).toBe(0);
    const { stdout } = await tenure(['query', '--db', db, '--department', 'none', '--group-by', 'agent']);
    expect(stdout).toBe('Nothing up to 2025-03-09 12:00 UTC.\n');
  });

  it('shows only the figures that are asked for', async () => {
    const db = await recorded();
    const argv = ['query', '--db', db, '--metrics', 'successRate,tasksFailed'];
    expect((await tenure(argv)).stdout).toMatch(/^ +rate +failed\n +83 % +3\n/);
    expect(JSON.parse((await tenure([...argv, '--json'])).stdout).groups).toEqual([
      { successRate: { status: 'ok', value: 15 / 18, count: 18 }, tasksFailed: 3 },
    ]);
  });

  it('draws one metric over time, with its trend', async () => {
    const db = await recorded();
    const argv = ['query', '--db', db, '--agent', 'alan', '--metric', 'successRate'];
    const { stdout } = await tenure(argv);
    expect(stdout).toContain('Success rate by 1d, from 2025-03-01 00:00 to 2025-03-09 12:00 UTC: 9 steps,');
    expect(stdout).toContain('\n  ██████▁▁▁\n');
    expect(stdout).toMatch(/\nTrend: . [a-z ]+ \(p 0\.\d+, 9 points\)\.\n$/);
    const series = JSON.parse((await tenure([...argv, '--every', '7d', '--json'])).stdout);
    expect(series).toMatchObject({
      metric: 'successRate',
      every: '7d',
      buckets: [{ count: 7 }, { count: 2 }],
    });
    const nobody = await tenure(['query', '--db', db, '--department', 'none', '--metric', 'cost']);
    expect(nobody.stdout).toMatch(/^Cost a task: nothing from /);
  });

  const wrong: [string, string[], RegExp][] = [
    ['a time that is none', ['--from', 'yesterday'], /'--from <time>'.* expected a day such as/],
    [
      'a range that ends before it begins',
      ['--from', '2025-03-02', '--to', '2025-03-01'],
      /--from is after --to/,
    ],
    ['a figure that is none', ['--metrics', 'charm'], /there is no figure "charm"/],
    ['a metric that is none', ['--metric', 'charm'], /Allowed choices are quality, cost/],
    ['a duration that is none', ['--metric', 'cost', '--every', 'often'], /expected a duration/],
    ['steps of nothing', ['--every', '1d'], /--every needs --metric/],
    [
      'groups of a series',
      ['--metric', 'cost', '--group-by', 'agent'],
      /--group-by does not go with --metric/,
    ],
  ];
  it.each(wrong)('refuses %s as wrong usage', async (_, argv, message) => {
    const { code, stderr } = await tenure(['query', '--db', await recorded(), ...argv]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
