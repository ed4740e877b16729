import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { jsonLines, someEvents } from './events.js';
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

  it('prints the help of a command that only has others, and exits with 2', async () => {
    const { code, stdout, stderr } = await tenure(['policy']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: tenure policy \[options\] \[command\]\n/);
    expect(stderr).toMatch(/\n {2}test \[options\] <file>/);
    expect(stderr).toMatch(/\ntenure: USAGE: a command is missing \(see --help\)\n$/);
  });

  it.each([
    ['query', '--metric', 'quality', '--from', '1970-01-01', '--to', '2026-01-01', '--every', '1m'],
    ['transitions', '--after', `${Number.MAX_SAFE_INTEGER}`],
    ['simulate', '--days', '1'],
  ])('exits with 2 when the tracker does not take what %s was given', async (...argv) => {
    const db = join(await temporaryDirectory(), 'db');
    await tenure(['replay', '-', '--db', db], { stdin: jsonLines(someEvents()) });
    const { code, stderr } = await tenure([...argv, '--db', db]);
    expect(stderr).toMatch(/^tenure: TENURE_INVALID_OPTIONS: [^\n]+\n$/);
    expect(code).toBe(2);
  });

  it('says that it may not look into a directory, not that nothing is there', async () => {
    const db = join(await temporaryDirectory(), 'loop');
    await symlink('loop', db);
    for (const argv of [['report'], ['verify'], ['export', '-']]) {
      const { code, stderr } = await tenure([...argv, '--db', db]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `tenure: NO_DATABASE: ${db} cannot be read: ELOOP: too many symbolic links encountered\n`,
      });
    }
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

  it('says once what the system says of an output that cannot be written', async () => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
    });
    const { code, stderr } = await tenure(['--help'], { stdout });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tenure: ENOSPC: no space left on device, write\n$/);
  });

  it('makes no database for a file that is not there', async () => {
    const db = join(await temporaryDirectory(), 'none');
    const { code, stderr } = await tenure(['replay', join(db, 'events.jsonl'), '--db', db]);
    expect(code).toBe(1);
    const file = join(db, 'events.jsonl');
    expect(stderr).toBe(`tenure: INPUT: ${file} cannot be read: ENOENT: no such file or directory\n`);
    expect(existsSync(db)).toBe(false);
  });
});
