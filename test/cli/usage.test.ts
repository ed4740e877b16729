import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory, tenure, widthOf } from './harness.js';

const COMMANDS = ['simulate', 'replay', 'report', 'agents', 'transitions'];

describe('the command line', () => {
  it('lists its commands and exit codes', async () => {
    const { code, stdout, stderr } = await tenure(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command}`);
    expect(stdout).toContain('Exit codes: 0 done, 1 the run failed, 2 called wrongly.');
  });

  it('knows its version', async () => {
    expect((await tenure(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(COMMANDS)('explains %s with an example, in 100 columns', async (command) => {
    const { code, stdout } = await tenure([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Example:\n  $ tenure ${command}`);
    for (const option of ['--db', '--json']) expect(stdout).toContain(option);
    expect(widthOf(stdout)).toBeLessThanOrEqual(100);
  });

  it.each([
    [[], 'a command is missing'],
    [['fire'], "unknown command 'fire'"],
    [['report', '--fast'], "unknown option '--fast'"],
    [['replay'], "missing required argument 'file'"],
    [['agents', '--limit', '0'], 'at least 1'],
    [['agents', '--limit', '1e3'], 'at least 1'],
    [['agents', '--standing', 'great'], 'Allowed choices are unproven'],
    [['transitions', '--metric', 'time'], 'Allowed choices are quality'],
    [['simulate', '--days', 'ten'], 'at least 1'],
    [['replay', 'x', '--max-gap', 'long'], 'expected a duration'],
    [['report', '--clock', 'mine'], 'Allowed choices are events, system'],
  ])('says in one line what is wrong with %j, and exits with 2', async (argv, reason) => {
    const { code, stdout, stderr } = await tenure(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^tenure: USAGE: [^\n]+\n$/);
    expect(stderr).toContain(reason);
  });

  it.each(['report', 'agents', 'transitions'])(
    '%s makes no database where there is none',
    async (command) => {
      const db = join(await temporaryDirectory(), 'none');
      const { code, stderr } = await tenure([command, '--db', db]);
      expect(code).toBe(1);
      expect(stderr).toBe(
        `tenure: NO_DATABASE: there is no database in ${db}; --db says where, replay or simulate makes one\n`,
      );
      expect(existsSync(db)).toBe(false);
    },
  );

  it('makes no database for a file that is not there', async () => {
    const db = join(await temporaryDirectory(), 'none');
    const { code, stderr } = await tenure(['replay', join(db, 'events.jsonl'), '--db', db]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tenure: INPUT: .*cannot be read: ENOENT[^\n]*\n$/);
    expect(existsSync(db)).toBe(false);
  });
});
