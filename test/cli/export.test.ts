import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { jsonLines, someEvents } from './events.js';
import { temporaryDirectory, tenure } from './harness.js';

async function recorded(): Promise<{ directory: string; db: string; journal: string }> {
  const directory = await temporaryDirectory();
  const db = join(directory, 'db');
  await tenure(['replay', '-', '--db', db], { stdin: jsonLines(someEvents()) });
  const { stdout: journal } = await tenure(['export', '-', '--db', db]);
  return { directory, db, journal };
}

/** A stream that aborts at the first thing that it is given. */
function abortingAtOnce(interruption: AbortController): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      interruption.abort();
      done();
    },
  });
}

describe('tenure export FILE', () => {
  it('replaces a file through a link, keeps its mode, and leaves what lies beside it alone', async () => {
    const { directory, db, journal } = await recorded();
    const [file, link, beside] = ['x.jsonl', 'link', 'x.jsonl.part'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(file, 'old');
    await chmod(file, 0o640);
    await symlink('x.jsonl', link);
    await writeFile(beside, 'somebody’s');
    const before = (await readdir(directory)).sort();
    expect(await tenure(['export', link, '--db', db])).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(file, 'utf8')).toBe(journal);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect([await readlink(link), await readFile(beside, 'utf8')]).toEqual(['x.jsonl', 'somebody’s']);
    expect((await readdir(directory)).sort()).toEqual(before);
  });

  it('makes the file that a link is to lead to', async () => {
    const { directory, db, journal } = await recorded();
    await mkdir(join(directory, 'backups'));
    await symlink('backups/x.jsonl', join(directory, 'link'));
    expect((await tenure(['export', join(directory, 'link'), '--db', db])).code).toBe(0);
    expect(await readFile(join(directory, 'backups', 'x.jsonl'), 'utf8')).toBe(journal);
    expect(await readlink(join(directory, 'link'))).toBe('backups/x.jsonl');
  });

  it('writes into what is no file, and leaves it there', async () => {
    const { directory, db, journal } = await recorded();
    const pipe = join(directory, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const [written, read] = await Promise.all([tenure(['export', pipe, '--db', db]), readFile(pipe, 'utf8')]);
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(read).toBe(journal);
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });

  it('takes /dev/stdout for standard output, and says nothing in between', async () => {
    const { db, journal } = await recorded();
    expect(await tenure(['export', '/dev/stdout', '--db', db])).toEqual({
      code: 0,
      stdout: journal,
      stderr: '',
    });
  });

  it('says once what the system says, of the name that it was given, and leaves nothing behind', async () => {
    const { directory, db } = await recorded();
    const refusal = async (file: string) => {
      const { code, stdout, stderr } = await tenure(['export', file, '--db', db]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      return stderr;
    };
    const before = await readdir(directory);
    expect(await refusal(directory)).toBe(`tenure: OUTPUT: ${directory} is a directory\n`);
    const nowhere = join(directory, 'no', 'place.jsonl');
    expect(await refusal(nowhere)).toBe(
      `tenure: OUTPUT: ${nowhere} cannot be written: ENOENT: no such file or directory\n`,
    );
    expect(await readdir(directory)).toEqual(before);
    // Through a link: it alone is lost if it is taken for a file.
    const full = join(directory, 'full');
    await symlink('/dev/full', full);
    expect(await refusal(full)).toBe(
      `tenure: OUTPUT: ${full} cannot be written: ENOSPC: no space left on device\n`,
    );
    expect(await readlink(full)).toBe('/dev/full');
    expect(await tenure(['export', '', '--db', db])).toMatchObject({ code: 2 });
  });

  it('leaves the old file as it was when the user wants out', async () => {
    const { directory, db } = await recorded();
    const file = join(directory, 'x.jsonl');
    await writeFile(file, 'old');
    const before = await readdir(directory);
    const stopped = await tenure(['export', file, '--db', db], { signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({
      code: 1,
      stderr: 'tenure: INTERRUPTED: stopped; nothing is left of it\n',
    });
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(directory)).toEqual(before);
  });

  it('says that standard output has only a part when the user wants out', async () => {
    const { db } = await recorded();
    const interruption = new AbortController();
    const { signal } = interruption;
    const stopped = await tenure(['export', '-', '--db', db], {
      signal,
      stdout: abortingAtOnce(interruption),
    });
    expect(stopped).toMatchObject({
      code: 1,
      stderr: 'tenure: INTERRUPTED: stopped; what was written is incomplete\n',
    });
  });
});
